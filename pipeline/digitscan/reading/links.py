"""Which components belong to one word: beside one another, under one another, in one comb cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.group import comb_rows
from digitscan.reading.runs import lowest
from digitscan.types import Gray, Ints

WORD_GAP = 0.45
"""Widest gap inside a word, in heights of its taller neighbour."""
CELL_GAP = 1.6
"""The same inside a cell, where nothing but one entry is expected."""
UNDER = 0.3
"""Widest gap between the parts of a broken stroke, one under the other, in the same measure."""
ONE_GLYPH = 1.6
"""The parts of one glyph together are at most this many times as high as the glyphs beside it."""
TWO_HALVES = 2.5
"""The same where nothing stands beside them and their own height is all that is known."""
MOST_PARTS = 4
"""A comb cell with more components holds something else than a digit."""
RULED = 0.8
"""Part of the rows of a gap that a ruling in it must take to part what stands beside it."""


def link_components(boxes: Ints, cells: Ints) -> Ints:
    """Pair components that belong to one word.

    Two belong together when they stand in the same cell (or both in none), share a good part of
    their rows and leave no more than a letter's gap; or when one lies under the other, as the
    parts of a broken stroke do, and both are no higher than one glyph of what stands beside them:
    lines of writing are not joined.

    Parameters
    ----------
    boxes
        (N, 4) int32 x, y, width, height.
    cells
        (N,) int32 cell of each, below 0 for none.

    Returns
    -------
    Ints
        (M, 2) int32 indices of the linked pairs.
    """
    order = np.argsort(boxes[:, 0], kind="stable")
    x, y, width, height = boxes[order].T
    right, bottom, cell = x + width, y + height, cells[order]
    if not height.size:
        return np.zeros((0, 2), np.int32)
    after = np.searchsorted(x, right + CELL_GAP * height.max(), side="right")
    count = after - np.arange(1, after.size + 1)
    first = np.repeat(np.arange(after.size), count)
    second = np.arange(1, first.size + 1) + first - np.repeat(np.cumsum(count) - count, count)
    shared = np.minimum(bottom[first], bottom[second]) - np.maximum(y[first], y[second])
    near = np.flatnonzero((cell[first] == cell[second]) & (-shared < UNDER * height.max()))
    near = near[np.argsort((second - first)[near], kind="stable")]
    first, second, shared = first[near], second[near], shared[near]
    gap = x[second] - right[first]
    taller = np.maximum(height[first], height[second])
    shorter = np.minimum(height[first], height[second])
    limit = np.where(cell[first] >= 0, CELL_GAP, WORD_GAP) * taller
    beside = (shared >= 0.35 * shorter) & (gap < limit)
    under = (gap < 0) & (-shared < UNDER * taller) & ~beside
    pairs = np.stack((first, second), 1)
    one = _one_glyph(boxes[order], pairs[beside], pairs[under])
    return np.asarray(order[np.concatenate([pairs[beside], pairs[under][one]])], np.int32)


def parted_by_ruling(boxes: Ints, pairs: Ints, vertical: Gray) -> NDArray[np.bool_]:
    """Tell which pairs have an upright ruling in the gap between them; (M,) bool.

    It matters where a table is open and its rulings bound no cell. `vertical` is (H, W), 0 beside
    rulings.
    """
    x, y, width, height = boxes.T
    near, far = pairs.T
    left, right = np.minimum((x + width)[near], (x + width)[far]), np.maximum(x[near], x[far])
    top, bottom = np.maximum(y[near], y[far]), np.minimum((y + height)[near], (y + height)[far])
    right, bottom = np.maximum(left, right), np.maximum(top, bottom)
    ruled = np.append(0, np.cumsum(vertical.max(axis=0) > 0))
    parted = np.zeros(len(pairs), np.bool_)
    for k in np.flatnonzero((bottom > top) & (ruled[right] > ruled[left])).tolist():
        gap = vertical[top[k] : bottom[k], left[k] : right[k]]
        parted[k] = np.count_nonzero(gap) >= RULED * (bottom[k] - top[k])
    return parted


def link_in_combs(cells: Ints, following: NDArray[np.int32]) -> Ints:
    """Pair all components in one cell of a comb, which holds one digit; (M, 2) int32.

    `cells` are those of the components, `following` is as `comb_neighbors` gives it.

    A digit whose side runs along a ruling is left as an arc above and one below.
    """
    comb = np.append(comb_rows(following) >= 0, False)
    inside = np.flatnonzero(comb[cells])
    inside = inside[np.argsort(cells[inside], kind="stable")]
    _, first, count = np.unique(cells[inside], return_index=True, return_counts=True)
    start = np.repeat(first, count)
    other = (start != np.arange(inside.size)) & np.repeat(count <= MOST_PARTS, count)
    return np.stack((inside[start[other]], inside[other]), 1).astype(np.int32)


def _one_glyph(boxes: Ints, linked: Ints, under: Ints) -> NDArray[np.bool_]:
    """Tell which pairs, one over the other, are no higher than one glyph; (M,) bool.

    How high a glyph is shows in the components that are `linked` beside either.
    """
    glyph = boxes[:, 3].copy()
    lone = np.ones(len(boxes), np.bool_)
    for near, far in (linked.T, linked.T[::-1]):
        np.maximum.at(glyph, near, boxes[far, 3])
        lone[near] = False
    first, second = under.T
    top, bottom = boxes[:, 1], boxes[:, 1] + boxes[:, 3]
    high = np.maximum(bottom[first], bottom[second]) - np.minimum(top[first], top[second])
    most = np.where(lone[first] & lone[second], TWO_HALVES, ONE_GLYPH)
    return np.asarray(high <= most * np.maximum(glyph[first], glyph[second]), np.bool_)


def groups_of(boxes: Ints, pairs: Ints) -> tuple[Ints, Ints]:
    """Merge linked components into groups.

    Returns the components, group after group and left to right in each, (N,) int32, and how many
    there are in each group.
    """
    group = lowest(len(boxes), pairs.min(axis=1), pairs.max(axis=1))
    order = np.lexsort((2 * boxes[:, 0] + boxes[:, 2], group))
    return order.astype(np.int32), np.unique(group, return_counts=True)[1]
