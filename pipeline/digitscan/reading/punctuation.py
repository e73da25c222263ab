"""Dots, commas and dashes between digits, told from strokes by their size and place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitscan.types import Ints

TALL = 0.5
"""A component higher than this share of the digit height is a stroke."""


def find_marks(parts: Ints, height: float) -> NDArray[np.bool_]:
    """Tell the dots, commas and dashes between digits, and specks off the line, from strokes.

    A small component is judged by its place between the two nearest tall ones: beside them and
    low or level it is a mark; over or under one of them it may be part of a digit.

    Parameters
    ----------
    parts
        (N, 4) int32 component boxes.
    height
        Digit height in the same pixels.

    Returns
    -------
    NDArray[np.bool_]
        (N,) true for a mark.
    """
    if min(parts[:, 3].tolist(), default=0) > TALL * height:
        return np.zeros(len(parts), np.bool_)
    x, y, width, high = parts.T.astype(np.float32)
    tall = high > TALL * height
    left, right = x[tall], (x + width)[tall]
    top, bottom = y[tall], (y + high)[tall]
    marks = np.zeros(len(parts), np.bool_)
    for index in np.flatnonzero(~tall).tolist():
        away = np.maximum(left - (x[index] + width[index]), x[index] - right)
        near = np.argsort(away, kind="stable")[:2]
        if not len(near):
            continue
        first, last = top[near].min(), bottom[near].max()
        level = (y[index] + high[index] / 2 - first) / (last - first)
        over = min(-float(away.min()), float(width[index])) / float(width[index])
        small = high[index] < 0.33 * height and over < 0.3
        low = level > 0.42 or width[index] > 0.9 * height
        marks[index] = level < -0.05 or level > 1.08 or (small and low)
    return marks
