"""The second reader, asked where the first is in doubt, and beside what turns out no number."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.crop import Strip, cut_strip, field_strip
from digitscan.reading.engine import Engine
from digitscan.reading.find import Word
from digitscan.reading.glyphs import GlyphReading
from digitscan.reading.kinds import Company
from digitscan.reading.prepare import Prepared, timed
from digitscan.reading.rulings import PALER, Rulings, borders_of
from digitscan.reading.sift import are_numbers, may_be_numbers
from digitscan.reading.strips import StripReading, read_strips
from digitscan.types import Floats, Ints

Second: TypeAlias = dict[int, tuple[Strip, StripReading]]
"""What the second reader saw and read, by the word."""
NEXT = 2
"""Neighbours of what is no number that the second reader is asked about: one on either side."""
COMPANY = 2
"""Other digits in a comb that make a digit of what is hardly one."""


def ask_second(
    page: Prepared,
    words: list[Word],
    first: list[GlyphReading],
    company: Company,
    odds: Floats,
    rows: Ints,
    certain: NDArray[np.bool_],
    network: Engine,
) -> tuple[Second, NDArray[np.bool_]]:
    """Ask the second reader about some of a page's words, and tell which are numbers; (N,) bool.

    They are those that may be numbers of which the first is not `certain` by itself, (N,) bool. If
    it saw no number in some of them and the second sees none either, the next ones beside them
    follow, and theirs if those are none: a digit among letters may be a letter.

    Parameters
    ----------
    first
        What the first reader read; `odds` are (N,), its log odds for a number.
    rows
        (N,), the comb that each word stands in or -1.
    network
        The strip network.
    """
    second: Second = {}
    done = np.zeros(len(words), np.bool_)
    asked = may_be_numbers(words, odds, rows) & ~certain
    while True:
        with timed(page.seconds, "strips"):
            second |= _read(page, words, first, np.flatnonzero(asked).tolist(), network)
        with timed(page.seconds, "kinds"):
            read = [second[i][1] if i in second else None for i in range(len(words))]
            cells, field = page.rulings.cells, page.field
            numbers = are_numbers(words, first, read, company, cells, rows, field, certain)
            none = ~(numbers | (odds > 0))
            asked = certain & next_ones(words, company.beside & certain[:, None], none & ~done)
            done |= none
        if not asked.any():
            return second, numbers
        certain = certain & ~asked


def next_ones(
    words: list[Word], beside: NDArray[np.bool_], chosen: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell the two words nearest to each of the `chosen`, (N,) bool, of those `beside` it; (N,).

    `beside` is (N, N) bool: [i, j] where i stands beside j.
    """
    middle = np.array([(w.box.x + w.box.right, w.box.y + w.box.bottom) for w in words], np.float32)
    found = np.zeros(len(words), np.bool_)
    for index in np.flatnonzero(chosen).tolist():
        others = np.flatnonzero(beside[:, index])
        away = np.abs(middle[others] - middle[index]).max(1, initial=0)
        found[others[np.argsort(away, kind="stable")[:NEXT]]] = True
    return found


def settled(
    words: list[Word], first: list[GlyphReading], second: Second, rows: Ints, rulings: Rulings
) -> frozenset[int]:
    """Find the words among digits in a comb in which the second reader sees what the first reads.

    That they are digits, which the first may doubt, is settled. Where it reads a bar that a pen
    drew, in colour or far darker than its box, no ruling, the second may see nothing. `rows` is
    (N,), the comb that each number stands in or -1.
    """
    count = np.append(np.bincount(rows[rows >= 0]), 0)[rows]
    return frozenset(
        i
        for i, (_, reading) in second.items()
        if rows[i] >= 0
        and (
            (count[i] > COMPANY and reading.text == first[i].text)
            or (not reading.digits and first[i].text == "1" and _is_drawn(words[i], rulings))
        )
    )


def _is_drawn(word: Word, rulings: Rulings) -> bool:
    """Tell whether a bar in a cell is of a pen: in colour, or far darker than its box."""
    border = borders_of(rulings, [rulings.cells[word.cell]])
    ink = word.darkness[word.labels > 0]
    return word.penned or bool(border.size and np.median(border) < PALER * np.median(ink))


def _read(
    page: Prepared, words: list[Word], first: list[GlyphReading], asked: list[int], network: Engine
) -> Second:
    """Read some of the words."""
    strips = [_strip(page, words[i]) for i in asked]
    said = read_strips([strip.pixels for strip in strips], network, [first[i].text for i in asked])
    return dict(zip(asked, zip(strips, said, strict=True), strict=True))


def _strip(page: Prepared, word: Word) -> Strip:
    """Cut out what the strip reader sees of a word: of a field, all of it."""
    if page.field:
        height, width = page.ink.darkness.shape
        return field_strip(word, page.page.pixels, (width, height))
    pen = page.ink.pen if word.penned else None
    return cut_strip(word, page.ink.darkness if pen is None else pen)
