"""The first look at whole components: which words are print, which components need no cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.engine import GlyphScores
from digitscan.reading.find import Word
from digitscan.reading.kinds import find_company, in_company, print_log_odds
from digitscan.reading.prepare import Prepared, timed
from digitscan.types import Kind

HANDWRITTEN_ODDS = -1.0
"""Log odds of print, a glyph, below which a word on a page counts as handwritten."""
SURE = 0.95
"""A whole component read as a digit with this probability is not cut."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What the first look says of a word: its kind, and (N,) bool the components to leave whole."""

    kind: Kind
    whole: NDArray[np.bool_]


def big_parts(word: Word) -> NDArray[np.int32]:
    """Return the components large enough to be a glyph of their word; (k,) int32."""
    high = word.parts[:, 3] > 0.4 * word.height
    wide = word.parts[:, 2] > 0.5 * word.height
    return np.flatnonzero(high | wide).astype(np.int32)


def judge_looks(
    page: Prepared, chosen: list[NDArray[np.int32]], scores: list[GlyphScores]
) -> list[Look]:
    """Judge one page's words from the scores of their whole components."""
    with timed(page.seconds, "kinds"):
        odds, count = print_log_odds([score.printed for score in scores])
        odds = in_company(odds, count, find_company(page.words, page.rulings.cells))
        doubt = 0.0 if page.field else HANDWRITTEN_ODDS
        looks = []
        for word, parts, score, odd in zip(page.words, chosen, scores, odds, strict=True):
            whole = np.zeros(len(word.parts), np.bool_)
            whole[parts] = score.digit[:, :10].max(1, initial=0) > SURE
            looks.append(Look(Kind.PRINTED if odd > doubt else Kind.HANDWRITTEN, whole))
    return looks
