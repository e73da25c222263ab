"""Straight strokes: which pieces of ink are bare bars, and how far they lean."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.components import places
from digitscan.reading.geometry import Ink

BARE = 1.5
"""A straight stroke is at most this much wider than its ink."""
SLENDER = 2.5
"""And at least this much longer than wide: small thick digits are as full as a bar."""


def find_bars(
    labels: NDArray[np.integer[Any]], count: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Measure labelled pieces by the second moments of their ink.

    A straight stroke is hardly wider across its main axis than its area over its length.

    Parameters
    ----------
    labels
        (h, w) int32, 0 for no ink, 1..count for the pieces.
    count
        How many there are.

    Returns
    -------
    tuple[NDArray[np.float64], NDArray[np.bool_]]
        (count,) the lean of each piece's main axis from upright, in degrees, above 0 to the right;
        and (count,) whether it is a straight stroke.
    """
    rows, columns = places(labels > 0)
    ink = np.stack((rows, columns, columns + 1))
    return bars_of(ink, labels[rows, columns] - 1, count)


def bars_of(
    ink: Ink, owner: NDArray[np.integer[Any]], count: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Measure pieces as `find_bars` does, from stretches of their ink and the piece of each."""
    rows, first, end = ink
    wide = (end - first).astype(np.float64)
    area = np.maximum(np.bincount(owner, wide, minlength=count), 1)

    def mean(values: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.bincount(owner, values * wide, minlength=count) / area

    x, y = (first + end - 1) / 2, rows.astype(np.float64)
    x -= mean(x).take(owner)
    y -= mean(y).take(owner)
    # A stretch is as wide about its own middle as a row of so many pixels is.
    xx, yy, xy = mean(x * x + (wide * wide - 1) / 12), mean(y * y), mean(x * y)
    middle, half = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    length = np.sqrt(12 * (middle + half)) + 1e-6
    across = np.sqrt(12 * np.maximum(middle - half, 0))
    lean = np.degrees(0.5 * np.arctan2(-2 * xy, yy - xx))
    bare = across < BARE * np.maximum(1.0, area / length)
    return lean, bare & (length > SLENDER * across)
