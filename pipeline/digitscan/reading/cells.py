"""Cells: the bounded faces between rulings."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.types import Gray

Boxes: TypeAlias = NDArray[np.intp]
"""(N, 4) integers: x, y, width, height of each box."""

SMALLEST = 11
"""Least width and height of a cell, working pixels."""
ONE_DIGIT = 160
"""A cell of at most this width and height holds a digit or two and no cells of its own."""
MOST_HELD = 2
"""Faces of a guide, as an 8 has them; what holds more is the paper around small cells."""
LARGEST = 0.4
"""A face that takes more of the page than this is the page, not a cell."""
FULL = 0.7
"""Share of its bounding box that a cell fills."""


def find_cells(horizontal: Gray, vertical: Gray) -> tuple[Boxes, NDArray[np.int32], Boxes]:
    """Return the cells, the (H, W) int32 picture of their indices plus one, and the guided ones.

    `horizontal` and `vertical` are (H, W), 0 beside rulings.

    A face stands curl, keystone and small skew, as no straight line is assumed. Rulings are
    lengthened a little so that corners with gaps close. Faces inside a cell for one digit are
    a printed guide, such as a pale 8 to write over; the cells that have one are returned again.
    """
    height, width = horizontal.shape
    grid = cv2.max(
        cv2.dilate(horizontal[::2, ::2], np.ones((1, 5), np.uint8)),
        cv2.dilate(vertical[::2, ::2], np.ones((5, 1), np.uint8)),
    )
    free = (np.asarray(grid) == 0).view(np.uint8)
    _, labelled, statistics, _ = cv2.connectedComponentsWithStats(free, connectivity=4)
    stats = np.asarray(statistics, np.intp)
    boxes, area = stats[:, :4], stats[:, cv2.CC_STAT_AREA]
    right, bottom = boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]
    fits = (boxes[:, :2] > 0).all(1) & (right < free.shape[1]) & (bottom < free.shape[0])
    fits &= (2 * boxes[:, 2:] >= SMALLEST).all(1) & (area <= LARGEST * free.size)
    fits[0] = False
    holder = _holders(boxes, fits)
    held = np.bincount(holder[holder >= 0], minlength=len(boxes)) > 0
    fill = np.where(held, FULL / 2, FULL) * boxes[:, 2] * boxes[:, 3]
    kept = np.flatnonzero(fits & (holder < 0) & (area >= fill))
    index = np.zeros(len(boxes), np.int32)
    index[kept] = np.arange(1, kept.size + 1)
    inner = np.flatnonzero(holder >= 0)
    index[inner] = index[holder[inner]]
    small = index.take(np.asarray(labelled, np.int32))
    labels = cv2.resize(
        small, (small.shape[1] * 2, small.shape[0] * 2), interpolation=cv2.INTER_NEAREST
    )
    cells = np.array([_inside(small, k + 1, boxes[face]) for k, face in enumerate(kept)], np.intp)
    cells = 2 * cells.reshape(-1, 4)
    return cells, np.asarray(labels, np.int32)[:height, :width], cells[held[kept]]


def _holders(boxes: Boxes, fits: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return for each face the cell for one digit that holds it, or -1."""
    holder = np.full(len(boxes), -1, np.intp)
    small = np.flatnonzero(fits & (2 * boxes[:, 2:] <= ONE_DIGIT).all(1))
    x, y, wide, high = boxes[small].T
    inside = (x[:, None] > x) & (y[:, None] > y)
    inside &= ((x + wide)[:, None] < x + wide) & ((y + high)[:, None] < y + high)
    inside[:, np.count_nonzero(inside, axis=0) > MOST_HELD] = False
    inner, outer = np.nonzero(inside)
    holder[small[inner]] = small[outer]
    return holder


def _inside(labels: NDArray[np.int32], label: int, box: NDArray[np.intp]) -> tuple[int, ...]:
    """Return the upright box of a face: rows and columns that it fills by at least half."""
    x, y, width, height = (int(v) for v in box)
    inside = labels[y : y + height, x : x + width] == label
    columns = np.flatnonzero(2 * np.count_nonzero(inside, axis=0) >= height)
    rows = np.flatnonzero(2 * np.count_nonzero(inside, axis=1) >= width)
    if not columns.size or not rows.size:
        return x, y, width, height
    left, top = int(columns[0]), int(rows[0])
    return x + left, y + top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top
