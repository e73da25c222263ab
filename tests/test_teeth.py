"""Combs open at the top: cells between teeth, and what stands on a line without being a tooth."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitscan.reading.group import comb_neighbors
from digitscan.reading.prepare import Prepared, prepare
from digitscan.types import Page

Pixels = NDArray[np.uint8]
BLACK, PITCH, FOOT = 30, 38, 330


def comb(count: int = 7, tooth: int = 18, box: bool = False) -> Pixels:
    """Draw, at 150 dpi, a ruling with teeth on it, closed above in a `box`."""
    page = np.full((1200, 900), 245, np.uint8)
    right = 100 + (count - 1) * PITCH
    cv2.line(page, (100, FOOT), (right, FOOT), (BLACK,), 2)
    for k in range(count):
        x = 100 + k * PITCH
        high = 55 if box and k in (0, count - 1) else tooth
        cv2.line(page, (x, FOOT - high), (x, FOOT), (BLACK,), 2)
    if box:
        cv2.line(page, (100, FOOT - 55), (right, FOOT - 55), (BLACK,), 2)
    return page


def zero(page: Pixels, cell: int) -> None:
    middle = (100 + cell * PITCH + PITCH // 2, FOOT - 22)
    cv2.ellipse(page, middle, (9, 16), 0, 0, 360, (BLACK,), 3)


def prepared(page: Pixels) -> Prepared:
    return prepare(Page("drawn.png", 1, page))


@pytest.mark.parametrize("box", [False, True])
@pytest.mark.parametrize("tooth", [11, 18, 36])
def test_teeth_part_cells_and_go(tooth: int, box: bool) -> None:
    page = comb(tooth=tooth, box=box)
    for cell in (1, 2, 4):
        zero(page, cell)
    found = prepared(page)
    assert len(found.rulings.cells) == 6
    assert sorted(word.cell for word in found.words) == [1, 2, 4]
    assert np.array_equal(comb_neighbors(found.rulings.cells), [1, 2, 3, 4, 5, -1])


def test_a_tooth_under_a_stroke_is_a_tooth() -> None:
    page = comb(box=True)
    cv2.line(page, (100 + 3 * PITCH - 12, FOOT - 34), (100 + 3 * PITCH + 8, FOOT - 10), (BLACK,), 4)
    assert len(prepared(page).rulings.cells) == 6


def test_ones_on_a_line_are_no_comb() -> None:
    page = comb(count=2, tooth=0)
    cv2.line(page, (100, FOOT), (600, FOOT), (BLACK,), 2)
    for x, lean in ((150, 0), (184, 1), (225, 0), (262, 1), (297, 0)):
        cv2.line(page, (x, FOOT), (x + lean, FOOT - 30), (BLACK,), 2)
    assert not prepared(page).rulings.cells


def test_letters_on_a_line_are_no_comb() -> None:
    page = comb(count=2, tooth=0)
    cv2.line(page, (100, FOOT), (600, FOOT), (BLACK,), 2)
    for k in range(12):
        x = 110 + 20 * k
        cv2.line(page, (x, FOOT), (x, FOOT - 20), (BLACK,), 2)
        cv2.ellipse(page, (x + 6, FOOT - 13), (5, 5), 0, 0, 360, (BLACK,), 2)
    assert not prepared(page).rulings.cells
