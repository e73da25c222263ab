"""The first look at whole components: how like print a word is, which components need no cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.engine import GlyphScores, Kinds
from digitscan.reading.find import Word
from digitscan.reading.glyphs import NOT_A_DIGIT
from digitscan.reading.kinds import (
    Company,
    averaged,
    by_color,
    in_company,
    print_log_odds,
    weights,
    with_strips,
)
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
PRINT_AT_A_LOOK, MANY = 2.0, 4
"""Words are print where their own glyphs speak for it with these log odds, and so do so many with
their company's: no network is asked again."""
HAND_AT_A_LOOK, TWO = -2.0, 2
"""The same of words that a pen wrote; what their digits are is asked all the same."""
FEW = 2
"""Glyphs of long words outside cells that are looked at first: most are print, which these tell."""
SURELY_NONE = 0.97
"""A run of pieces is no digit with this probability, whoever made it."""

Odds: TypeAlias = tuple[Floats, Floats]
"""(N,) mean log odds of print of each word's glyphs, and (N,) the glyphs counted."""


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


def few_parts(words: Sequence[Word], big: Sequence[NDArray[np.bool_]]) -> list[NDArray[np.bool_]]:
    """Choose a few of the `big` parts of long words outside cells, none of others; (N,) bool each.

    Long are those with twice as many, and more.
    """
    every = np.concatenate([np.zeros(0, np.bool_), *big])
    sizes = np.array([len(parts) for parts in big], np.intp)
    ends = np.append(0, np.cumsum(every))[np.append(0, np.cumsum(sizes))]
    count = np.diff(ends)
    free = np.array([word.cell < 0 for word in words], np.bool_)
    long = np.flatnonzero(free & (count >= 2 * FEW))[:, None]
    spread = ends[long] + count[long] * np.arange(1, 2 * FEW, 2) // (2 * FEW)
    few = np.zeros_like(every)
    few[np.flatnonzero(every)[spread]] = True
    return parted(few, sizes)


def told_by_few(page: Prepared, company: Company, few: Sequence[int], printed: Floats) -> Odds:
    """Judge the words that surely are print by a few glyphs; of others none counts.

    `printed` are the probabilities of print of these glyphs, of which each word has so many.
    """
    with timed(page.seconds, "kinds"):
        own, count = _own_odds(page, few, printed)
        some = np.flatnonzero(count).tolist()
        odds, heard = _heard(own[some], count[some], company.among(some))
        surely = np.zeros_like(count)
        surely[some] = _surely_print(own[some], odds, heard)
        return own, count * surely


def judge_looks(
    page: Prepared,
    company: Company,
    chosen: list[NDArray[np.bool_]],
    scores: GlyphScores,
    told: Odds | None = None,
) -> list[Look]:
    """Judge one page's words from the scores of their `chosen` whole components, word by word.

    Of words that are `told` by a few glyphs none is chosen.
    """
    with timed(page.seconds, "kinds"):
        seen = np.concatenate([np.zeros(0, np.bool_), *chosen])
        counts = [len(parts) for parts in chosen]
        looked = np.diff(
            np.append(0, np.cumsum(seen))[np.append(0, np.cumsum(counts, dtype=np.intp))]
        )
        own, count = _own_odds(page, looked, scores.printed, told)
        rows = page.rows
        printed = in_company(own, count, company)
        digit = np.zeros((len(seen), NOT_A_DIGIT + 1), np.float32)
        digit[seen] = scores.digit
        sure = np.repeat(np.where(rows < 0, SURE, SURE_IN_COMBS), counts)
        whole = digit[:, :NOT_A_DIGIT].max(1) > sure
        evidence = own.tolist(), count.tolist(), printed.tolist()
        found = zip(*evidence, parted(digit, counts), parted(whole, counts), strict=True)
        return [Look(*word) for word in found]


def kinds_at_a_look(
    pages: Sequence[Prepared],
    company: Sequence[Company],
    looked: Sequence[Sequence[int]],
    told: Sequence[Odds],
) -> Kinds:
    """Tell kinds by what the quick network says; `looked` are the glyphs of each page's words.

    `told` are the words told already, page by page.
    """

    def kinds(scores: GlyphScores) -> tuple[NDArray[np.bool_], Floats]:
        of_pages = parted(scores.printed, [sum(counts) for counts in looked])
        found = zip(pages, company, looked, of_pages, told, strict=True)
        printed, likely = zip(*[sure_kinds(*page) for page in found], strict=True)
        return np.concatenate(printed), np.concatenate(likely)

    return kinds


def kinds_of_digits(scores: GlyphScores) -> tuple[NDArray[np.bool_], Floats]:
    """Tell that the kind of what surely is no digit need not be known, of runs; see `Kinds`.

    What may be a digit and is like neither print nor handwriting is worth another look.
    """
    none = scores.digit[:, NOT_A_DIGIT] >= SURELY_NONE
    return np.zeros_like(none), np.where(none, scores.printed, np.float32(np.nan))


def sure_kinds(
    page: Prepared,
    company: Company,
    looked: Sequence[int],
    printed: Floats,
    told: Odds | None = None,
) -> tuple[NDArray[np.bool_], Floats]:
    """Tell the glyphs of words that surely are print, and how likely those of a pen are; (G,) both.

    `printed` are the glyphs' probabilities of print, (G,), of which each word has `looked`. Where a
    word and its company surely are a pen's, it is theirs; elsewhere, NaN, that is worth a look.
    """
    own, count = _own_odds(page, looked, printed, told)
    odds, heard = _heard(own, count, company)
    print_ = _surely_print(own, odds, heard)
    hand = (odds <= HAND_AT_A_LOOK) & (heard >= TWO)
    likely = np.where(hand, 1 / (1 + np.exp(-odds)), np.nan).astype(np.float32)
    return np.repeat(print_, looked), np.repeat(likely, looked)


def _heard(own: Floats, count: Floats, company: Company) -> Odds:
    """Judge words in their company, by as many glyphs as are heard; see `Odds`."""
    weight = weights(count, company)
    return averaged(own, count, weight), count + weight.sum(1)


def _surely_print(own: Floats, odds: Floats, heard: Floats) -> NDArray[np.bool_]:
    """Tell the words that surely are print by their `own` log odds and their company's; (N,)."""
    return np.asarray((np.minimum(own, odds) >= PRINT_AT_A_LOOK) & (heard >= MANY), np.bool_)


def _own_odds(
    page: Prepared, looked: Sequence[int] | Ints, printed: Floats, told: Odds | None = None
) -> Odds:
    """Judge the words of a page by their own glyphs, but for those that are `told` already."""
    own, count = print_log_odds(printed, looked)
    own -= by_color(page.words, page.rows)
    if not page.field:
        heights = np.array([word.height for word in page.words], np.float32)
        own[heights * page.ink.scale < LEAST_HAND_HEIGHT] = TINY_ODDS
    if told is None:
        return own, count
    known = told[1] > 0
    return np.where(known, told[0], own), np.where(known, told[1], count)


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
