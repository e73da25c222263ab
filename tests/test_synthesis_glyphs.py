"""Glyphs drawn for training: cropped as MNIST was made, varied, never lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitnet.synthesis import not_digits
from digitnet.synthesis.glyphs import WORK, Ink, crop28, degrade, enlarge, fill_square, tight, vary
from digitnet.synthesis.printed import LOOK_ALIKE, Typesetter, fonts_in
from digitscan.reading.crop import mnist_crop


def ring() -> Ink:
    """Draw a 0 on a canvas of 60 by 50."""
    y, x = np.mgrid[0:60, 0:50].astype(np.float32)
    distance = abs(np.hypot((x - 25) * 1.5, y - 30) - 22)
    return np.asarray(np.clip(4 - distance, 0, 1), np.float32)


@given(st.integers(3, 90), st.integers(3, 90), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_crops_as_the_reader_does(height: int, width: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(60, 256, (height, width)).astype(np.uint8)
    pixels[0, 0] = 255
    crop = crop28(pixels.astype(np.float32) / np.float32(255))
    assert crop is not None
    expected = mnist_crop(pixels).astype(int)
    # A middle exactly between two pixels may be rounded either way.
    moved = [np.roll(expected, (dy, dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    assert min(int(abs(crop - other).max()) for other in moved) <= 3


def test_no_ink_no_crop() -> None:
    assert crop28(np.zeros((20, 20), np.float32)) is None
    assert tight(np.zeros((20, 20), np.float32)) is None


def test_enlarged_to_the_working_size() -> None:
    small = np.zeros((16, 16), np.float32)
    small[2:14, 6:9] = 1
    large = enlarge(small)
    assert large is not None
    cut = tight(large, 0.5)
    assert cut is not None
    assert cut.shape[0] == pytest.approx(WORK, abs=8)


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_a_varied_ring_stays_a_ring_of_ink(seed: int) -> None:
    rng = np.random.default_rng(seed)
    crop = crop28(vary(ring(), rng, squared=0.2))
    assert crop is not None
    assert crop.shape == (28, 28)
    assert crop.max() == 255
    assert 0.02 < (crop > 100).mean() < 0.6  # the thinnest pen leaves one ring of pixels


def test_the_same_seed_draws_the_same() -> None:
    first = vary(ring(), np.random.default_rng(5))
    second = vary(ring(), np.random.default_rng(5))
    np.testing.assert_array_equal(first, second)


def test_filled_square_is_square_and_binary() -> None:
    square = fill_square(ring(), np.random.default_rng(0))
    assert square.shape[0] == square.shape[1]
    assert set(np.unique(square)) == {0.0, 1.0}


@pytest.mark.parametrize("draw", [draw for draw, _ in not_digits.MARKS], ids=lambda d: d.__name__)
def test_every_mark_leaves_ink_and_stays_on_the_canvas(draw: object) -> None:
    assert callable(draw)
    for seed in range(5):
        canvas = np.zeros((not_digits.CANVAS, not_digits.CANVAS), np.float32)
        draw(canvas, np.random.default_rng(seed), 5.0)
        assert canvas.any() or draw is not_digits.noise
        assert canvas.max() <= 1


def test_a_part_holds_less_ink_than_the_digit() -> None:
    digit = ring()
    parts = [not_digits.part(digit, np.random.default_rng(seed)) for seed in range(40)]
    shares = [part.sum() / digit.sum() for part in parts if part is not None]
    assert len(shares) > 10
    assert all(0.15 < share < 0.65 for share in shares)


def test_a_pair_holds_the_ink_of_both() -> None:
    digit = ring()
    pair = not_digits.beside(digit, digit, np.random.default_rng(0), gap=0.2)
    assert pair.sum() == pytest.approx(2 * digit.sum(), rel=0.5)
    alone = tight(digit)
    assert alone is not None
    assert pair.shape[1] > 1.7 * alone.shape[1]


def test_a_crossed_out_digit_is_still_under_the_strokes() -> None:
    digit = ring()
    struck = not_digits.crossed_out(digit, np.random.default_rng(0))
    assert struck.sum() > digit.sum()


def test_print_draws_every_digit_and_no_look_alike() -> None:
    pytest.importorskip("matplotlib", reason="its DejaVu fonts are the default")
    typesetter = Typesetter(fonts_in(None))
    rng = np.random.default_rng(0)
    values = set()
    for _ in range(60):
        ink, value = typesetter.digit(rng)
        assert ink is not None
        values.add(value)
    assert values == set(range(10))
    assert typesetter.letter(rng, without=LOOK_ALIKE) is not None


def test_degraded_ink_has_no_specks() -> None:
    noisy = ring()
    noisy[2, 2] = noisy[57, 47] = 1
    for seed in range(10):
        page = degrade(noisy, np.random.default_rng(seed))
        assert page.max() <= 1
        assert page.min() >= 0
