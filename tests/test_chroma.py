"""Coloured ink told from black print."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitscan.reading.chroma import saturation
from digitscan.reading.prepare import prepare
from digitscan.types import Page

BLUE = (160, 70, 30)


def chromas(paper: tuple[int, int, int], pen: tuple[int, int, int]) -> list[float]:
    """Draw four black words and, lowest, one of a pen; return the words' chroma downwards."""
    pixels: NDArray[np.uint8] = np.full((1400, 1000, 3), paper, np.uint8)
    black = tuple(int(0.15 * value) for value in paper)
    for row, color in enumerate((black, black, black, black, pen)):
        cv2.putText(pixels, "204", (300, 200 + 250 * row), 0, 2.5, color, 7)
    words = sorted(prepare(Page("drawn.png", 1, pixels)).words, key=lambda word: word.box.y)
    assert len(words) == 5
    return [word.chroma for word in words]


@pytest.mark.parametrize("paper", [(250, 250, 250), (170, 215, 235)])
def test_a_blue_pen_stands_out_of_black_print_on_white_and_on_tinted_paper(
    paper: tuple[int, int, int],
) -> None:
    *printed, pen = chromas(paper, BLUE)
    assert pen > 0.3
    assert max(printed) < 0.05


def test_a_black_pen_does_not_stand_out() -> None:
    assert max(chromas((170, 215, 235), (25, 32, 35))) < 0.05


def test_saturation_is_0_for_black_and_for_grey_and_1_for_a_pure_hue() -> None:
    paper = np.array([200.0, 220.0, 240.0])
    ink = np.array([[0, 0, 0], [100, 110, 120], [200, 220, 0]], np.float64)
    np.testing.assert_allclose(saturation(ink, paper), [0, 0, 1], atol=1e-6)
