"""The first look at whole components: how like print a word is, which components need no cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.engine import GlyphScores
from digitscan.reading.find import Word
from digitscan.reading.group import comb_rows
from digitscan.reading.kinds import Company, by_color, in_company, print_log_odds, with_strips
from digitscan.reading.prepare import Prepared, timed
from digitscan.reading.strips import StripReading
from digitscan.types import Floats

SURELY_PRINTED = 1.0
"""Log odds of print, a glyph, from which a word is not read at all where print is not wanted."""
DOUBT = -0.4
"""Log odds of print, a glyph, from which a word on a page is more likely print: most words are."""
LEAST_HAND_HEIGHT = 9
"""Writing lower than this, in page pixels, is print: at 100 dpi a pen writes larger than 2 mm, and
what tells the two apart is gone at this size."""
DASH = 5.0
"""A component this many times wider than high is a dash."""
TINY_ODDS = 6.0
"""Log odds of print, a glyph, of writing so small."""
SURE = 0.95
"""A whole component read as a digit with this probability is not cut, nor joined with another."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What the first look says of a word.

    `own` are its log odds of print, the mean of `count` glyphs, `printed` the same with its
    company's; `digit` is (N, 11) float32, the glyph network's probabilities of each component, 0
    for those not looked at.
    """

    own: float
    count: float
    printed: float
    digit: Floats

    @property
    def whole(self) -> NDArray[np.bool_]:
        """(N,) the components that surely are one digit."""
        return np.asarray(self.digit[:, :10].max(1) > SURE, np.bool_)


def big_parts(word: Word) -> NDArray[np.int32]:
    """Return the components large enough to be a glyph of their word; (k,) int32.

    Dashes are none, as those of a box drawn in dashes around a number.
    """
    width, height = word.parts[:, 2], word.parts[:, 3]
    high = height > 0.4 * word.height
    wide = (width > 0.5 * word.height) & (width < DASH * height)
    return np.flatnonzero(high | wide).astype(np.int32)


def judge_looks(
    page: Prepared, company: Company, chosen: list[NDArray[np.int32]], scores: list[GlyphScores]
) -> list[Look]:
    """Judge one page's words from the scores of their whole components."""
    with timed(page.seconds, "kinds"):
        own, count = print_log_odds([score.printed for score in scores])
        rows = np.append(comb_rows(page.combs), -1)[[word.cell for word in page.words]]
        own -= by_color(page.words, rows)
        if not page.field:
            heights = np.array([word.height for word in page.words], np.float32)
            own[heights * page.scale < LEAST_HAND_HEIGHT] = TINY_ODDS
        printed = in_company(own, count, company)
        looks = []
        for index, (word, parts, score) in enumerate(zip(page.words, chosen, scores, strict=True)):
            digit = np.zeros((len(word.parts), score.digit.shape[1]), np.float32)
            digit[parts] = score.digit
            evidence = float(own[index]), float(count[index]), float(printed[index])
            looks.append(Look(*evidence, digit))
    return looks


def print_odds(
    looks: list[Look],
    company: Company,
    words: list[int],
    strips: list[StripReading | None],
    field: bool,
) -> list[float]:
    """Judge some words, with what the strip reader read in them, by all evidence and all company.

    Returns for each the log odds a glyph that it is print, above 0 for print; what is in doubt is
    print, but in a `field`, a picture of one entry, handwriting.
    """
    own = np.array([look.own for look in looks], np.float32)
    count = np.array([look.count for look in looks], np.float32)
    nothing = np.zeros(0, np.float32)
    said = [nothing if reading is None else reading.printed for reading in strips]
    both = with_strips(own, count, words, said)
    odds = in_company(*both, company)
    return [float(odds[i]) - (0.0 if field else DOUBT) for i in words]
