"""How far a page is turned."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from digitscan.reading.deskew import skew_angle


def rows(angle: float, ruled: bool) -> np.ndarray:
    """Dark rows (whole lines, or dashes as of words) turned counter-clockwise by `angle`."""
    page = np.zeros((800, 600), np.uint8)
    rng = np.random.default_rng(3)
    for top in range(100, 700, 28):
        for left in range(80, 520, 22):
            page[top : top + 7, left : left + (22 if ruled else int(rng.integers(8, 20)))] = 220
    matrix = cv2.getRotationMatrix2D((300, 400), angle, 1)
    return np.asarray(cv2.warpAffine(page, matrix, (600, 800)), np.uint8)


@settings(max_examples=10, deadline=None)
@given(st.floats(-13, 13), st.booleans())
def test_the_turn_undoes_the_skew(angle: float, ruled: bool) -> None:
    found = skew_angle(rows(angle, ruled))
    assert abs(found - angle) < (0.35 if abs(angle) > 0.3 else 0.5)


def test_nothing_is_turned_without_evidence() -> None:
    assert skew_angle(np.zeros((800, 600), np.uint8)) == 0.0
    noise = np.random.default_rng(0).integers(0, 255, (800, 600)).astype(np.uint8)
    assert skew_angle(noise) == 0.0
    round_thing = np.zeros((800, 600), np.uint8)
    cv2.circle(round_thing, (300, 400), 150, (255,), 9)
    assert skew_angle(round_thing) == 0.0


def test_a_small_picture_is_never_turned() -> None:
    assert skew_angle(rows(5.0, True)[300:420, 100:500]) == 0.0
