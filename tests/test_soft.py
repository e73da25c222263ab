"""What shines through the paper is told from what stands on it by its soft edges."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.soft import without_show_through

Picture = NDArray[np.uint8]
TOP, BOTTOM = slice(0, 300), slice(300, 600)


def zeros(tone: int, blur: float) -> Picture:
    picture = np.zeros((300, 900), np.uint8)
    for k in range(14):
        cv2.ellipse(picture, (40 + 60 * k, 150), (18, 28), 0, 0, 360, (tone,), 6)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), blur), np.uint8)


def page(tone: int, blur: float, sharp: float = 0.8) -> Picture:
    """Draw a row of dark zeros over one of another tone and softness."""
    return np.vstack([zeros(230, sharp), zeros(tone, blur)])


def test_soft_pale_ink_goes_and_all_else_stays() -> None:
    picture = page(75, 3.0)
    cleared = without_show_through(picture)
    assert np.array_equal(cleared[TOP], picture[TOP])
    assert cleared[BOTTOM].max() < 22


def test_sharp_pale_ink_is_pencil_and_stays() -> None:
    picture = page(60, 0.8)
    assert np.array_equal(without_show_through(picture), picture)


def test_where_all_is_soft_softness_says_nothing() -> None:
    picture = page(75, 3.0, sharp=3.0)
    assert np.array_equal(without_show_through(picture), picture)


def test_in_an_unsharp_picture_what_is_softer_may_be_a_pale_print() -> None:
    picture = page(75, 4.5, sharp=2.0)
    assert np.array_equal(without_show_through(picture), picture)


def test_soft_dark_ink_is_no_show_through() -> None:
    picture = page(200, 3.0)
    kept = without_show_through(picture)
    assert np.array_equal(kept[BOTTOM] > 100, picture[BOTTOM] > 100)


def test_blank_paper_has_none() -> None:
    blank = np.zeros((50, 40), np.uint8)
    assert np.array_equal(without_show_through(blank), blank)
