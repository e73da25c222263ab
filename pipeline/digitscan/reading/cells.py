"""Cells: the bounded faces between rulings."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.geometry import thinned
from digitscan.reading.runs import Runs
from digitscan.types import Gray, Ints

Boxes: TypeAlias = NDArray[np.intp]
"""(N, 4) integers: x, y, width, height of each box."""
Labels: TypeAlias = NDArray[np.uint16]
"""(H, W) picture of cells: 0 outside, else the index plus one; there is room for 32,000 cells."""

SMALLEST = 11
"""Least width and height of a cell, working pixels."""
ONE_DIGIT = 210
"""A cell of at most this width and height holds a digit or two and no cells of its own."""
MOST_HELD = 2
"""Faces of a guide, as an 8 has them; what holds more is the paper around small cells."""
LARGEST = 0.4
"""A face that takes more of a page than this is the page, not a cell."""
FULL = 0.7
"""Share of its bounding box that a cell fills."""


def find_cells(
    horizontal: Gray, vertical: Gray, largest: float = LARGEST
) -> tuple[Boxes, Labels, Boxes]:
    """Return the cells, the (H, W) uint16 picture of their indices plus one, and the guided ones.

    `horizontal` and `vertical` are (H, W), 0 beside rulings; no cell takes more of the page than
    the share `largest`.

    A face stands curl, keystone and small skew, as no straight line is assumed. Rulings are
    lengthened a little so that corners with gaps close. Faces inside a cell for one digit are
    a printed guide, such as a pale 8 to write over; the cells that have one are returned again.
    """
    height, width = horizontal.shape
    grid = cv2.max(
        cv2.dilate(thinned(horizontal), np.ones((1, 5), np.uint8)),
        cv2.dilate(thinned(vertical), np.ones((5, 1), np.uint8)),
    )
    free = (np.asarray(grid) == 0).view(np.uint8)
    runs = Runs.of(free)
    face = runs.connected(beside=0)
    boxes, area = runs.measured(face)
    right, bottom = boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]
    fits = (boxes[:, :2] > 0).all(1) & (right < free.shape[1]) & (bottom < free.shape[0])
    fits &= (2 * boxes[:, 2:] >= SMALLEST).all(1) & (area <= largest * free.size)
    holder = _holders(boxes, fits)
    held = np.bincount(holder[holder >= 0], minlength=len(boxes)) > 0
    fill = np.where(held, FULL / 2, FULL) * boxes[:, 2] * boxes[:, 3]
    kept = np.flatnonzero(fits & (holder < 0) & (area >= fill))
    index = np.zeros(len(boxes), np.uint16)
    index[kept] = np.arange(1, kept.size + 1)
    inner = np.flatnonzero(holder >= 0)
    index[inner] = index[holder[inner]]
    owner = index[face]
    of_cell = owner > 0
    runs, owner = runs[of_cell], owner[of_cell]
    small = runs.painted(owner, free.shape)
    doubled = np.asarray(cv2.merge([small, small]), np.uint16).reshape(len(small), -1)
    labels = np.repeat(doubled, 2, axis=0)
    cells = 2 * _insides(runs, owner - np.intp(1), boxes[kept])
    guided = np.flatnonzero(held[kept])
    for k, (x, y, wide, high) in zip((guided + 1).tolist(), cells[guided].tolist(), strict=True):
        inside = labels[y : y + high, x : x + wide]
        inside[inside == 0] = k  # what stands on the guide's lines stands in the cell
    return cells, labels[:height, :width], cells[guided]


def renumbered(labels: Labels, kept: NDArray[np.bool_]) -> Labels:
    """Return the labels of those of N cells that are `kept`, (N,), numbered anew."""
    table = np.zeros(1 << 16, np.uint16)  # OpenCV looks things up in a fifth of NumPy's time
    table[1 : kept.size + 1] = np.where(kept, np.cumsum(kept), 0)
    return np.asarray(cv2.LUT(labels, table), np.uint16)


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


def _insides(runs: Runs, cell: Ints, boxes: Boxes) -> Boxes:
    """Return the upright box of each cell: rows and columns that it fills by at least half.

    `cell` is (R,), the cell of each run; `boxes` are those around the cells.
    """
    if not len(boxes):
        return boxes
    x, y, wide, high = boxes.T
    begin, size = np.cumsum(wide + 1) - wide - 1, int((wide + 1).sum())
    at = begin[cell] - x[cell]
    # In each column, how many runs begin at or before it and have not ended.
    begun, ended = (np.bincount(at + place, minlength=size) for place in (runs.start, runs.stop))
    left, right = _half_filled(np.cumsum(begun - ended), begin, wide, high)
    begin = np.cumsum(high) - high
    filled = np.bincount(begin[cell] + runs.row - y[cell], runs.stop - runs.start)
    top, bottom = _half_filled(filled, begin, high, wide)
    found = np.stack([x + left, y + top, right - left, bottom - top], axis=1)
    sound = ((right > left) & (bottom > top))[:, None]
    return np.where(sound, found, boxes)


def _half_filled(filled: NDArray[Any], begin: Ints, length: Ints, whole: Ints) -> tuple[Ints, Ints]:
    """Return the first place, and that after the last, where a cell fills at least half; (N,) each.

    `filled` holds what is filled in each column or row, for cell after cell from `begin` on;
    `length` is how many of them a cell has, `whole` how long they are.
    """
    cell = np.repeat(np.arange(begin.size), np.diff(begin, append=filled.size))
    place = np.arange(filled.size) - begin[cell]
    half = (2 * filled >= whole[cell]) & (place < length[cell])
    first = np.minimum.reduceat(np.where(half, place, length[cell]), begin)
    return first, np.maximum.reduceat(np.where(half, place + 1, 0), begin)
