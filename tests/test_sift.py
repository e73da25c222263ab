"""Which words are numbers: their own evidence first, then the company they keep."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from digitscan.reading.find import Word
from digitscan.reading.glyphs import GlyphReading
from digitscan.reading.kinds import find_company
from digitscan.reading.sift import are_numbers
from digitscan.reading.strips import StripReading
from digitscan.types import Box
from readings import glyph, glyphs, strips, word

CELLS = tuple(Box(50 * place, 0, 45, 60) for place in range(4))


def judge(
    *words: tuple[Word, GlyphReading, StripReading],
    field: bool = False,
    row: int = -1,
    cells: tuple[Box, ...] = CELLS,
) -> list[bool]:
    company = find_company([w for w, _, _ in words], ())
    found = are_numbers(
        [w for w, _, _ in words],
        [g for _, g, _ in words],
        [s for *_, s in words],
        company,
        cells,
        np.full(len(words), row, np.int32),
        field,
        np.zeros(len(words), np.bool_),
    )
    return [bool(value) for value in found]


def test_a_page_without_words_has_no_numbers() -> None:
    assert judge() == judge(field=True) == []


def test_what_both_read_with_certainty_is_a_number() -> None:
    assert judge((word(), glyphs("17"), strips("17"))) == [True]


def test_what_the_strip_reader_does_not_see_is_none() -> None:
    assert judge((word(), glyphs("17"), strips(""))) == [False]


def test_what_is_in_doubt_counts_in_a_cell_but_not_outside() -> None:
    doubtful = glyphs("7", 0.6), strips("7", -1.5)
    assert judge((word(cell=0), *doubtful)) == [True]
    assert judge((word(), *doubtful)) == [False]
    signed = glyphs("17", 0.4), strips("17", -1.5)
    assert judge((word(cell=0), *signed)) == [True]
    assert judge((word(), *signed)) == [False]


def test_a_five_among_letters_is_a_letter() -> None:
    letters = [(word(45 * place), glyphs("00", 0.03), strips("")) for place in range(3)]
    five = word(135), glyphs("55", 0.8), strips("55", -2.0)
    assert judge(five) == [True]
    assert judge(*letters, five)[3] is False


def test_ink_that_no_digit_explains_speaks_against_a_number() -> None:
    doubtful = strips("17", -3.0)
    assert judge((word(), glyphs("17", 0.8), doubtful)) == [True]
    assert judge((word(), glyphs("17", 0.8, skipped=4.0), doubtful)) == [False]


def test_in_a_field_a_number_is_expected_and_doubt_does_not_hide_it() -> None:
    doubtful = word(), glyphs("17", 0.1), strips("17", -3.0)
    assert judge(doubtful) == [False]
    assert judge(doubtful, field=True) == [True]


def test_a_comb_of_letters_holds_no_number_whatever_some_look_like() -> None:
    five = word(0, cell=0), glyphs("5", 0.99), strips("5")
    letters = [(word(50 * n, cell=n), glyphs("5", 0.02), strips("")) for n in (1, 2, 3)]
    assert judge(five, *letters, row=0)[0] is False
    assert judge(five, *letters[:1], row=0)[0] is True


def test_a_scrap_among_the_digits_of_a_comb_is_none() -> None:
    sure = [(word(50 * n, cell=n), glyphs("5"), strips("5")) for n in (1, 2)]
    scrap = replace(word(0, cell=0), height=10.0), glyphs("1", 0.99), strips("1")
    assert judge(scrap, row=0)[0] is True
    assert judge(scrap, *sure, row=0)[0] is False


def test_a_spaced_line_of_letters_holds_no_number() -> None:
    five = glyph(0), glyphs("5", 0.99), strips("5")
    letters = [(glyph(60 * n), glyphs("5", 0.2), strips("", -0.5)) for n in (1, 2, 3, 4)]
    assert judge(five)[0] is True
    assert judge(five, *letters)[0] is False


def test_dashes_beside_a_number_say_nothing() -> None:
    nine = word(60), glyphs("9", 0.99), strips("9", -1.5)
    both = np.zeros((64, 20), np.int32)
    both[:30, 8:12], both[34:, 8:12] = 1, 2
    parts = np.array([[8, 0, 4, 30], [8, 34, 4, 30]], np.int32)
    sides = [
        replace(glyph(left), labels=both, parts=parts, box=Box(left, -15, 20, 64))
        for left in (0, 120)
    ]
    dashes = [(side, glyphs("11", 0.02), strips("")) for side in sides]
    letters = [(word(left), glyphs("11", 0.02), strips("")) for left in (0, 120)]
    assert judge(*dashes, nine)[2] is True
    assert judge(*letters, nine)[2] is False


def test_digits_of_a_comb_speak_for_a_faint_one_and_crosses_say_nothing() -> None:
    sure = [(word(50 * n, cell=n), glyphs("5"), strips("5")) for n in (1, 2)]
    faint = word(0, cell=0), glyphs("1", 0.9), strips("", -0.5)
    assert judge(faint, row=0)[0] is False
    assert judge(faint, *sure, row=0)[0] is True
    cross = word(50, cell=1), glyphs("75", 0.02), strips("")
    assert judge(sure[1], cross, row=0) == [True, False]


def bar(lean: float) -> Word:
    """Make a word of one stroke, 3 wide and 40 long, leaning by so many degrees, in a cell."""
    labels = np.zeros((60, 60), np.int32)
    reach = 20 * np.array([np.sin(np.radians(lean)), np.cos(np.radians(lean))])
    first, last = (tuple(np.rint(30 + side * reach).astype(int).tolist()) for side in (-1, 1))
    cv2.line(labels, first, last, 1, 3)
    part = np.array([cv2.boundingRect((labels > 0).astype(np.uint8))], np.int32)
    return Word(Box(0, 0, 60, 60), labels, part, np.zeros((60, 60), np.uint8), 0, 40.0)


def test_an_arm_of_a_cross_comes_from_the_border_and_a_leaning_one_stays_inside() -> None:
    def reads(lean: float, cell: Box, *others: tuple[Word, GlyphReading, StripReading]) -> bool:
        one = bar(lean), glyphs("1", 0.99), strips("1")
        row = 0 if others else -1
        return judge(one, *others, row=row, cells=(cell, Box(100, 0, 60, 60)))[0]

    tight, wide = Box(5, 0, 50, 60), Box(-30, -30, 120, 120)
    digit = word(100, cell=1), glyphs("5"), strips("5")
    assert reads(12, tight)  # upright
    assert reads(40, wide)
    assert not reads(40, tight)
    assert not reads(-30, tight)
    assert reads(40, Box(0, -20, 75, 90), digit)  # at the border, but beside a digit
    assert not reads(40, Box(20, 12, 20, 30), digit)  # through and through


def test_what_the_strip_reader_does_not_see_counts_in_a_cell_alone() -> None:
    hardly = replace(strips("", -1.0), alternatives=(("", -1.0), ("1", -2.0)))
    assert judge((word(), glyphs("1"), hardly)) == [False]
    assert judge((word(cell=0), glyphs("1"), hardly)) == [True]
    # the arms of an X may look like two digits to the glyph reader
    assert judge((word(cell=0), glyphs("17"), hardly)) == [False]


def test_what_the_first_reader_is_certain_of_is_a_number_without_the_second() -> None:
    placed = word(cell=0)
    company = find_company([placed], ())
    for certain in (True, False):
        found = are_numbers(
            [placed],
            [glyphs("17")],
            [None],
            company,
            CELLS,
            np.array([-1], np.int32),
            field=False,
            certain=np.array([certain]),
        )
        assert found.tolist() == [certain]


def test_what_joined_digits_are_to_the_second_reader_counts_though_the_first_parts_none() -> None:
    unparted = glyphs("4", 0.02)
    assert judge((word(cell=0), unparted, strips("39")))[0] is True
    assert judge((word(cell=0), unparted, strips("39", -3.0)))[0] is False
    assert judge((word(cell=0), unparted, strips("3")))[0] is False


def test_scraps_of_print_have_no_voice_on_the_letters_of_a_penned_comb() -> None:
    penned = [replace(word(50 * n, cell=n), penned=True) for n in (0, 1)]
    digits = [(one, glyphs("5"), strips("5")) for one in penned]
    ill = replace(word(100, cell=2), penned=True), glyphs("5", 0.6), strips("5", -2.5)
    scrap = word(150, cell=3), glyphs("55", 0.02), strips("")
    assert judge(*digits, ill, scrap, row=0) == [True, True, True, False]
    written = replace(scrap[0], penned=True), *scrap[1:]
    assert judge(*digits, ill, written, row=0) == [False] * 4, "a letter"


def test_what_is_joined_over_as_many_cells_as_the_second_reads_digits_is_a_number() -> None:
    joined = word(0, cell=0), glyphs("1", 0.02, skipped=2.0), strips("59", -1.8)
    assert judge(joined, row=0) == [False]
    assert judge((replace(joined[0], over=2), *joined[1:]), row=0) == [True]
    assert judge((replace(joined[0], over=3), *joined[1:]), row=0) == [False]


def test_outside_cells_a_drawing_in_which_each_reader_sees_its_own_is_no_number() -> None:
    assert judge((word(), glyphs("17"), strips("17"))) == [True]
    assert judge((word(), glyphs("17"), strips("4444"))) == [False]
    assert judge((word(cell=0), glyphs("17"), strips("4444"))) == [True]


def test_what_a_coloured_pen_joined_in_a_cell_is_a_number_though_the_second_reader_doubts() -> None:
    joined = word(cell=0), glyphs("4", 0.02), strips("39", -1.2)
    assert judge(joined) == [False]
    assert judge((replace(joined[0], penned=True), *joined[1:])) == [True]


def test_free_writing_that_the_second_reader_doubts_must_read_alike_to_both() -> None:
    assert judge((word(), glyphs("117"), strips("17"))) == [True]
    assert judge((word(), glyphs("117"), strips("17", -2.5))) == [False]
    assert judge((word(), glyphs("17"), strips("17", -2.5))) == [True]
    assert judge((word(cell=0), glyphs("117"), strips("17", -2.5))) == [True]
