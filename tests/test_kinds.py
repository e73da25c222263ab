"""Print or hand: one's own glyphs first, then the company."""

from dataclasses import replace

import numpy as np

from digitscan.reading.find import Word
from digitscan.reading.kinds import (
    PENNED,
    by_color,
    find_company,
    in_company,
    print_log_odds,
)
from digitscan.types import Box


def word(box: Box, cell: int = -1) -> Word:
    shape = (box.height, box.width)
    parts = np.array([[0, 0, box.width, box.height]], np.int32)
    labels = np.ones(shape, np.int32)
    return Word(box, labels, parts, np.full(shape, 255, np.uint8), cell, box.height)


def test_words_on_a_line_keep_company_words_of_another_line_or_size_do_not() -> None:
    line = [word(Box(0, 0, 40, 20)), word(Box(60, 2, 40, 18))]
    other = [word(Box(0, 100, 40, 20)), word(Box(110, 0, 90, 60))]
    beside = find_company(line + other, ()).beside
    assert beside[0, 1]
    assert beside[1, 0]
    assert beside.sum() == 2


def test_print_keeps_no_company_with_what_a_coloured_pen_wrote() -> None:
    words = [word(Box(x, 0, 40, 20)) for x in (0, 60, 120)]
    words[2] = replace(words[2], penned=True)
    company = find_company(words, ())
    assert company.beside[0, 1]
    assert not company.beside[2].any()
    assert not company.alike[2].any()


def test_a_table_column_keeps_company() -> None:
    cells = (Box(0, 0, 60, 30), Box(0, 31, 60, 30), Box(300, 0, 200, 30))
    words = [word(Box(5, 5, 20, 20), 0), word(Box(8, 36, 20, 20), 1), word(Box(310, 5, 20, 20), 2)]
    beside = find_company(words, cells).beside
    assert beside[0, 1]
    assert not beside[0, 2]


def test_all_cells_of_a_comb_keep_company() -> None:
    cells = tuple(Box(60 * n, 0, 50, 60) for n in range(5))
    words = [word(Box(60 * n + 15, 10, 20, 40), n) for n in range(5)]
    assert not find_company(words, cells).beside[0, 4]
    beside = find_company(words, cells, np.array([0, 0, 0, 0, 0], np.int32)).beside
    assert beside[0, 4]
    apart = find_company(words, cells, np.array([0, 0, 0, -1, -1], np.int32)).beside
    assert not apart[0, 4]


def test_neighbours_outvote_a_glyph_in_doubt() -> None:
    words = [word(Box(x, 0, 20, 20)) for x in (0, 30, 60)]
    own, count = print_log_odds(np.array([0.02, 0.6, 0.03], np.float32), [1, 1, 1])
    assert own[1] > 0
    assert (in_company(own, count, find_company(words, ())) < 0).all()


def test_a_word_without_glyphs_says_nothing() -> None:
    own, count = print_log_odds(np.zeros(0, np.float32), [0])
    assert (own[0], count[0]) == (0, 0)
    assert in_company(own, count, find_company([word(Box(0, 0, 9, 9))], ())).tolist() == [0]


def test_colour_speaks_for_a_pen_and_its_absence_for_nothing() -> None:
    words = [replace(word(Box(0, 0, 9, 9)), chroma=chroma) for chroma in (0.0, 0.15, 0.7)]
    nowhere = np.full(3, -1, np.int32)
    black, tinged, blue = by_color(words, nowhere)
    assert black == tinged == 0
    assert blue == 2
    dark = [replace(word(Box(0, 0, 9, 9)), chroma=0.25, penned=True)]
    assert by_color(dark, np.array([0], np.int32)) == PENNED
    assert by_color(dark, nowhere[:1]) < PENNED, "a logo has the pen's colour as well"


def test_a_headline_as_high_as_a_digit_by_its_descenders_says_nothing_of_it() -> None:
    digit, headline = word(Box(400, 300, 40, 70)), word(Box(0, 0, 200, 72))
    assert find_company([digit, headline], ()).alike.sum() == 2
    letters = replace(headline, height=42.0)
    assert not find_company([digit, letters], ()).alike.any()


def test_dashes_are_nobody_s_company() -> None:
    dashes = word(Box(70, 0, 6, 84))
    parts = np.array([[0, 0, 6, 38], [0, 46, 6, 38]], np.int32)
    words = [word(Box(0, 0, 40, 80)), replace(dashes, parts=parts, height=38.0)]
    company = find_company(words, ())
    assert not company.beside[0].any()
    assert not company.alike[0].any()
