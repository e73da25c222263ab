"""Where the labels of an annotated page go: beside their number, over as little as possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.types import Box, Page

_COARSE = 8
"""Page pixels a side that one value of the busyness map stands for."""

_DISLIKE = (0.0, 0.02, 0.03, 0.3)
"""What a label above, below, right and left costs beyond what it hides, in shares of its area."""

PITCH = 0.68
"""Least distance of two digits of a label, in shares of its height."""


@dataclass(frozen=True, slots=True)
class Label:
    """A place for the digits read: its box and each digit's middle column, page pixels."""

    box: Box
    columns: tuple[float, ...]


def place_labels(
    frames: Sequence[Box], digits: Sequence[Sequence[Box]], height: int, gap: int, page: Page
) -> list[Label]:
    """Find a place for one label a number, all in page pixels.

    `frames` are the boxes around the numbers and `digits` their digits' boxes. A label goes above
    or below, each reading over its digit, or beside, wherever it hides the least: no number, no
    label placed before, as little as possible of what else is on the page.
    """
    busy = _busyness(page)
    taken = np.array([_corners(frame) for frame in frames], np.float64).reshape(-1, 4)
    labels: list[Label] = []
    for frame, boxes in zip(frames, digits, strict=True):
        columns = spread([box.center[0] for box in boxes], PITCH * height)
        options = _options(frame, columns, height, gap, page)
        costs = [
            _hidden(label.box, taken) + _covered(label.box, busy) + label.box.area * dislike
            for label, dislike in zip(options, _DISLIKE, strict=True)
        ]
        best = options[costs.index(min(costs))]
        labels.append(best)
        taken = np.vstack([taken, _corners(best.box)])
    return labels


def spread(columns: Sequence[float], pitch: float) -> list[float]:
    """Move ascending columns apart until neighbours are `pitch` from each other, about the mean."""
    places: list[float] = []
    for column in columns:
        places.append(max(column, places[-1] + pitch) if places else column)
    shift = (sum(places) - sum(columns)) / max(1, len(places))
    return [place - shift for place in places]


def _options(
    frame: Box, columns: Sequence[float], height: int, gap: int, page: Page
) -> list[Label]:
    """Give the places that a label may take, above, below, right and left."""
    pitch, level = PITCH * height, round(frame.center[1] - height / 2)
    right = [frame.right + gap + pitch * (i + 0.8) for i in range(len(columns))]
    left = [frame.x - gap - pitch * (i + 0.8) for i in reversed(range(len(columns)))]
    return [
        _label(row, line, height, page)
        for row, line in [
            (frame.y - gap - height, columns),
            (frame.bottom + gap, columns),
            (level, right),
            (level, left),
        ]
    ]


def _label(top: int, columns: Sequence[float], height: int, page: Page) -> Label:
    """Make a label, moved onto the page where it would leave it."""
    margin = 0.8 * PITCH * height
    x, right = round(columns[0] - margin), round(columns[-1] + margin)
    shift = max(0, -x) - max(0, right - page.width)
    y = max(0, min(top, page.height - height))
    return Label(
        Box(max(0, x + shift), y, right - x, height), tuple(column + shift for column in columns)
    )


def _busyness(page: Page) -> NDArray[np.float64]:
    """Sum up how much stands where: (H / 8 + 1, W / 8 + 1) integral, about 0 to 1 a place."""
    # Every fourth pixel is enough to see where something stands, and much quicker than all.
    rows, columns = max(1, page.height // _COARSE), max(1, page.width // _COARSE)
    some = cv2.resize(page.pixels, (2 * columns, 2 * rows), interpolation=cv2.INTER_NEAREST)
    small = cv2.resize(some, (columns, rows), interpolation=cv2.INTER_AREA)
    contrast = cv2.absdiff(small, cv2.blur(small, (9, 9)))
    strongest = np.maximum.reduce(cv2.split(contrast))
    # Letters fill a third of their line: what they cover weighs as the whole line.
    return np.asarray(cv2.integral(strongest), np.float64) * (3 / 255)


def _covered(box: Box, busy: NDArray[np.float64]) -> float:
    """Weigh what a box would cover, in page pixels of full contrast."""
    rows, columns = busy.shape
    x, right = (min(columns - 1, value // _COARSE) for value in (box.x, box.right))
    y, bottom = (min(rows - 1, value // _COARSE) for value in (box.y, box.bottom))
    total = busy[bottom, right] - busy[y, right] - busy[bottom, x] + busy[y, x]
    return float(total) * _COARSE * _COARSE


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.right, box.bottom


def _hidden(box: Box, taken: NDArray[np.float64]) -> float:
    """Count the pixels of taken boxes, (N, 4) corners, that a box would cover."""
    wide = np.minimum(box.right, taken[:, 2]) - np.maximum(box.x, taken[:, 0])
    high = np.minimum(box.bottom, taken[:, 3]) - np.maximum(box.y, taken[:, 1])
    return float((wide.clip(0) * high.clip(0)).sum())
