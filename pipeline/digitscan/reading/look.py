"""The first look at whole components: how like print a word is, which components need no cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.engine import GlyphScores
from digitscan.reading.find import Word
from digitscan.reading.glyphs import NOT_A_DIGIT
from digitscan.reading.kinds import Company, by_color, in_company, print_log_odds, with_strips
from digitscan.reading.prepare import Prepared, timed
from digitscan.reading.strips import StripReading
from digitscan.reading.together import parted
from digitscan.types import Floats, Ints

SURELY_PRINTED = 1.0
"""Log odds of print, a glyph, from which a word is not read at all where print is not wanted."""
DOUBT = -0.4
"""Log odds of print, a glyph, from which a word on a page is more likely print: most words are."""
WRITTEN = -0.8
"""Log odds of print of what surely was written: beside it in a comb what is in doubt was, too."""
LEAST_HAND_HEIGHT = 9
"""Writing lower than this, in page pixels, is print: at 100 dpi a pen writes larger than 2 mm, and
what tells the two apart is gone at this size."""
DASH = 5.0
"""A component this many times wider than high is a dash."""
TINY_ODDS = 6.0
"""Log odds of print, a glyph, of writing so small."""
SURE, SURE_IN_COMBS = 0.9, 0.95
"""A whole component read as a digit with this probability is not cut, nor joined with another; in
a comb it may be a part of one that goes on in the next cell."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What the first look says of a word.

    `own` are its log odds of print, the mean of `count` glyphs, `printed` the same with its
    company's; `digit` is (N, 11) float32, the glyph network's probabilities of each component, 0
    for those not looked at; `whole` is (N,), which components surely are one digit.
    """

    own: float
    count: float
    printed: float
    digit: Floats
    whole: NDArray[np.bool_]


def big_parts(words: Sequence[Word]) -> list[NDArray[np.bool_]]:
    """Tell each word's components that are large enough to be a glyph of it; (N,) bool each.

    Dashes are none, as those of a box drawn in dashes around a number.
    """
    counts = [len(word.parts) for word in words]
    parts = np.concatenate([np.zeros((0, 4), np.int32), *(word.parts for word in words)])
    usual = np.repeat(np.array([word.height for word in words], np.float64), counts)
    width, height = parts[:, 2], parts[:, 3]
    wide = (width > 0.5 * usual) & (width < DASH * height)
    return parted((height > 0.4 * usual) | wide, counts)


def judge_looks(
    page: Prepared, company: Company, chosen: list[NDArray[np.bool_]], scores: GlyphScores
) -> list[Look]:
    """Judge one page's words from the scores of their `chosen` whole components, word by word."""
    with timed(page.seconds, "kinds"):
        looked = [int(np.count_nonzero(parts)) for parts in chosen]
        own, count = print_log_odds(scores.printed, looked)
        rows = page.rows
        own -= by_color(page.words, rows)
        if not page.field:
            heights = np.array([word.height for word in page.words], np.float32)
            own[heights * page.scale < LEAST_HAND_HEIGHT] = TINY_ODDS
        printed = in_company(own, count, company)
        seen = np.concatenate([np.zeros(0, np.bool_), *chosen])
        digit = np.zeros((len(seen), NOT_A_DIGIT + 1), np.float32)
        digit[seen] = scores.digit
        counts = [len(parts) for parts in chosen]
        sure = np.repeat(np.where(rows < 0, SURE, SURE_IN_COMBS), counts)
        whole = digit[:, :NOT_A_DIGIT].max(1) > sure
        evidence = own.tolist(), count.tolist(), printed.tolist()
        found = zip(*evidence, parted(digit, counts), parted(whole, counts), strict=True)
        return [Look(*word) for word in found]


def print_odds(
    looks: list[Look],
    company: Company,
    words: list[int],
    strips: list[StripReading | None],
    rows: Ints,
    field: bool,
) -> list[float]:
    """Judge some words, with what the strip reader read in them, by all evidence and all company.

    Returns for each the log odds a glyph that it is print, above 0 for print; what is in doubt is
    print, but in a `field`, a picture of one entry, or in a comb with what surely was written,
    handwriting. `rows` is (N,), the comb that each of all words stands in or -1.
    """
    own = np.array([look.own for look in looks], np.float32)
    count = np.array([look.count for look in looks], np.float32)
    nothing = np.zeros(0, np.float32)
    said = [nothing if reading is None else reading.printed for reading in strips]
    both = with_strips(own, count, words, said)
    odds = in_company(*both, company)
    written = np.isin(rows, rows[(rows >= 0) & (odds < WRITTEN)])
    usual = 0.0 if field else DOUBT
    judged = odds - np.where(written, -DOUBT, usual)
    return [float(judged[i]) for i in words]
