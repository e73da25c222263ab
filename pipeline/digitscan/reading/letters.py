"""Which rows of words are letters, whatever some of them look like: what all say together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.find import Word
from digitscan.reading.geometry import corners
from digitscan.reading.kinds import Company
from digitscan.types import Box, Floats, Ints

MANY = 4
"""Words in one row, or cells filled in one comb, that together tell letters from digits; fewer
may be crosses and a digit."""
SINGLE = 1.3
"""A word no wider than this many heights may be a single letter."""
LETTERS = 0.75
"""Their mean log odds for a number up to which they are letters: some letters are digits' twins."""
UNDECIDED = 2.5
"""Log odds for a number at which as many letters as digits are read in combs..."""
SPEAKS = 0.7
"""...and what each unit beyond or below says, in log odds that its comb is one of digits,"""
MOST_FOR_LETTERS = 2.7
"""against them at most; for them 1 at most, since a third of all letters look like digits."""
FELLOWS = 3
"""Combs of digits in a table at least that vouch for the others;"""
SAME_PLACE = 0.1
"""share of their width or height by which their ends may differ."""
NOWHERE = Box(0, 0, 0, 0)
"""In the place of a cell, for a word in none."""
UNSEEN = -0.5
"""Log odds of a bare 1 that the second reader does not see."""


def combs_of_letters(
    own: Floats, rows: Ints, bare: NDArray[np.bool_], frames: Ints
) -> NDArray[np.bool_]:
    """Tell the words in combs that taken together are no number; (W,) bool.

    Each word speaks for letters or for digits, as far as either are read like it; a `bare` stroke,
    (W,) bool, not for digits, and as what the second reader does not see for neither. What fills
    fewer than `MANY` cells may be crosses and a digit. In a table of combs most of which hold
    digits one ill-formed digit is forgiven; `frames` are (W, 4), left, top, right and bottom of the
    cells that a word stands in.
    """
    least = np.where(bare, UNSEEN, UNDECIDED)
    said = np.clip(SPEAKS * (own - least), -MOST_FOR_LETTERS, np.where(bare, 0, 1))
    found = np.zeros(len(said), np.bool_)
    every = [rows == row for row in np.unique(rows[rows >= 0]).tolist()]
    filled = _filled(rows, frames)
    total = np.array([said[h].sum() * (n >= MANY) for h, n in zip(every, filled, strict=True)])
    if not (total < 0).any():
        return found
    table = _tables(np.array([_around(frames[here]) for here in every], np.int32))
    digits, letters = table @ (total > 0), table @ (total < 0)
    forgiven = (digits >= FELLOWS) & (digits > letters)
    for here, voice in zip(every, total + MOST_FOR_LETTERS * forgiven, strict=True):
        found |= here & (voice < 0)
    return found


def _filled(rows: Ints, frames: Ints) -> list[int]:
    """Count the cells with words in each comb, in the order of its number in `rows`, (W,)."""
    inside = np.flatnonzero(rows >= 0)
    places = np.column_stack([rows[inside], frames[inside]])
    places = places[np.lexsort(places.T[::-1])]  # NumPy finds out which rows are equal far slower
    new = np.ones(len(places), np.bool_)
    new[1:] = (places[1:] != places[:-1]).any(axis=1)
    count = np.bincount(places[new, 0])
    return [n for n in count.tolist() if n]


def _tables(frames: Ints) -> Floats:
    """Tell which combs stand in one table: as wide, each in a row or column with the next; (C, C).

    `frames` are (C, 4), left, top, right and bottom of what is written into them; 0 or 1.
    """
    left, top, right, bottom = frames.T
    wide, high = right - left, bottom - top
    near = np.abs(wide[:, None] - wide) < SAME_PLACE * wide
    table = near & (np.abs(left[:, None] - left) < SAME_PLACE * wide)
    table |= near & (np.abs(top[:, None] - top) < SAME_PLACE * high)
    table = (table | table.T).astype(np.float32)
    for _ in range(len(frames).bit_length()):  # each time twice as far
        table = np.minimum(table @ table, 1)
    return np.asarray(table, np.float32)


def _around(frames: Ints) -> Ints:
    """Return left, top, right and bottom of (N, 4) frames together; (4,)."""
    return np.concatenate([frames[:, :2].min(axis=0), frames[:, 2:].max(axis=0)])


def frames_of(words: list[Word], cells: tuple[Box, ...]) -> Ints:
    """Return left, top, right and bottom of the cells that words stand in, 0 for none; (W, 4)."""
    firsts = corners(NOWHERE if word.cell < 0 else cells[word.cell] for word in words)
    for index, word in enumerate(words):
        if word.last > word.cell:
            firsts[index, 2] = cells[word.last].right
    return firsts


def outvoted(said: NDArray[np.floating], rows: Ints) -> NDArray[np.bool_]:
    """Tell the words in rows of `MANY` or more that together speak against a number; (W,) bool."""
    found = np.zeros(len(said), np.bool_)
    for row in np.unique(rows[rows >= 0]).tolist():
        here = rows == row
        found |= here & (np.count_nonzero(here) >= MANY and float(said[here].sum()) < 0)
    return found


def spaced_lines(words: list[Word], company: Company) -> Ints:
    """Name the line of single glyphs, set apart as in a comb, that each word stands in; (N,) int32.

    Those that are wider than one glyph stand in none, -1.
    """
    single = np.array([word.box.width <= SINGLE * word.height for word in words], np.bool_)
    word, other = np.nonzero(company.beside & single[:, None] & single)
    lines = np.where(single, np.arange(len(words)), -1).astype(np.int32)
    while (lines[other] < lines[word]).any():
        np.minimum.at(lines, word, lines[other])
    return lines
