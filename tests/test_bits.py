"""Masks of one bit a pixel do what OpenCV does with bytes."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitscan.reading.bits import SPARE, Bits

Mask = NDArray[np.uint8]

SHAPES = [(1, 1), (40, 31), (40, 32), (7, 33), (40, 64), (3, 96), (2, 97), (40, 200)]
LENGTHS = [1, 2, 3, 5, 7, 9, 27, SPARE]


def random_mask(height: int, width: int) -> Mask:
    rng = np.random.default_rng(height * width)
    return (rng.random((height, width)) < 0.4).astype(np.uint8)


@pytest.mark.parametrize("shape", SHAPES)
def test_packing_is_undone_by_unpacking(shape: tuple[int, int]) -> None:
    mask = random_mask(*shape)
    assert np.array_equal(Bits.of(mask).unpacked(), mask)
    assert np.array_equal(Bits.of(mask > 0).unpacked(), mask)
    assert np.array_equal(Bits.of(mask * np.uint8(200)).unpacked(), mask)


@pytest.mark.parametrize("shape", SHAPES)
def test_logic_is_pixel_by_pixel(shape: tuple[int, int]) -> None:
    mask = random_mask(*shape)
    other = mask[::-1, ::-1].copy()
    one, two = Bits.of(mask), Bits.of(other)
    assert np.array_equal((one & two).unpacked(), mask & other)
    assert np.array_equal((one | two).unpacked(), mask | other)
    assert np.array_equal((~one).unpacked(), 1 - mask)


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_morphology_is_that_of_opencv(shape: tuple[int, int], upright: bool) -> None:
    mask = random_mask(*shape)
    bits = Bits.of(mask)
    pairs: list[tuple[Callable[[int, bool], Bits], int]] = [
        (bits.dilated, cv2.MORPH_DILATE),
        (bits.eroded, cv2.MORPH_ERODE),
        (bits.opened, cv2.MORPH_OPEN),
        (bits.closed, cv2.MORPH_CLOSE),
    ]
    for length in LENGTHS:
        bar = np.ones((length, 1) if upright else (1, length), np.uint8)
        for ours, theirs in pairs:
            expected = cv2.morphologyEx(mask, theirs, bar)
            assert np.array_equal(ours(length, upright).unpacked(), expected), (length, theirs)
