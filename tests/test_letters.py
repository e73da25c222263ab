"""Rows of words that are letters, whatever some of them look like."""

from __future__ import annotations

import numpy as np

from digitscan.reading.kinds import find_company
from digitscan.reading.letters import combs_of_letters, frames_of, outvoted, spaced_lines
from digitscan.types import Box
from readings import glyph, word

DIGIT, LETTER, BARE = 5.9, -3.0, -0.1
NONE = np.zeros(5, np.bool_)
COMB = np.array([(40 * place, 0, 40 * place + 36, 50) for place in range(5)], np.int32)


def test_most_of_a_comb_that_reads_as_letters_is_letters_and_bare_strokes_say_nothing() -> None:
    own = np.array([DIGIT, DIGIT, LETTER, LETTER, DIGIT], np.float32)
    row = np.zeros(5, np.int32)
    assert combs_of_letters(own, row, NONE, COMB).all()
    own[2] = DIGIT
    assert not combs_of_letters(own, row, NONE, COMB).any()
    own[1:4] = BARE, BARE, DIGIT
    assert combs_of_letters(own, row, NONE, COMB).all()
    ones = np.array([False, True, True, False, False])
    assert not combs_of_letters(own, row, ones, COMB).any()
    assert not combs_of_letters(own[:3], row[:3], NONE[:3], COMB[:3]).any(), "crosses and a digit"
    assert not combs_of_letters(own[:0], row[:0], NONE[:0], COMB[:0]).any()
    assert not combs_of_letters(own, row, NONE, COMB[[0, 0, 1, 1, 2]]).any(), "in three cells"


def test_in_a_table_of_combs_of_digits_one_ill_formed_digit_is_forgiven() -> None:
    sure, doubtful = [DIGIT] * 5, [BARE, BARE, DIGIT, DIGIT, DIGIT]

    def letters(*combs: list[float], below: int = 60, across: int = 0) -> list[bool]:
        """Tell which combs, each under the one before and to its right, are letters."""
        own, rows = np.concatenate(combs).astype(np.float32), np.repeat(np.arange(len(combs)), 5)
        moved = [COMB + np.array((across, below, across, below)) * k for k in range(len(combs))]
        none = np.zeros(len(own), np.bool_)
        found = combs_of_letters(own, rows, none, np.vstack(moved))
        return [bool(letter) for letter in found[::5]]

    assert letters(doubtful, sure, sure) == [True, False, False], "two do not vouch for it"
    assert letters(doubtful, sure, sure, sure) == [False] * 4
    assert letters(doubtful, sure, sure, sure, below=0, across=260) == [False] * 4
    assert letters(doubtful, sure, sure, sure, across=260) == [True, False, False, False]
    assert letters([LETTER] * 5, sure, sure, sure)[0], "so many are letters"
    names = [[LETTER] * 5] * 3
    assert letters(doubtful, sure, sure, sure, *names)[0], "most combs must hold digits"


def test_a_word_s_frame_is_that_of_its_cells() -> None:
    cells = tuple(Box(50 * place, 10, 45, 60) for place in range(2))
    assert frames_of([word(cell=1), word()], cells).tolist() == [[50, 10, 95, 70], [0] * 4]


def test_a_row_of_four_words_is_outvoted_three_are_not() -> None:
    said = np.array([1, -2, 0.5, -1, -3])
    assert outvoted(said, np.array([0, 0, 0, 0, -1])).tolist() == [True] * 4 + [False]
    assert not outvoted(said, np.array([0, 0, 0, 1, -1])).any()


def test_glyphs_set_apart_on_a_line_are_one_row_and_a_word_between_parts_none() -> None:
    words = [glyph(0), glyph(60), word(120), glyph(400)]
    assert spaced_lines(words, find_company(words, ())).tolist() == [0, 0, -1, 3]
