"""Words that are no numbers by shape and place: dashes, arms of crosses, scraps, print by a pen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.bars import bars_of
from digitscan.reading.find import Word
from digitscan.reading.geometry import corners
from digitscan.reading.stretches import stretches_of
from digitscan.types import Box, Floats, Ints

MOST_LEAN = 22.0
"""Degrees by which a bare stroke through a cell may lean and still be a 1."""
GOES_ON = 12.0
"""Degrees by which a stroke leans at least that goes on from cell to cell: a column of upright 1s
does as well,"""
BENT = 10.0
"""and by which it may bend;"""
APART = 0.5
"""its pieces are apart by at most this share of their height."""
THROUGH = 0.95
"""Largest part of its cell's height or width that a leaning 1 takes."""
DASH = 4.0
"""A dash is at least this many times longer than wide."""
STACKED = 1.5
"""Upright dashes one over the other are together so many times as high as one."""
SCRAP = 0.4
"""Of the highest digit's height in a comb: what is lower is no digit."""
LEVEL = 0.4
"""Share of their height in which two words stand on one line."""
NEAR_BORDER = 0.06
"""What is no farther from a cell's border touches it, in heights of the cell."""


def is_dashed(word: Word) -> bool:
    """Tell whether a word outside cells is nothing but dashes, as of a box drawn in dashes.

    Some are level or stand one over the other; the strokes of an ll stand side by side.
    """
    if word.cell >= 0:
        return False
    wide, high = word.parts[:, 2], word.parts[:, 3]
    dashes = np.maximum(wide, high) >= DASH * np.minimum(wide, high)
    ruled = (wide > high).any() or word.box.height > STACKED * high.max()
    return bool(dashes.all() and ruled)


def are_slanted(words: list[Word]) -> NDArray[np.bool_]:
    """Tell which words are one slanting straight stroke, or two that slant to both sides; (N,)."""
    counts = np.array([len(word.parts) for word in words], np.intp)
    slanted = counts <= 2
    few = np.flatnonzero(slanted)
    counts = counts[few]
    ink = stretches_of([words[k].labels for k in few.tolist()], counts.tolist())
    lean, straight = bars_of(ink.ink, ink.owner, int(counts.sum()))
    first, last = np.cumsum(counts) - counts, np.cumsum(counts) - 1
    apart = (counts == 1) | (lean[first] * lean[last] < 0)
    bare = straight & (np.abs(lean) > MOST_LEAN)
    slanted[few] = apart & bare[first] & bare[last]
    return slanted


def cross_arms(
    words: list[Word], own: Floats, cells: tuple[Box, ...], rows: Ints
) -> NDArray[np.bool_]:
    """Tell the words that the borders of cells have cut off a large cross; (N,) bool.

    They slant and run through their cells, or come from its border where no digit stands beside
    them in a comb; a leaning 1 stays inside, as long as the digits beside it do.
    """
    taken, touching = _reach(words, cells)
    through = taken.max(axis=1) > THROUGH
    near = np.flatnonzero(through | touching)
    arms = np.zeros(len(words), np.bool_)
    for index in near[are_slanted([words[k] for k in near.tolist()])].tolist():
        digits = (rows >= 0) & (rows == rows[index]) & (own > 0)
        if through[index]:  # and so do digits, where all that is written is larger than its cells
            digits &= through
        arms[index] = are_slanted([words[k] for k in np.flatnonzero(digits).tolist()]).all()
    return arms


def going_on(words: list[Word], bare: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell the words that are one leaning stroke that goes on in the cell above or below; (N,).

    One of the two at least is straight; those that are not are read as `bare` 1s, (N,) bool.
    """
    found = np.zeros(len(words), np.bool_)
    one = np.array([i for i, word in enumerate(words) if len(word.parts) == 1], np.intp)
    upper, lower, along = _one_below_another([words[i] for i in one.tolist()])
    near, place = np.unique(np.concatenate([upper, lower]), return_inverse=True)
    if not near.size:  # to measure strokes costs more
        return found
    one, (upper, lower) = one[near], place.reshape(2, -1)
    ink = stretches_of([words[i].labels for i in one.tolist()], [1] * len(one))
    lean, straight = bars_of(ink.ink, ink.owner, len(one))
    stroke = (straight | bare[one]) & (np.abs(lean) >= GOES_ON)
    same = stroke[upper] & stroke[lower] & (straight[upper] | straight[lower])
    same &= (np.abs(along - lean[upper]) < BENT) & (np.abs(along - lean[lower]) < BENT)
    going = one[np.concatenate([upper[same], lower[same]])]
    found[going] = [words[i].cell >= 0 for i in going.tolist()]
    return found


def _one_below_another(words: list[Word]) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Return the pairs of words of different cells of which one begins about where one ends.

    They are (P,) the upper and the lower one, and how far their line leans, in degrees; those that
    stand upright one over the other are left out.
    """
    boxes = corners(word.box for word in words).astype(np.float64)
    (x, y), high = (boxes[:, :2] + boxes[:, 2:]).T / 2, boxes[:, 3] - boxes[:, 1]
    cell = np.array([word.cell for word in words], np.int32)
    down = y - y[:, None]  # of the second from the first
    gap = down - (high[:, None] + high) / 2
    near = (np.abs(gap) < APART * np.maximum(high[:, None], high)) & (down > 0)
    upper, lower = np.nonzero(near & (cell[:, None] != cell))
    along = -np.degrees(np.arctan2(x[lower] - x[upper], np.maximum(down[upper, lower], 1e-6)))
    leaning = np.abs(along) > GOES_ON - BENT
    return upper[leaning], lower[leaning], along[leaning]


def are_crosses(words: list[Word], cells: tuple[Box, ...]) -> NDArray[np.bool_]:
    """Tell the words that cross out an unused cell, from corner to corner; (N,) bool."""
    found = np.asarray(_reach(words, cells)[0].min(axis=1) > THROUGH, np.bool_)
    for index in np.flatnonzero(found).tolist():
        found[index] = _is_cross(words[index].labels > 0)
    return found


def _is_cross(ink: NDArray[np.bool_]) -> bool:
    """Tell an X by its ink, (h, w), in the corners of its box and not half way between them."""
    places = [(int(0.2 * side), int(0.35 * side), side) for side in ink.shape]
    (corner_y, third_y, high), (corner_x, third_x, wide) = places
    edges = (slice(corner_y), slice(high - corner_y, None))
    sides = (slice(corner_x), slice(wide - corner_x, None))
    tips = [ink[edge, side].any() for edge in edges for side in sides]
    between = [ink[edge, third_x : wide - third_x].any() for edge in edges]
    between += [ink[third_y : high - third_y, side].any() for side in sides]
    return sum(map(int, tips)) - sum(map(int, between)) >= 3


def _reach(words: list[Word], cells: tuple[Box, ...]) -> tuple[Floats, NDArray[np.bool_]]:
    """Tell what share of its cell's width and height a word takes, and if it reaches its border.

    They are (N, 2) and (N,) bool; words outside cells take nothing.
    """
    cell = np.array([word.cell for word in words], np.int32)
    own = [cells[k] if k >= 0 else Box(0, 0, 1, 1) for k in cell.tolist()]
    boxes, frames = corners(word.box for word in words), corners(own)
    sizes, spaces = boxes[:, 2:] - boxes[:, :2], frames[:, 2:] - frames[:, :2]
    gaps = np.hstack([boxes[:, :2] - frames[:, :2], frames[:, 2:] - boxes[:, 2:]]).min(axis=1)
    taken = np.where(cell[:, None] >= 0, sizes / spaces, 0).astype(np.float32)
    touching = gaps <= np.maximum(1, NEAR_BORDER * spaces[:, 1])
    return taken, touching & (cell >= 0)


def scraps(words: list[Word], own: Floats, rows: Ints) -> NDArray[np.bool_]:
    """Tell the words that are far lower than the digits beside them in a comb; (N,) bool.

    They are pieces of a printed guide or of a ruling, or, between two cells, of a digit.
    """
    height = np.array([word.height for word in words], np.float32)
    digits = (rows >= 0) & (own > 0)
    beside = (rows[:, None] == rows) & digits
    free = np.flatnonzero([word.cell < 0 for word in words])
    boxes = corners(word.box for word in words)
    near = boxes[free, None]
    apart = np.maximum(near[..., :2] - boxes[:, 2:], boxes[:, :2] - near[..., 2:])
    beside[free] = (apart.max(axis=2) < SCRAP * height[free, None]) & digits
    highest = np.where(beside, height, 0).max(1, initial=0)
    return np.asarray(height < SCRAP * highest, np.bool_)


def beside_pen(words: list[Word], rows: Ints) -> NDArray[np.bool_]:
    """Tell what is print where a coloured pen wrote: in its cell or comb, or beside it; (N,) bool.

    It is what is left of rulings, of guides and of labels.
    """
    penned = np.array([word.penned for word in words], np.bool_)
    cell = np.array([word.cell for word in words], np.int32)
    taken = np.isin(cell, cell[penned]) | (np.isin(rows, rows[penned]) & (rows >= 0))
    left, top, right, bottom = corners(word.box for word in words).T
    gap = np.maximum(left[:, None] - right, left - right[:, None])
    shared = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    high = np.minimum((bottom - top)[:, None], bottom - top)
    close = (gap < high) & (shared > LEVEL * high)
    taken = np.where(cell >= 0, taken, (close & penned).any(axis=1))
    return np.asarray(taken & ~penned, np.bool_)
