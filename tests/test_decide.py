"""Numbers told from other writing, and what becomes of two readings of one word."""

from dataclasses import replace

import numpy as np
import pytest

from digitscan.errors import ModelError
from digitscan.reading.confidence import DecisionModel
from digitscan.reading.crop import STRIP_HEIGHT, cut_strip
from digitscan.reading.decide import (
    FEATURES,
    GLYPH_WEIGHT,
    choose,
    decide,
    features,
)
from digitscan.reading.find import Word
from digitscan.reading.glyphs import GlyphDigit, GlyphText
from digitscan.reading.judge import Judge
from digitscan.reading.split import ink_of
from digitscan.reading.stretches import Stretches
from digitscan.types import Box, Ints
from readings import STRIP, glyphs, lattice, strips, word

MODEL = DecisionModel.of(
    {
        "slopes": [-1, 1, 0.3, 0, 0, 0.5, 0, 0, 0, 0, 0, 0.2],
        "bends": [[]] * 12,
        "turns": [[]] * 12,
    },
    FEATURES,
)


def runs_and_ink() -> tuple[Ints, Stretches]:
    return lattice().runs, ink_of([lattice()])


def test_agreement_is_surer_than_either_reader() -> None:
    agreed = decide(MODEL, word(), *runs_and_ink(), glyphs("17"), STRIP, strips("17"), 2.0)
    differ = decide(MODEL, word(), *runs_and_ink(), glyphs("17"), STRIP, strips("47"), 2.0)
    assert [digit.value for digit in agreed.digits] == [1, 7]
    assert [int(digit.ink[2].max() - digit.ink[1].min()) for digit in agreed.digits] == [4, 4]
    assert agreed.confidence > 0.9 > differ.confidence


def test_a_digit_that_one_reader_hardly_sees_the_other_can_insist_on() -> None:
    seven = GlyphText(tuple(GlyphDigit(v, 0.99, v) for v in (1, 7)), -0.1)
    alone = GlyphText((GlyphDigit(7, 0.99, 7),), -6.0)
    first = replace(glyphs("17"), alternatives=(seven, alone))
    second = replace(strips("7"), score=-1.8, alternatives=(("7", -1.8), ("17", -2.1)))
    choice = choose(first, second)
    assert choice.text == "17"
    assert choice.glyphs == seven.digits
    assert choice.by_strips == pytest.approx(-0.3)
    assert choice.by_glyphs == pytest.approx(GLYPH_WEIGHT * 5.9)
    assert choice.lead == pytest.approx(GLYPH_WEIGHT * 5.9 - 0.3)


def test_of_digits_joined_over_two_cells_each_holds_one() -> None:
    eight = glyphs("8")
    unsure = replace(strips("59"), score=-6.0, alternatives=(("59", -6.0), ("8", -6.5)))
    assert choose(eight, unsure).text == "8"
    assert choose(eight, unsure, cells=2).text == "59"
    assert choose(eight, strips("8"), cells=2).text == "8", "better than nothing"


def test_what_only_the_strip_reader_names_has_no_glyphs() -> None:
    unsure = replace(strips("47"), alternatives=(("47", -0.1), ("17", -9.0)))
    choice = choose(glyphs("17", 0.6), unsure)
    assert (choice.text, choice.glyphs) == ("47", ())


def test_digits_of_a_strip_are_the_ink_in_their_boxes() -> None:
    decision = decide(MODEL, word(), *runs_and_ink(), glyphs("11", 0.2), STRIP, strips("47"), 2.0)
    assert [digit.ink[1].min() for digit in decision.digits] == [8, 28]


def test_a_digit_too_faint_for_the_contours_is_not_lost() -> None:
    seen = strips("471")  # the third box lies beside the word's ink
    decision = decide(MODEL, word(), *runs_and_ink(), glyphs("11", 0.2), STRIP, seen, 2.0)
    assert [digit.value for digit in decision.digits] == [4, 7, 1]
    rows, first, end = decision.digits[2].ink
    assert (first.min(), end.max(), np.ptp(rows) + 1) == (40, 60, 30)


def test_the_doubt_about_a_number_is_shared_out_among_its_digits() -> None:
    decision = decide(MODEL, word(), *runs_and_ink(), glyphs("17"), STRIP, strips("17"), 2.0)
    product = np.prod([digit.confidence for digit in decision.digits])
    assert abs(product - decision.confidence) < 1e-6


def test_every_feature_has_its_name() -> None:
    choice = choose(glyphs("17"), strips("17"))
    seen = features(choice, glyphs("17"), strips("17"), 2.0)
    assert seen.shape == (len(FEATURES),)


SHORT: dict[str, object] = {"slopes": [1.0], "bends": [[]], "turns": [[]]}


@pytest.mark.parametrize("card", [{}, {"decision": SHORT}])
def test_a_card_without_a_fitting_decision_model_is_refused(card: dict[str, object]) -> None:
    with pytest.raises(ModelError, match=r"card\.json"):
        Judge.from_card(card)


def test_a_strip_holds_the_word_and_no_other_ink() -> None:
    darkness = np.zeros((100, 200), np.uint8)
    darkness[30:60, 50:90] = word().darkness
    darkness[:10] = 255  # the line above
    placed = Word(Box(50, 30, 40, 30), word().labels, word().parts, word().darkness, -1, 30.0)
    strip = cut_strip(placed, darkness)
    assert abs(strip.pixels.shape[0] - STRIP_HEIGHT * 30) <= 1
    inside = strip.pixels[strip.top : strip.top + 30, strip.left : strip.left + 40]
    assert ((inside == 0) == (word().labels > 0)).all()
    assert (strip.pixels == 0).sum() == (word().labels > 0).sum()


def test_where_the_first_reader_parts_no_strokes_it_says_little_against_another_text() -> None:
    second = replace(strips("27"), alternatives=(("27", -1.0), ("68", -9.0)))

    def chosen(best: float) -> str:
        texts = [
            GlyphText(tuple(GlyphDigit(int(v), 0.9, run) for run, v in enumerate(text)), score)
            for text, score in (("68", best), ("27", best - 6.0))
        ]
        return choose(replace(glyphs("68"), alternatives=tuple(texts)), second).text

    assert chosen(-0.2) == "68"
    assert chosen(-8.0) == "27"
