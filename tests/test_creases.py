"""Creases go, the strokes that they cross stay."""

import cv2
import numpy as np
import pytest

from digitscan.reading.clean import Ink
from digitscan.reading.components import components
from digitscan.reading.creases import without_creases
from digitscan.reading.rulings import Rulings

PEN, PALE = 200, 90


def page_of(darkness: np.ndarray) -> tuple[Ink, Rulings]:
    mask = (darkness > 50).astype(np.uint8)
    nothing = np.zeros_like(mask)
    ink = Ink(darkness, mask, np.eye(3), 5.0, (darkness.shape[1], darkness.shape[0]))
    return ink, Rulings(nothing, nothing, (), np.zeros(mask.shape, np.uint16))


def digits() -> np.ndarray:
    """Draw a page of 0s and 1s."""
    darkness = np.zeros((700, 900), np.uint8)
    for y in range(60, 660, 120):
        for x in range(100, 800, 160):
            cv2.ellipse(darkness, (x, y), (22, 34), 0, 0, 360, (PEN,), 5)
            cv2.line(darkness, (x + 70, y - 34), (x + 64, y + 34), (PEN,), 5)
    return darkness


@pytest.mark.parametrize("ends", [((455, 0), (540, 699)), ((0, 200), (899, 320))])
def test_a_pale_line_over_the_page_goes_and_leaves_the_digits(
    ends: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    drawn = digits()
    line = np.zeros_like(drawn)
    cv2.line(line, *ends, (PALE,), 4)
    line[::60], line[:, ::80] = 0, 0  # where the rulings of boxes were taken out
    ink, rulings = page_of(np.maximum(drawn, line))
    left = without_creases(ink, rulings, components(ink.mask))
    assert left is not ink
    away = cv2.dilate((drawn > 0).astype(np.uint8), np.ones((25, 25), np.uint8)) == 0
    assert not left.mask[away].any()
    assert left.mask[drawn > 0].mean() > 0.99


def test_1s_in_a_column_and_dark_lines_are_no_crease() -> None:
    darkness = digits()
    for y in range(20, 660, 70):
        cv2.line(darkness, (850, y), (850, y + 36), (PALE,), 4)
    ink, rulings = page_of(darkness)
    assert without_creases(ink, rulings, components(ink.mask)) is ink
    cv2.line(darkness, (380, 0), (500, 699), (PEN,), 4)
    ink, rulings = page_of(darkness)
    assert without_creases(ink, rulings, components(ink.mask)) is ink
