"""Cells whose ink no word explains."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.clean import Ink
from digitscan.reading.find import words_and_rest
from digitscan.reading.leftover import covered_cells, leftover_cells, reaches_out
from digitscan.reading.rulings import Rulings
from digitscan.types import Box
from readings import word


def page(*ink: tuple[int, int, int, int]) -> tuple[Ink, Rulings]:
    """Two cells of 60 by 60 side by side, with blocks of ink (x, y, width, height)."""
    mask: NDArray[np.uint8] = np.zeros((80, 160), np.uint8)
    for x, y, width, height in ink:
        mask[y : y + height, x : x + width] = 1
    labels = np.zeros(mask.shape, np.uint16)
    labels[10:70, 10:70], labels[10:70, 80:140] = 1, 2
    empty = np.zeros_like(mask)
    rulings = Rulings(empty, empty, (Box(10, 10, 60, 60), Box(80, 10, 60, 60)), labels)
    return Ink(mask * np.uint8(255), mask, np.eye(3), 3.0, (160, 80)), rulings


def left(*ink: tuple[int, int, int, int]) -> tuple[int, ...]:
    cleaned, rulings = page(*ink)
    return leftover_cells(words_and_rest(cleaned, rulings)[1], cleaned.stroke, rulings)


def test_a_blackened_cell_is_left_over_and_a_digit_is_not() -> None:
    assert left((20, 20, 40, 40), (110, 25, 4, 30)) == (0,)


def test_specks_and_scraps_of_rulings_are_not_left_over() -> None:
    assert left((30, 30, 3, 3), (40, 50, 4, 4), (80, 10, 60, 2)) == ()


def test_without_cells_nothing_is_left_over() -> None:
    cleaned, rulings = page((20, 20, 40, 40))
    none = Rulings(rulings.horizontal, rulings.vertical, (), np.zeros_like(rulings.labels))
    assert leftover_cells(cleaned.mask, cleaned.stroke, none) == ()


def test_a_stroke_across_both_cells_covers_both_and_one_beside_them_none() -> None:
    cleaned, rulings = page()
    across = replace(word(), box=Box(20, 30, 110, 4), labels=np.ones((4, 110), np.int32))
    beside = replace(word(), box=Box(146, 10, 4, 50), labels=np.ones((50, 4), np.int32))
    assert covered_cells(cleaned, rulings, [across]) == (0, 1)
    assert covered_cells(cleaned, rulings, [beside]) == ()
    assert covered_cells(cleaned, rulings, []) == ()


def test_a_word_that_goes_on_far_below_its_cell_reaches_out() -> None:
    _, rulings = page()
    low = replace(word(cell=0), box=Box(20, 20, 40, 50))
    far = replace(word(cell=0), box=Box(20, 20, 40, 75))
    assert not reaches_out(low, rulings)
    assert reaches_out(far, rulings)
    assert not reaches_out(replace(far, cell=-1), rulings), "it stands in none"
    assert not reaches_out(replace(far, over=2), rulings), "it is known to go on"
