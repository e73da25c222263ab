"""The first look: how like print a word is, and what needs no cut; then all the evidence."""

from dataclasses import replace

import numpy as np
import pytest

from digitscan.reading.engine import GlyphScores
from digitscan.reading.kinds import Company, find_company
from digitscan.reading.look import (
    FEW,
    SURELY_PRINTED,
    Look,
    big_parts,
    few_parts,
    judge_looks,
    kinds_of_digits,
    print_odds,
    sure_kinds,
    told_by_few,
)
from digitscan.reading.prepare import Prepared, prepare
from digitscan.reading.strips import StripDigit, StripReading
from digitscan.types import Box, Page

ALONE = Company(np.zeros((1, 1), bool), np.zeros((1, 1), bool))
FREE = np.array([-1])


@pytest.fixture(scope="module")
def page() -> Prepared:
    """Prepare a page of one word: two bars 30 high, and a dash beside them."""
    pixels = np.full((200, 600), 255, np.uint8)
    for left in (50, 64):
        pixels[80:110, left : left + 4] = 0
    pixels[94:98, 74:88] = 0
    return prepare(Page("page", 1, pixels))


NONE = np.zeros(2, np.bool_)


def scores(printed: float, sure: tuple[float, ...] = (0.99, 0.5)) -> GlyphScores:
    digit = np.full((len(sure), 11), 0.001, np.float32)
    digit[:, 1] = sure
    return GlyphScores(digit, np.full(len(sure), printed, np.float32))


def look(page: Prepared, printed: float) -> Look:
    chosen = big_parts(page.words)
    company = find_company(page.words, page.rulings.cells)
    (found,) = judge_looks(page, company, chosen, scores(printed))
    return found


def strips(odds: float, count: int = 2) -> StripReading:
    digits = tuple(StripDigit(1, 0.9, Box(9 * i, 0, 5, 20), odds) for i in range(count))
    return StripReading(digits, -0.1, 8.0, (("1" * count, -0.1),), 1)


def test_a_dash_is_no_glyph_of_its_word(page: Prepared) -> None:
    (word,) = page.words
    assert len(word.parts) == 3
    assert big_parts([word])[0].tolist() == [True, True, False]


def test_the_dashes_of_a_box_around_a_number_are_no_glyphs_either(page: Prepared) -> None:
    (word,) = page.words
    high = round(word.height)
    dashes = np.array([(0, 0, high, high // 8), (0, 9, high, high // 4)], np.int32)
    around = replace(word, parts=np.vstack([word.parts, dashes]))
    (big,) = big_parts([around])
    assert np.flatnonzero(big).tolist() == [0, 1, 4]  # the last may be a digit's stroke


def test_the_first_look_gives_log_odds_of_print(page: Prepared) -> None:
    found = look(page, 0.9)
    assert found.own == pytest.approx(np.log(9), abs=1e-3)
    assert found.count == 2
    assert found.printed == pytest.approx(found.own)  # no company


def test_what_is_lower_than_a_pen_writes_is_print(page: Prepared) -> None:
    bars = page.words[0].parts[:2]  # the dash is no higher than a glyph of a word so low
    low = replace(page, words=[replace(page.words[0], parts=bars, height=8 / page.ink.scale)])
    assert look(replace(low, field=False), 0.05).printed > SURELY_PRINTED
    assert look(replace(low, field=True), 0.05).printed < 0  # a field's entry is read


@pytest.mark.parametrize(
    ("printed", "print_", "hand"),
    [(0.95, True, False), (0.6, False, False), (0.4, False, False), (0.05, False, True)],
)
def test_the_kind_of_words_is_sure_at_a_look(
    page: Prepared, printed: float, print_: bool, hand: bool
) -> None:
    two = replace(page, words=page.words * 2, field=True)
    seen = np.full(4, printed, np.float32)
    beside = Company(~np.eye(2, dtype=bool), np.zeros((2, 2), bool))
    # The two glyphs of the word beside count for less than two: print needs four in all.
    surely, likely = sure_kinds(two, beside, [2, 2], seen)
    assert not surely.any()
    assert (~np.isnan(likely)).tolist() == [hand] * 4
    surely, likely = sure_kinds(two, beside, [3, 3], np.full(6, printed, np.float32))
    assert surely.tolist() == [print_] * 6
    assert (~np.isnan(likely)).tolist() == [hand] * 6


def test_a_glyph_in_doubt_among_a_pen_s_is_as_likely_print_as_they_are(page: Prepared) -> None:
    alone = replace(page, words=page.words, field=True)
    seen = np.array([0.05, 0.05, 0.05, 0.5], np.float32)
    _, likely = sure_kinds(alone, ALONE, [4], seen)
    assert likely.tolist() == pytest.approx([1 / (1 + 19 ** (3 / 4))] * 4, rel=1e-3)


def test_print_that_its_company_speaks_against_is_not_sure_at_a_look(page: Prepared) -> None:
    two = replace(page, words=page.words * 2, field=True)
    beside = Company(~np.eye(2, dtype=bool), np.zeros((2, 2), bool))
    seen = np.array([0.99] * 4 + [0.01] * 4, np.float32)
    assert not sure_kinds(two, beside, [4, 4], seen)[0].any()


def test_a_few_glyphs_of_long_words_outside_cells_are_looked_at_first(page: Prepared) -> None:
    (word,) = page.words
    free, in_cell = replace(word, cell=-1), replace(word, cell=0)
    long = np.array([True, False] * 2 * FEW + [True])
    few = few_parts([free, in_cell, free], [long, long, long[:4]])
    assert [np.count_nonzero(parts) for parts in few] == [FEW, 0, 0]
    assert long[few[0]].all()


def test_words_that_a_few_glyphs_tell_are_print_without_a_look_at_others(page: Prepared) -> None:
    words = replace(page, words=page.words * 4, field=True)
    beside = Company(~np.eye(4, dtype=bool), np.zeros((4, 4), bool))
    seen = np.array([0.99, 0.99, 0.99, 0.99, 0.99, 0.3], np.float32)
    own, count = told_by_few(words, beside, [2, 2, 2, 0], seen)
    assert count.tolist() == [2, 2, 0, 0]  # the third is in doubt, the last was not looked at
    nothing = [np.zeros(3, np.bool_)] * 2
    chosen = [*nothing, *big_parts(words.words[2:])]
    said = scores(0.5, (0.99, 0.5, 0.99, 0.5))
    looks = judge_looks(words, beside, chosen, said, (own, count))
    assert [look.own for look in looks[:2]] == own[:2].tolist()
    assert all(look.printed > SURELY_PRINTED for look in looks[:2])
    assert [look.digit.any() for look in looks] == [False, False, True, True]


def test_a_few_glyphs_without_company_tell_nothing(page: Prepared) -> None:
    alone = replace(page, field=True)
    _, count = told_by_few(alone, ALONE, [2], np.full(2, 0.99, np.float32))
    assert not count.any()


def test_the_kind_of_runs_that_are_no_digit_need_not_be_known() -> None:
    sure, unsure, digit = np.eye(11)[[10, 10, 3]].astype(np.float32)
    unsure[[3, 10]] = 0.05, 0.95
    said = GlyphScores(np.stack([sure, unsure, digit]), np.full(3, 0.5, np.float32))
    surely, likely = kinds_of_digits(said)
    assert not surely.any()
    assert (~np.isnan(likely)).tolist() == [True, False, False]


def test_what_reads_for_sure_as_one_digit_stays_whole(page: Prepared) -> None:
    assert look(page, 0.05).whole.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("glyphs", "by_strip", "printed"),
    [
        (2.0, 3.0, True),
        (-2.0, -3.0, False),
        (1.0, -4.0, False),  # the strip reader sees more
        (-1.0, 4.0, True),
    ],
)
def test_both_readers_tell_print_from_hand(glyphs: float, by_strip: float, printed: bool) -> None:
    seen = [Look(glyphs, 2.0, glyphs, np.zeros((2, 11), np.float32), NONE)]
    (odds,) = print_odds(seen, ALONE, [0], [strips(by_strip)], FREE, field=False)
    assert (odds > 0) == printed


def test_a_word_without_strip_digits_is_judged_by_its_glyphs() -> None:
    seen = [Look(-2.0, 2.0, -2.0, np.zeros((2, 11), np.float32), NONE)]
    assert print_odds(seen, ALONE, [0], [strips(5.0, count=0)], FREE, field=True) == [-2.0]


def test_in_a_comb_with_writing_a_doubtful_digit_was_written_too() -> None:
    looks = [Look(odds, 1.0, odds, np.zeros((1, 11), np.float32), NONE[:1]) for odds in (-3, -0.2)]
    apart = Company(np.zeros((2, 2), bool), np.zeros((2, 2), bool))
    for rows, printed in (([0, 0], False), ([-1, -1], True), ([0, 2], True)):
        odds = print_odds(looks, apart, [1], [None], np.array(rows), field=False)
        assert (odds[0] > 0) == printed, rows
