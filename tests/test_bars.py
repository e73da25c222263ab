"""Bare strokes: long and thin, whatever way they lean; a small thick digit is none."""

import cv2
import numpy as np
import pytest

from digitscan.reading.bars import find_bars


def line(first: tuple[int, int], last: tuple[int, int], thick: int) -> np.ndarray:
    labels = np.zeros((40, 40), np.int32)
    cv2.line(labels, first, last, 1, thick)
    return labels


@pytest.mark.parametrize(("last", "lean"), [((20, 38), 0), ((5, 35), -27), ((35, 35), 27)], ids=str)
def test_a_stroke_is_a_bar_and_its_lean_is_told(last: tuple[int, int], lean: float) -> None:
    found, straight = find_bars(line((20, 5), last, 3), 1)
    assert abs(found[0]) == pytest.approx(abs(lean), abs=3)
    assert straight.tolist() == [True]


def test_a_digit_no_longer_than_twice_its_width_is_none() -> None:
    small = line((18, 12), (22, 26), 7)  # as full as a bar, as a 9 of ten pixels is
    assert find_bars(small, 1)[1].tolist() == [False]
