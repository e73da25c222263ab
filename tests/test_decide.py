"""Numbers told from other writing, and the confidence in them."""

import numpy as np

from digitscan.reading.decide import are_numbers, decide
from digitscan.reading.find import Word
from digitscan.reading.glyphs import GlyphDigit, GlyphReading
from digitscan.reading.kinds import find_company
from digitscan.types import Box


def reading(*sure: float, skipped: float = 0.0, margin: float = 6.0) -> GlyphReading:
    """Make a reading whose digits have the given probabilities, the rest being junk."""
    digits = tuple(GlyphDigit(7, value, run) for run, value in enumerate(sure))
    odds = np.array([np.log(value / (1 - value)) for value in sure], np.float32)
    return GlyphReading(digits, float(np.log(sure).sum()), margin, skipped, odds)


def word(left: int, cell: int = -1) -> Word:
    box = Box(left, 0, 20, 30)
    shape = (30, 20)
    parts = np.array([[0, 0, 20, 30]], np.int32)
    return Word(box, np.ones(shape, np.int32), parts, np.full(shape, 255, np.uint8), cell, 30.0)


def judge(words: list[Word], readings: list[GlyphReading]) -> list[bool]:
    return list(are_numbers(words, readings, find_company(words, ())))


def test_clear_digits_are_a_number() -> None:
    assert judge([word(0)], [reading(0.99, 0.98)]) == [True]


def test_a_lone_glyph_outside_a_cell_must_be_surer_than_one_in_a_cell() -> None:
    assert judge([word(0)], [reading(0.8)]) == [False]
    assert judge([word(0, cell=0)], [reading(0.8)]) == [True]


def test_a_five_among_letters_is_a_letter() -> None:
    letters = [reading(0.05, 0.1), reading(0.03, 0.05, 0.1), reading(0.1, 0.1)]
    words = [word(0), word(40), word(80), word(120)]
    assert judge(words, [*letters, reading(0.93)])[3] is np.False_


def test_ink_that_no_digit_explains_speaks_against_a_number() -> None:
    assert judge([word(0)], [reading(0.9, 0.9, skipped=4.0)]) == [False]


def test_nothing_read_is_no_number() -> None:
    assert judge([word(0)], [reading()]) == [False]


def test_confidence_falls_with_the_weakest_digit_and_with_ink_left_out() -> None:
    sure, weak = decide(reading(0.999, 0.999)), decide(reading(0.999, 0.6))
    dirty = decide(reading(0.999, 0.999, skipped=0.5))
    assert sure.confidence > 0.9 > weak.confidence
    assert dirty.confidence < sure.confidence


def test_the_doubt_falls_on_the_digit_in_doubt() -> None:
    decision = decide(reading(0.999, 0.6, 0.99))
    assert min(decision.digit_confidence) == decision.digit_confidence[1]
    assert abs(np.prod(decision.digit_confidence) - decision.confidence) < 1e-6
