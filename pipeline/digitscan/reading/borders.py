"""Digits joined over the border of two comb cells: parted there, or read as one word."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.bars import find_bars
from digitscan.reading.cells import Labels
from digitscan.reading.geometry import corners
from digitscan.reading.group import are_narrow
from digitscan.types import Box, Mask

WIDEST = 1.25
"""A component wider than this, in distances of cells, is more than one digit."""
INTO = 0.35
"""It reaches at least so far, in distances, into the cell on either side."""
TALLEST = 1.8
"""It is at most so many times as high as a cell; what is higher is no row of digits."""
NEAR = 0.15
"""Farthest from the border that it is cut, in distances of cells."""
LINK = 0.12
"""Ink that is cut through at most, in distances of cells: more is no stroke that joins two digits,
but digits that overlap."""
BESIDE = 0.2
"""Part of a cell's width to both sides of it in which digits of one column may stand."""
FAR_BELOW = 0.6
"""Farthest that the next cell below begins, in cell heights."""
ALIKE = 0.3
"""Share of width or height by which it may differ."""
STRAY = 0.02
"""Pixels of ink that a pixel's way from the border counts as."""


def part_at_borders(
    mask: Mask,
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    cells: tuple[Box, ...],
    following: NDArray[np.int32],
) -> Mask | None:
    """Return the mask with what is joined over comb cells parted, None where nothing is.

    It is cut where it has least ink near the border; where that is more than `LINK` distances of
    cells it stays whole.

    Parameters
    ----------
    mask
        (H, W) 0/1 ink.
    labels, stats
        Its components as `components` gives them.
    cells, following
        All cells of the page, and the next in its comb of each, as `comb_neighbors` gives it.
    """
    joined, pitch, border = _joined(stats[1:, :4], cells, following)
    if not joined.any():
        return None
    parted = mask.copy()
    for component, pair in np.argwhere(joined).tolist():
        reach = max(1, round(NEAR * int(pitch[pair])))
        columns = np.arange(max(0, border[pair] - reach), border[pair] + reach + 1)
        _, top, _, tall, _ = stats[component + 1].tolist()
        own = labels[top : top + tall, columns[0] : columns[-1] + 1] == component + 1
        cut = _cheapest(own, columns - border[pair])
        if np.count_nonzero(own[:, cut]) <= LINK * pitch[pair]:
            parted[top : top + tall, columns[cut]][own[:, cut]] = 0
    return parted


def part_stacked(
    mask: Mask,
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    cells: tuple[Box, ...],
    places: Labels,
) -> Mask | None:
    """Return the mask with what is joined over combs one under the other parted, None for nothing.

    It is cut column of cells by column of cells, wherever it has least ink near the border of two
    rows, for digits may be joined over several rows and columns. A straight stroke through three
    rows or more stays whole: it crosses them out. Parameters are those of `part_at_borders`;
    `places` is (H, W), 0 outside every cell, else its index plus one.
    """
    below = _cells_below(cells, places)
    upper = np.flatnonzero(below >= 0)
    if not upper.size:
        return None
    frames = corners(cells)
    first, second = frames[upper], frames[below[upper]]
    pitch, border = second[:, 1] - first[:, 1], (first[:, 3] + second[:, 1]) // 2
    around = np.rint(BESIDE * (first[:, 2] - first[:, 0])).astype(np.int32)
    left, right = first[:, 0] - around, first[:, 2] + around
    tall = np.flatnonzero(stats[1:, 3] > WIDEST * pitch.min()) + 1
    x, y, wide, high = stats[tall, :4].T[:, :, None]
    over = (high > WIDEST * pitch) & (x < right) & (x + wide > left)
    over &= (y < border - INTO * pitch) & (y + high > border + INTO * pitch)
    parted, changed = mask.copy() if over.any() else mask, False
    for label, pairs in zip(tall.tolist(), over, strict=True):
        if not pairs.any():
            continue
        several = np.ptp(border[pairs]) > pitch[pairs].min() // 2
        if several and _is_bar(labels, stats[label], label):
            continue
        for pair in np.flatnonzero(pairs).tolist():
            reach = max(1, round(NEAR * int(pitch[pair])))
            rows = np.arange(max(0, border[pair] - reach), min(border[pair] + reach + 1, len(mask)))
            columns = slice(max(0, int(left[pair])), int(right[pair]))
            own = labels[rows[0] : rows[-1] + 1, columns] == label
            cut = _cheapest(own.T, rows - border[pair])
            parted[rows[cut], columns][own[cut]] = 0
            changed |= bool(own[cut].any())
    return parted if changed else None


def _cheapest(own: NDArray[np.bool_], away: NDArray[np.int_]) -> int:
    """Return the column with least ink of (h, N); `away` are (N,) pixels from the border."""
    return int((own.sum(axis=0) + STRAY * np.abs(away)).argmin())


def _cells_below(cells: tuple[Box, ...], places: Labels) -> NDArray[np.int32]:
    """Find for each narrow cell the one like it that is next below; (N,) int32, -1 for none."""
    frames = np.array([(c.x, c.y, c.width, c.height) for c in cells], np.int32).reshape(-1, 4)
    below = np.full(len(cells), -1, np.int32)
    narrow = np.flatnonzero(are_narrow(*frames[:, 2:].T))
    x, y, wide, high = frames[narrow].T
    step = np.arange(0, int(FAR_BELOW * high.max(initial=0)) + 1, 2)[:, None]
    rows = np.minimum(y + high + step, len(places) - 1)
    under = np.where(step <= FAR_BELOW * high, places[rows, x + wide // 2], 0)
    under[under == narrow + 1] = 0  # what belongs to a cell may stick out of its box
    next_one = under[(under > 0).argmax(axis=0), np.arange(narrow.size)].astype(np.int32) - 1
    beside = frames[next_one]
    like = (np.abs(beside[:, [0, 2]] - frames[narrow][:, [0, 2]]) < ALIKE * wide[:, None]).all(1)
    like &= (np.abs(beside[:, 3] - high) < ALIKE * high) & (next_one >= 0)
    below[narrow] = np.where(like, next_one, -1)
    return below


def _is_bar(labels: NDArray[np.int32], frame: NDArray[np.int32], label: int) -> bool:
    """Tell whether a component is one straight stroke; `frame` are its box and area."""
    x, y, wide, high, _ = frame.tolist()
    own = labels[y : y + high, x : x + wide] == label
    return bool(find_bars(own.astype(np.int32), 1)[1][0])


def _joined(
    boxes: NDArray[np.int32], cells: tuple[Box, ...], following: NDArray[np.int32]
) -> tuple[NDArray[np.bool_], NDArray[np.int32], NDArray[np.int32]]:
    """Tell which components reach far into both of two comb cells side by side.

    `boxes` is (N, 4) x, y, width, height. Returns (N, M) bool for the M pairs of cells, whose left
    ones are those that `following` gives a neighbour, and (M,) distance and border of each.
    """
    before = np.flatnonzero(following >= 0)
    frames = corners(cells)
    left, right = frames[before], frames[following[before]]
    pitch, border = right[:, 0] - left[:, 0], (left[:, 2] + right[:, 0]) // 2
    joined = np.zeros((len(boxes), before.size), np.bool_)
    some = np.flatnonzero(boxes[:, 2] > WIDEST * pitch.min(initial=1 << 30))
    x, y, wide, high = boxes[some].T[:, :, None]
    fits = (wide > WIDEST * pitch) & (high < TALLEST * (left[:, 3] - left[:, 1]))
    fits &= (x < border - INTO * pitch) & (x + wide > border + INTO * pitch)
    fits &= (y + high // 2 > left[:, 1]) & (y + high // 2 < left[:, 3])
    joined[some] = fits
    return joined, pitch, border


def joined_cells(
    boxes: NDArray[np.int32],
    own: NDArray[np.int32],
    cells: tuple[Box, ...],
    following: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Give all that stands in comb cells whose writing is joined the first of them as its cell.

    `boxes` is (N, 4), components as they were parted, and `own` (N,) the cell of each, -1 for none.
    Returns (N,) these cells anew and (C,) for each cell the last one of those joined from it on,
    and how many they are.
    """
    until, count = np.arange(len(cells), dtype=np.int32), np.ones(len(cells), np.int32)
    joined = _joined(boxes, cells, following)[0]
    if not joined.any():
        return own, until, count
    before = np.flatnonzero(following >= 0)
    first = until.copy()
    pairs = np.flatnonzero(joined.any(axis=0)).tolist()
    for left in sorted(before[pairs].tolist(), key=lambda cell: cells[cell].x):
        first[following[left]] = first[left]
        until[first[left]] = following[left]
        count[first[left]] += 1
    over = joined.any(axis=1)
    moved = np.where(own >= 0, first[own], own)
    moved[over] = first[before[joined[over].argmax(axis=1)]]
    return moved, until, count
