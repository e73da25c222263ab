"""Words -> numbers in reading order; neighbouring comb cells become one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.bars import find_bars
from digitscan.reading.runs import near_pairs
from digitscan.types import Box, Floats, Ints

COMB_ASPECT = 1.35
"""A comb cell, made for one digit, is at most this many times wider than high."""
COMB_GAP = 0.7
"""Widest gap between the cells of one comb, in cell widths."""
UNUSUAL = 1.5
"""How many times the usual gap of its comb a gap that parts it is, and at least PARTING widths."""
PARTING = 0.5
SLASH = 0.75
"""A slash is at least this high, in digit heights."""
LEAN = 0.25
"""It leans by at least this part of its height: an upright stroke may be a 1 not read."""
DASH = 2.0
"""A dash is at least this many times wider than high, and a fifth of the digit height wide."""
LOW = 0.5
"""A dash is lower than this part of the digit height; joined digits are as wide, but higher."""


def are_narrow(width: NDArray[Any], height: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell the cells that may be of a comb, made for one digit, by their sizes; (N,) bool."""
    return np.asarray(width < COMB_ASPECT * height, np.bool_)


def comb_neighbors(cells: tuple[Box, ...]) -> NDArray[np.int32]:
    """Find for every comb cell the next one to its right.

    Parameters
    ----------
    cells
        All cells of a page, working pixels.

    Returns
    -------
    NDArray[np.int32]
        (N,) index of the right neighbour in the same comb, -1 for none.
    """
    frames = np.array([(c.x, c.y, c.width, c.height) for c in cells], np.float32).reshape(-1, 4)
    following = np.full(len(cells), -1, np.int32)
    narrow = np.flatnonzero(are_narrow(*frames[:, 2:].T))
    if not narrow.size:
        return following
    x, y, width, height = frames[narrow].T
    cell, other = near_pairs(y, y, 0.4 * height.max())
    gap = x[other] - (x + width)[cell]
    fits = (np.abs(y[other] - y[cell]) < 0.4 * height[cell]) & (cell != other)
    fits &= np.abs(height[other] - height[cell]) < 0.25 * height[cell]
    fits &= np.abs(width[other] - width[cell]) < 0.35 * width[cell]
    fits &= (gap > -0.15 * width[cell]) & (gap < COMB_GAP * width[cell])
    cell, other, gap = cell[fits], other[fits], np.abs(gap[fits])
    right, distance = _nearest(cell, other, gap, narrow.size)
    left, _ = _nearest(other, cell, gap, narrow.size)
    own = left[right] == np.arange(narrow.size)  # one left neighbour a cell
    followed = np.where((right >= 0) & own, right, -1).astype(np.int32)
    followed = _parted(followed, distance, width)
    following[narrow] = np.where(followed >= 0, narrow[followed], -1)
    return following


def _nearest(cell: Ints, other: Ints, distance: Floats, count: int) -> tuple[Ints, Floats]:
    """Return the nearest other of each of `count` cells, -1 for none, and its distance.

    `cell` and `other` are (P,), pairs so far apart; of two as near the first is taken.
    """
    order = np.lexsort((other, distance, cell))
    found, first = np.unique(cell[order], return_index=True)
    nearest, least = np.full(count, -1), np.full(count, np.inf, np.float32)
    nearest[found], least[found] = other[order[first]], distance[order[first]]
    return nearest, least


def _parted(following: NDArray[np.int32], gap: Floats, width: Floats) -> NDArray[np.int32]:
    """Part combs where a gap is wider than theirs: two fields side by side are two numbers."""
    rows, parted = comb_rows(following), following.copy()
    linked = np.flatnonzero(following >= 0)
    linked = linked[np.lexsort((gap[linked], rows[linked]))]
    _, comb, count = np.unique(rows[linked], return_inverse=True, return_counts=True)
    gaps, first = gap[linked], np.cumsum(count) - count
    median = (gaps[first + (count - 1) // 2] + gaps[first + count // 2]) / np.float32(2)
    wide = gaps > np.maximum(UNUSUAL * median[comb], PARTING * width[linked])
    parted[linked[wide]] = -1
    return parted


def comb_rows(following: NDArray[np.int32]) -> NDArray[np.int32]:
    """Name the comb that each cell stands in by its first cell; (N,) int32, -1 for none."""
    linked = np.flatnonzero(following >= 0)
    first = np.arange(len(following), dtype=np.int32)
    first[following[linked]] = linked
    begins = first == np.arange(first.size)
    for _ in range(linked.size.bit_length()):  # each time twice as far back
        first = first[first]
    chained = begins[first]
    chained &= (following >= 0) | ~begins
    return np.where(chained, first, -1).astype(np.int32)


def chains(cells: list[tuple[int, int]], following: NDArray[np.int32]) -> list[list[int]]:
    """Group entries that stand in neighbouring comb cells, left to right.

    Parameters
    ----------
    cells
        The first and the last cell of each entry, -1 for none; no comb cell twice.
    following
        (N,) right neighbour of each cell, as `comb_neighbors` gives it.

    Returns
    -------
    list[list[int]]
        Indices of entries; every entry stands in exactly one group.
    """
    entry_of = {first: entry for entry, (first, _) in enumerate(cells) if first >= 0}
    after = {
        entry: entry_of[int(following[last])]
        for entry, (first, last) in enumerate(cells)
        if first >= 0 and entry_of[first] == entry and int(following[last]) in entry_of
    }
    has_left = set(after.values())
    groups = []
    for entry in range(len(cells)):
        if entry in has_left:
            continue
        group = [entry]
        while group[-1] in after:
            group.append(after[group[-1]])
        groups.append(group)
    return groups


def linked(groups: list[list[int]], pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Join the groups of which one ends in the first of a pair and another begins with its second.

    Of no two pairs is the first, or the second, the same.
    """
    begins = {group[0]: group for group in groups}
    ends = {group[-1]: group for group in groups}
    for first, second in pairs:
        before, after = ends.get(first), begins.get(second)
        if before is not None and after is not None and before is not after:
            before += after
            ends[before[-1]] = before
            groups = [group for group in groups if group is not after]
    return groups


def reading_order(boxes: list[Box]) -> list[int]:
    """Order boxes as they are read: line by line, each from the left.

    A box belongs to a line when its middle lies within the rows of the line's last box, or the
    other way round.
    """
    middles = [box.y + box.height / 2 for box in boxes]
    lines: list[list[int]] = []
    last, high = 0, 0
    for index in sorted(range(len(boxes)), key=middles.__getitem__):
        top, height = boxes[index].y, boxes[index].height
        shared = min(last + high, top + height) - max(last, top)
        if lines and shared > 0.5 * min(high, height):
            lines[-1].append(index)
        else:
            lines.append([index])
        last, high = top, height
    return [index for line in lines for index in sorted(line, key=lambda i: boxes[i].x)]


def borders(
    parts: NDArray[np.integer[Any]],
    digits: Sequence[Sequence[int]],
    height: float,
    labels: NDArray[np.integer[Any]],
) -> list[int]:
    """Find where a slash or a dash parts a word's digits, as in 12/05; dots and commas do not.

    Parameters
    ----------
    parts
        (N, 4) boxes of the word's components: x, y, width, height.
    digits
        Boxes of the ink of its digits, left to right, in the same pixels.
    height
        Digit height in the same pixels.
    labels
        (h, w) the word's components, from 1 on: a slash is straight, two joined digits are not.

    Returns
    -------
    list[int]
        Index of the first digit behind each sign, rising.
    """
    if len(digits) < 2:
        return []
    free = [
        index
        for index, part in enumerate(parts.tolist())
        if part not in digits and not _is_taken(part, digits)
    ]
    if not free:
        return []
    x, y, width, high = parts[free].T.astype(np.float32)
    left, top, wide, tall = np.array(digits, np.float32).T
    middle = x + width / 2
    behind = np.searchsorted(left + wide / 2, middle)
    line, base = float(np.median(top)), float(np.median(top + tall))
    level = (y + high / 2 - line) / max(1.0, base - line)
    straight = find_bars(labels, len(parts))[1][free]
    slash = straight & (high >= SLASH * height) & (width >= LEAN * high) & (width <= 1.2 * high)
    dash = (width >= DASH * high) & (width >= 0.2 * height) & (high < LOW * height)
    dash &= (level > 0.2) & (level < 0.8)
    parting = (slash | dash) & (behind > 0) & (behind < len(digits))
    return sorted({int(index) for index in behind[parting]})


def _is_taken(part: Sequence[int], digits: Sequence[Sequence[int]]) -> bool:
    """Tell whether more than half of a component's box lies in that of one digit."""
    x, y, width, high = part
    half = 0.5 * width * high
    for left, top, wide, tall in digits:
        shared = min(x + width, left + wide) - max(x, left)
        across = min(y + high, top + tall) - max(y, top)
        if shared > 0 and across > 0 and shared * across > half:
            return True
    return False
