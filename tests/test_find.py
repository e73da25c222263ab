"""Words: which components belong together."""

from dataclasses import replace

import numpy as np

from digitscan.reading.clean import Ink
from digitscan.reading.find import find_words, words_and_rest
from digitscan.reading.rulings import Rulings
from digitscan.types import Box


def ink_of(mask: np.ndarray, stroke: float = 3.0) -> Ink:
    height, width = mask.shape
    return Ink(mask * np.uint8(255), mask, np.eye(3), stroke, (width, height))


def no_rulings(mask: np.ndarray) -> Rulings:
    empty = np.zeros_like(mask)
    return Rulings(empty, empty, (), np.zeros(mask.shape, np.uint16))


def bars(*lefts: int, height: int = 30, width: int = 200) -> np.ndarray:
    mask = np.zeros((60, width), np.uint8)
    for left in lefts:
        mask[10 : 10 + height, left : left + 4] = 1
    return mask


def test_letters_gaps_make_one_word_wide_gaps_make_two() -> None:
    mask = bars(10, 20, 30, 100, 110)
    words = find_words(ink_of(mask), no_rulings(mask))
    assert sorted((w.box.x, w.box.right, len(w.parts)) for w in words) == [
        (10, 34, 3),
        (100, 114, 2),
    ]


def test_a_cell_holds_one_entry_whatever_its_gaps_and_no_word_crosses_a_border() -> None:
    mask = bars(10, 45, 90)
    labels = np.zeros(mask.shape, np.uint16)
    labels[:, :70], labels[:, 75:] = 1, 2
    empty = np.zeros_like(mask)
    rulings = Rulings(empty, empty, (Box(0, 0, 70, 60), Box(75, 0, 125, 60)), labels)
    words = find_words(ink_of(mask), rulings)
    assert sorted((w.cell, len(w.parts)) for w in words) == [(0, 2), (1, 1)]


def test_a_digit_that_runs_over_the_border_of_its_cell_belongs_to_it() -> None:
    mask = bars(10)
    mask[10, 60:90] = mask[39, 60:90] = mask[10:40, 60:64] = 1  # a C, a third of it inside
    labels = np.zeros(mask.shape, np.uint16)
    labels[:, :70] = 1
    empty = np.zeros_like(mask)
    (word,) = find_words(ink_of(mask), Rulings(empty, empty, (Box(0, 0, 70, 60),), labels))
    assert (word.cell, len(word.parts)) == (0, 2)
    labels[:, 64:70] = 0  # hardly anything of it
    cells = [
        word.cell
        for word in find_words(ink_of(mask), Rulings(empty, empty, (Box(0, 0, 64, 60),), labels))
    ]
    assert sorted(cells) == [-1, 0]


def test_the_parts_of_a_broken_stroke_are_one_word() -> None:
    mask = bars(10)
    mask[24:27, 10:14] = 0  # the stroke is broken in the middle
    (word,) = find_words(ink_of(mask), no_rulings(mask))
    assert len(word.parts) == 2
    assert word.mask.sum() == mask.sum()


def test_what_is_left_of_a_ruling_is_no_word() -> None:
    mask = bars(10, 60)
    plumb, empty = np.zeros_like(mask), np.zeros_like(mask)
    plumb[:, 58:66] = 90  # the ruling that the second bar is a piece of
    rulings = Rulings(empty, plumb, (), np.zeros(mask.shape, np.uint16))
    assert [word.box.x for word in find_words(ink_of(mask), rulings)] == [10]
    mask[38, 60:90] = 1  # a stroke that leaves it
    assert [word.box.x for word in find_words(ink_of(mask), rulings)] == [10, 60]


def test_specks_and_blocks_are_no_words() -> None:
    mask = np.zeros((300, 400), np.uint8)
    mask[5:7, 5:7] = 1
    mask[50:150, 50:250] = 1
    assert find_words(ink_of(mask), no_rulings(mask)) == []


def test_ink_of_no_word_is_the_rest_specks_are_not() -> None:
    mask = np.zeros((400, 200), np.uint8)
    mask[10:40, 20:24] = 1  # a digit
    mask[100:380, 60:64] = 1  # too tall
    mask[60:62, 20:22] = 1
    words, rest = words_and_rest(ink_of(mask), no_rulings(mask))
    assert [word.box.x for word in words] == [20]
    assert (np.flatnonzero(rest.any(axis=0)).tolist(), rest.sum()) == ([60, 61, 62, 63], 4 * 280)
    mask[:100] = 0
    assert words_and_rest(ink_of(mask), no_rulings(mask))[0] == []
    assert words_and_rest(ink_of(mask), no_rulings(mask))[1].sum() == 4 * 280


def test_an_empty_page_has_no_words() -> None:
    mask = np.zeros((50, 50), np.uint8)
    assert find_words(ink_of(mask), no_rulings(mask)) == []


def test_lines_of_writing_are_two_words_and_a_stroke_broken_in_a_word_is_one() -> None:
    lines = np.zeros((100, 120), np.uint8)
    for left in (10, 20, 30):
        lines[10:40, left : left + 4] = 1
        lines[44:74, left : left + 4] = 1
    assert len(find_words(ink_of(lines), no_rulings(lines))) == 2
    broken = np.zeros((100, 120), np.uint8)
    for left in (10, 20, 30):
        broken[10:40, left : left + 4] = 1
    broken[25:29, 20:24] = 0
    assert len(find_words(ink_of(broken), no_rulings(broken))) == 1


def test_two_arcs_in_a_comb_cell_are_one_word_and_in_a_table_cell_two() -> None:
    mask = np.zeros((100, 200), np.uint8)
    mask[20:24, 30:62] = mask[20:30, 30:34] = mask[70:74, 30:62] = mask[64:74, 30:34] = 1
    labels = np.zeros(mask.shape, np.uint16)
    labels[10:90, 25:70], labels[10:90, 75:120] = 1, 2
    empty = np.zeros_like(mask)
    comb = Rulings(empty, empty, (Box(25, 10, 45, 80), Box(75, 10, 45, 80)), labels)
    (word,) = find_words(ink_of(mask), comb)
    assert (word.cell, len(word.parts)) == (0, 2)
    table = Rulings(empty, empty, (Box(25, 10, 45, 80),), np.minimum(labels, 1))
    assert len(find_words(ink_of(mask), table)) == 2


def test_a_coloured_stroke_along_a_ruling_is_a_word_and_print_is_none() -> None:
    mask = bars(20, 100)
    plumb = np.zeros_like(mask)
    plumb[:, 16:28] = plumb[:, 96:108] = 80
    ink = ink_of(mask)
    pen = ink.darkness * (np.arange(mask.shape[1]) < 60).astype(np.uint8)
    rulings = Rulings(np.zeros_like(mask), plumb, (), np.zeros(mask.shape, np.uint16))
    words = find_words(replace(ink, pen=pen), rulings)
    assert [(word.box.x, word.penned) for word in words] == [(20, True)]
