"""Crops are made as MNIST was: 20x20 box, centred by mass in 28x28."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitscan.reading.crop import CROP_SIDE, INK_SIDE, mnist_crop, mnist_crops


def test_a_tall_bar_fills_twenty_rows_and_stands_in_the_middle() -> None:
    crop = mnist_crop(np.full((40, 4), 200, np.uint8))
    rows, columns = np.nonzero(crop)
    assert crop.shape == (28, 28)
    assert crop.max() == 255
    assert np.ptp(rows) + 1 == INK_SIDE
    assert np.ptp(columns) + 1 == 2
    assert (rows.min(), columns.min()) == (4, 13)


def test_no_ink_gives_an_empty_crop() -> None:
    assert not mnist_crop(np.zeros((9, 5), np.uint8)).any()


def test_the_mass_not_the_box_is_centred() -> None:
    ink = np.zeros((20, 20), np.uint8)
    ink[:, :8] = 255  # heavy left
    ink[:9, :] = 255
    crop = mnist_crop(ink).astype(float)
    mass_x = (crop.sum(0) @ np.arange(CROP_SIDE)) / crop.sum()
    assert abs(mass_x - 13.5) <= 0.5


def test_shrinking_averages() -> None:
    stripes = np.zeros((80, 80), np.uint8)
    stripes[:, ::2] = 255
    crop = mnist_crop(stripes)
    assert np.unique(crop[crop > 0]).tolist() == [255]  # even grey, raised to full


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**32 - 1))
def test_any_size_keeps_its_aspect_and_stays_inside(height: int, width: int, seed: int) -> None:
    ink = np.random.default_rng(seed).integers(1, 256, (height, width)).astype(np.uint8)
    rows, columns = np.nonzero(mnist_crop(ink))
    tall, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert max(tall, wide) <= INK_SIDE
    assert abs(tall - max(1, height * INK_SIDE / max(height, width))) <= 1
    assert abs(wide - max(1, width * INK_SIDE / max(height, width))) <= 1


def test_glyphs_cropped_together_are_those_cropped_alone() -> None:
    rng = np.random.default_rng(0)
    inks = [rng.integers(0, 200, size, np.uint8) for size in ((40, 12), (5, 9), (30, 31))]
    inks.append(np.zeros((8, 8), np.uint8))
    crops = mnist_crops(inks)
    assert crops.shape == (4, CROP_SIDE, CROP_SIDE)
    assert all(np.array_equal(crop, mnist_crop(ink)) for crop, ink in zip(crops, inks, strict=True))
    assert mnist_crops([]).shape == (0, CROP_SIDE, CROP_SIDE)
