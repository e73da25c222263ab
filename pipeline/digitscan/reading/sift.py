"""Which words are numbers: what both readers say, and the company that the words keep."""

from __future__ import annotations

from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.find import Word
from digitscan.reading.glyphs import GlyphReading
from digitscan.reading.kinds import NEIGHBOR_WEIGHT, Company, in_company, mean_odds
from digitscan.reading.letters import (
    LETTERS,
    combs_of_letters,
    frames_of,
    outvoted,
    spaced_lines,
)
from digitscan.reading.marks import (
    are_crosses,
    beside_pen,
    cross_arms,
    going_on,
    is_dashed,
    scraps,
)
from digitscan.reading.strikes import is_crossed_out
from digitscan.reading.strips import StripReading
from digitscan.types import Box, Floats, Ints

UNEXPLAINED_WEIGHT = 3.0
"""Log odds against a number for a stroke one digit high, per digit, that no digit explains."""
STRIP_SURE = 3.0
"""Log odds for a number that the strip reader reads without doubt, and against one it does not."""
STRIP_WEIGHT = 1.5
"""Log odds lost for each unit of a strip's score, per digit."""
JOINED_SURE = 2.5
"""Log odds of the second from which joined digits in a cell, which the first cannot part, are..."""
EXPECTED_SURE = 1.0
"""The same where they are as many as the comb cells that they are joined over;"""
MOST_JOINED = -1.0
"""...a number in spite of it: its own count no lower."""
POSSIBLE = -4.0
"""Log odds of the first reader below which a word is not looked at again."""
OWN_ODDS = -1.0
"""Log odds below which company does not make a word a number."""
FREE_ODDS = 2.0
"""The same outside every cell, where signatures and names stand as well."""
ALIKE = 0.5
"""Share of both texts that must be the same outside every cell;"""
STRIP_FREE = 1.5
"""all of them where the second reader's log odds are no higher."""
COMB_ODDS = 2.0
"""Log odds of all company that make a digit of what is hardly one, among digits in a comb."""
LONE_ODDS = 3.0
"""Log odds that a single digit outside every cell must have."""

OVER = 1.0
"""Log odds at least with which what is joined over cells speaks: it is ill read, letters or not."""


def glyph_odds(readings: list[GlyphReading]) -> Floats:
    """Sum up what the first reader says for a number in each word, as log odds a glyph; (N,)."""
    own, _ = mean_odds([reading.odds for reading in readings])
    unexplained = np.array([r.skipped / max(1, len(r.digits)) for r in readings], np.float32)
    return np.asarray(own - UNEXPLAINED_WEIGHT * np.minimum(unexplained, 1.0), dtype=np.float32)


def may_be_numbers(words: list[Word], odds: Floats, rows: Ints) -> NDArray[np.bool_]:
    """Tell the words that the second reader is worth asking about; (N,) bool.

    `odds` are (N,), the first reader's, and `rows` (N,), the comb that each stands in or -1. What
    a coloured pen wrote into any cell is worth it.
    """
    written = np.array([word.penned and word.cell >= 0 for word in words], np.bool_)
    return np.asarray((odds > POSSIBLE) | (rows >= 0) | written, np.bool_)


def strip_odds(readings: list[StripReading | None]) -> Floats:
    """Sum up what the second reader says for a number in each word, as log odds a digit; (N,).

    None stands for a word that was not worth a look.
    """
    odds = [-STRIP_SURE if reading is None else _strip_odds(reading) for reading in readings]
    return np.clip(np.array(odds, np.float32), -STRIP_SURE, STRIP_SURE)


def _strip_odds(reading: StripReading) -> float:
    """Sum up one reading; where it is empty, by how far the likeliest digits lie below nothing."""
    if reading.digits:
        return STRIP_SURE + STRIP_WEIGHT * reading.score / len(reading.digits)
    likeliest = max((score for text, score in reading.alternatives if text), default=-np.inf)
    return likeliest - reading.score


def are_numbers(
    words: list[Word],
    glyphs: list[GlyphReading],
    strips: list[StripReading | None],
    company: Company,
    cells: tuple[Box, ...],
    rows: Ints,
    field: bool,
    certain: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Tell the words that are numbers from letters, marks and drawings; (N,) bool.

    The evidence is each word's own, of both readers, and that of its company: a 5 in a word of
    letters is an S. In a `field`, where a number is expected, a word must only be possible: better
    a number for review than none. Words that the strip reader did not look at (None) are none,
    but they are company; unless the first reader was `certain` without it, (N,) bool. `cells` are
    the page's, in working pixels. `rows` is (N,), the comb that each word stands in or -1: its
    digits speak for each other, and a comb of many letters holds no number, whatever some of them
    look like.
    """
    digits = [
        len(first.digits) if sure else 0 if reading is None else len(reading.digits)
        for first, reading, sure in zip(glyphs, strips, certain.tolist(), strict=True)
    ]
    first, second = glyph_odds(glyphs), np.where(certain, STRIP_SURE, strip_odds(strips))
    inside = np.array([word.cell >= 0 for word in words], np.bool_)
    over = np.array([word.over for word in words], np.int32)
    expected = (over > 1) & (over == np.array(digits))
    joined = inside & (np.array(digits) > 1)
    penned = np.array([word.penned for word in words], np.bool_)
    joined &= second > np.where(expected | penned, EXPECTED_SURE, JOINED_SURE)
    own = np.where(joined, np.maximum(first, MOST_JOINED), first) + second
    count = np.clip(np.array(digits, np.float32), 1, 6)
    count[[not found and is_dashed(word) for word, found in zip(words, digits, strict=True)]] = 0
    joint = in_company(own, count, company)
    joint = np.where(rows >= 0, np.maximum(joint, _in_comb(own, rows)), joint)
    lone = np.array(
        [found == 1 and word.cell < 0 for word, found in zip(words, digits, strict=True)], np.bool_
    )
    found = zip(words, glyphs, strips, strict=True)
    read = certain | np.array([_is_read(*word) for word in found], np.bool_)
    if field:
        return np.asarray(read & (own > POSSIBLE), dtype=np.bool_)
    rest = scraps(words, own, rows) | beside_pen(words, rows)
    bare = np.array([[digit.value for digit in first.digits] == [1] for first in glyphs], np.bool_)
    read &= ~(cross_arms(words, own, cells, rows) | going_on(words, bare) | rest)
    lines = spaced_lines(words, company)
    voices = np.where(over > 1, np.maximum(own, OVER), own)
    silent = rest | are_crosses(words, cells)
    read &= ~(
        combs_of_letters(voices, np.where(silent, -1, rows), bare, frames_of(words, cells))
        | outvoted(own - np.float32(LETTERS), np.where(rows < 0, lines, -1))
    )
    likely = (own > np.where(inside, OWN_ODDS, FREE_ODDS)) | (
        (rows >= 0) & (own > POSSIBLE) & (joint > COMB_ODDS)
    )
    numbers = np.asarray(read & likely & (joint > 0) & (~lone | (own > LONE_ODDS)), dtype=np.bool_)
    for index in np.flatnonzero(numbers & ~(expected & joined)).tolist():
        free = not (inside[index] or certain[index])
        least = ALIKE if second[index] > STRIP_FREE else 1.0
        drawn = free and _likeness(glyphs[index], strips[index]) < least
        numbers[index] = not (drawn or is_crossed_out(words[index]))
    return numbers


def _likeness(first: GlyphReading, second: StripReading | None) -> float:
    """Return how much of both readers' texts is the same: in signatures each sees its own."""
    said = "" if second is None else second.text
    return SequenceMatcher(None, first.text, said).ratio()


def _in_comb(own: Floats, rows: Ints) -> Floats:
    """Average each word's log odds with those in its comb that speak for a number; (N,) float32.

    The others do not count: crosses in unused cells say nothing about the digits after them.
    """
    others = np.maximum(own, 0)
    beside = (rows[:, None] == rows) & (own > 0) & ~np.eye(len(own), dtype=np.bool_)
    total = own + NEIGHBOR_WEIGHT * (beside @ others)
    return np.asarray(total / (1 + NEIGHBOR_WEIGHT * beside.sum(1)), dtype=np.float32)


def _is_read(word: Word, glyphs: GlyphReading, strips: StripReading | None) -> bool:
    """Tell whether digits were read in a word.

    The strip reader, which knows print and letters, must see them; in a cell, where a lone 1 may
    look to it like a ruling, a single one of the glyph reader will do.
    """
    if strips is None:
        return False
    return bool(strips.digits) or (word.cell >= 0 and len(glyphs.digits) == 1)
