"""Decided words become numbers; a comb with ink not read waits for a look."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitscan.reading.beside import are_spaced, run_over
from digitscan.reading.decide import DecidedDigit
from digitscan.reading.find import Word
from digitscan.reading.numbers import (
    Said,
    boxes_of,
    is_struck,
    numbers_of,
    slashes_in,
)
from digitscan.reading.prepare import Prepared, prepare
from digitscan.types import Box, Kind, Page


@pytest.fixture(scope="module")
def page() -> Prepared:
    """Prepare an empty page and give it a comb of three cells and a lone cell."""
    blank = prepare(Page("page", 1, np.full((400, 2000), 255, np.uint8)))
    cells = tuple(Box(x, 100, 38, 50) for x in (100, 140, 180, 600))
    rulings = replace(blank.rulings, cells=cells)
    return replace(blank, rulings=rulings, combs=np.array([1, 2, -1, -1], np.int32))


def said(left: int, value: int, cell: int) -> Said:
    labels = np.ones((30, 20), np.int32)
    parts = np.array([[0, 0, 20, 30]], np.int32)
    word = Word(Box(left, 110, 20, 30), labels, parts, np.zeros((30, 20), np.uint8), cell, 30.0)
    rows, columns = np.nonzero(labels)
    ink = np.stack((rows, columns, columns + 1))
    return Said(word, Kind.HANDWRITTEN, (DecidedDigit(value, 0.99, ink),), 0.99)


def reviews(page: Prepared, words: list[Said], unread: set[int]) -> dict[str, bool]:
    numbers = numbers_of(page, words, frozenset(unread), accept=0.9)
    return {number.text: number.review for number in numbers}


def test_neighbours_in_a_comb_are_one_number(page: Prepared) -> None:
    words = [said(110, 4, 0), said(150, 2, 1), said(610, 7, 3)]
    assert reviews(page, words, set()) == {"42": False, "7": False}


def test_a_number_beside_an_unread_cell_of_its_comb_is_for_review_others_are_not(
    page: Prepared,
) -> None:
    words = [said(110, 4, 0), said(150, 2, 1), said(610, 7, 3), said(1000, 9, -1)]
    assert reviews(page, words, {2}) == {"42": True, "7": False, "9": False}
    assert reviews(page, words[1:], {0}) == {"2": True, "7": False, "9": False}


def test_a_number_too_small_to_vouch_for_is_for_review(page: Prepared) -> None:
    word = said(610, 7, 3)
    small = 11 / page.ink.scale  # 11 pixels of the page high
    tiny = replace(word, word=replace(word.word, height=small))
    assert reviews(page, [tiny], set()) == {"7": True}
    assert reviews(page, [word], set()) == {"7": False}


def test_a_lone_1_outside_every_cell_may_be_any_stroke(page: Prepared) -> None:
    assert reviews(page, [said(1000, 1, -1)], set()) == {"1": True}
    assert reviews(page, [said(1000, 7, -1)], set()) == {"7": False}
    assert reviews(page, [said(610, 1, 3)], set()) == {"1": False}


def test_single_digits_side_by_side_outside_cells_may_be_one_number(page: Prepared) -> None:
    near = [said(1000, 4, -1), said(1060, 2, -1), said(1700, 9, -1), said(610, 7, 3)]
    assert reviews(page, near, set()) == {"4": True, "2": True, "9": False, "7": False}
    field = replace(page, field=True)
    assert reviews(field, near, set()) == {"4": False, "2": False, "9": False, "7": False}


def test_digits_beside_a_comb_s_cell_that_is_none_of_its_comb_may_be_of_its_number() -> None:
    cells = (
        Box(100, 100, 38, 50),
        Box(140, 100, 38, 50),
        Box(185, 100, 38, 50),
        Box(0, 0, 900, 90),
    )

    def spaced(
        *places: tuple[int, int], count: int = 1, rows: tuple[int, ...] = (0, 0, -1, -1)
    ) -> list[bool]:
        words = [said(left, 1, cell).word for left, cell in places]
        found = are_spaced(words, [count] * len(words), cells, np.array(rows))
        return [bool(one) for one in found]

    assert spaced((110, 0), (150, 1)) == [False, False], "one comb"
    assert spaced((110, 0), (150, 1), (190, 2)) == [False, True, True]
    assert spaced((150, 1), (195, 2), rows=(0, 0, 2, -1)) == [False, False], "two combs"
    assert spaced((190, 2), (230, -1), count=2) == [True, True], "a cell not found"
    assert spaced((110, 0), (145, -1)) == [True, True], "the comb's next cell was not found"
    assert spaced((110, 0), (170, -1)) == [False, False]
    assert spaced((150, 1), (195, 2), rows=(-1, -1, -1, -1)) == [True, True]
    assert spaced((110, 3), (160, 3)) == [True, True], "a large cell around both"
    assert spaced((110, 3), (160, 3), count=2) == [False, False]
    assert spaced((110, 0), (300, -1)) == [False, False]


def test_ink_close_beside_a_cell_may_be_the_number_s_next_digit(page: Prepared) -> None:
    word = said(620, 7, 3)  # ends at column 640, as the cell does
    for gap, doubt in ((8, True), (30, False)):
        beside = replace(said(640 + gap, 1, -1).word, cell=-1)
        assert reviews(replace(page, words=[word.word, beside]), [word], set()) == {"7": doubt}
    part = replace(page, ink=replace(page.ink, mask=np.zeros((110, 400), np.uint8), stroke=5.0))
    words = [word.word, beside]
    assert reviews(replace(part, words=words), [word], set()) == {"7": True}, "its box was cut"
    words[1] = replace(beside, box=replace(beside.box, y=80, height=90))  # of a ruling
    assert reviews(replace(part, words=words), [word], set()) == {"7": False}
    low = replace(beside, box=Box(648, 130, 20, 30))
    assert reviews(replace(page, words=[word.word, low]), [word], set()) == {"7": False}


def test_what_a_pen_wrote_close_beside_a_comb_may_be_its_next_digit_print_is_not(
    page: Prepared,
) -> None:
    words = [said(110, 4, 0), said(150, 2, 1), said(190, 5, 2)]
    print_beside = replace(said(218, 1, -1).word, cell=-1)
    pen_beside = replace(print_beside, penned=True)
    for beside, doubt in ((print_beside, False), (pen_beside, True)):
        seen = replace(page, words=[*(one.word for one in words), beside])
        assert reviews(seen, words, set()) == {"425": doubt}


def test_a_line_through_the_middle_strikes_a_number_an_underline_does_not(page: Prepared) -> None:
    word = said(100, 7, -1).word  # 20 wide, 30 high from row 110 on
    lines = np.zeros((200, 200), np.uint8)
    rulings = replace(page.rulings, horizontal=lines)
    lines[139, 80:160] = 255
    assert not is_struck(rulings, word)
    lines[126, 80:160] = 255
    assert is_struck(rulings, word)
    lines[126, 105:] = 0  # the bar of a 7
    assert not is_struck(rulings, word)


def test_the_border_of_a_cell_strikes_nothing_that_is_written_over_it(page: Prepared) -> None:
    word = said(102, 7, 0).word
    lines = np.zeros((200, 200), np.uint8)
    lines[126, 80:160] = 255
    rulings = replace(page.rulings, horizontal=lines)
    assert is_struck(rulings, word), "the cell begins at row 100"
    below = replace(rulings, cells=(Box(100, 130, 38, 50), *rulings.cells[1:]))
    assert not is_struck(below, word)


def strokes(*ends: tuple[int, int, int, int, int]) -> tuple[Word, list[DecidedDigit], list[int]]:
    """Draw strokes as the components of a word, read: value, x and y of both ends; and heights."""
    labels = np.zeros((60, 140), np.int32)
    for index, (_, x, y, to_x, to_y) in enumerate(ends):
        cv2.line(labels, (x, y), (to_x, to_y), index + 1, 3)
    found = [np.nonzero(labels == index + 1) for index in range(len(ends))]
    parts = np.array([cv2.boundingRect((labels == i + 1) * np.uint8(1)) for i in range(len(ends))])
    digits = [
        DecidedDigit(end[0], 0.9, np.stack((rows, columns, columns + 1)))
        for end, (rows, columns) in zip(ends, found, strict=True)
    ]
    box, darkness = Box(0, 0, 140, 60), np.zeros((60, 140), np.uint8)
    return Word(box, labels, parts, darkness, -1, 30.0), digits, parts[:, 3].tolist()


@pytest.mark.parametrize(
    ("ones", "text"),
    [
        ([(60, 50, 80, 5)], "22"),
        ([(60, 45, 75, 14)], "212"),  # no higher than the digits
        ([(68, 50, 70, 5)], "212"),  # upright
        ([(45, 45, 60, 14), (70, 50, 90, 5)], "2112"),  # this writer's 1s lean
    ],
)
def test_a_high_leaning_stroke_between_digits_is_a_slash(
    ones: list[tuple[int, int, int, int]], text: str
) -> None:
    drawn = [(2, 20, 15, 20, 45), *((1, *one) for one in ones), (2, 110, 15, 110, 45)]
    word, digits, heights = strokes(*drawn)
    slashes = slashes_in(word, digits, heights)
    left = [digit.value for place, digit in enumerate(digits) if place not in slashes]
    assert "".join(map(str, left)) == text


def test_a_1_too_faint_for_the_contours_beside_its_word_is_no_slash() -> None:
    slash = (1, 60, 50, 80, 5)
    word, digits, heights = strokes((2, 20, 15, 20, 45), slash, (1, 110, 45, 125, 14))
    corners = np.array([[0, 30], [140, 160], [141, 161]])
    digits[2] = replace(digits[2], ink=corners)
    assert slashes_in(word, digits, heights) == [1]


def test_unread_cells_are_told_in_reading_order(page: Prepared) -> None:
    assert [box.x for box in boxes_of(page, frozenset({3, 0}))] == [100, 600]


def test_digits_that_run_over_the_border_of_their_box_are_of_its_number() -> None:
    box, beyond, far = said(100, 4, 0).word, said(130, 2, -1).word, said(170, 2, -1).word
    no_comb = np.array([-1])
    assert run_over([box, beyond], no_comb) == [(0, 1)]
    assert run_over([beyond, said(160, 4, 0).word], no_comb) == [(0, 1)], "to the left"
    assert run_over([box, far], no_comb) == []
    assert run_over([box, beyond], np.array([0])) == [], "a comb's cell holds its digit"
    low = replace(beyond, box=Box(130, 110, 20, 9))
    assert run_over([box, low], no_comb) == []


def test_a_number_that_runs_over_its_box_is_for_review(page: Prepared) -> None:
    wide = replace(page.rulings, cells=(*page.rulings.cells[:3], Box(500, 100, 138, 50)))
    page = replace(page, rulings=wide)
    assert reviews(page, [said(615, 4, 3), said(640, 2, -1)], set()) == {"42": True}
    assert reviews(page, [said(615, 4, 3)], set()) == {"4": False}
    printed = replace(said(640, 2, -1), kind=Kind.PRINTED)
    assert reviews(page, [said(615, 4, 3), printed], set()) == {"4": False, "2": False}
