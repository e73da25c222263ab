"""Glyphs drawn for training: cropped as MNIST was made, varied, degraded, never lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from digitnet.synthesis import not_digits
from digitnet.synthesis.degrade import degrade, store_small, vary
from digitnet.synthesis.glyphs import WORK, Ink, crop28, enlarge, tight, warp
from digitnet.synthesis.printed import LOOK_ALIKE, Typesetter, fonts_in
from digitnet.synthesis.printed_lines import dotted, random_text, set_line
from digitnet.synthesis.resemblance import Resemblance
from digitnet.synthesis.scan import scan, scanned_height
from digitscan.reading.crop import mnist_crop


def ring() -> Ink:
    """Draw a 0 on a canvas of 60 by 50."""
    y, x = np.mgrid[0:60, 0:50].astype(np.float32)
    distance = abs(np.hypot((x - 25) * 1.5, y - 30) - 22)
    return np.asarray(np.clip(4 - distance, 0, 1), np.float32)


def vary_gently(ink: Ink, rng: np.random.Generator) -> np.ndarray:
    """Slant and bend an ink a little; its crop."""
    crop = crop28(warp(ink, rng, 0.5))
    assert crop is not None
    return crop


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
    crop = crop28(vary(ring(), rng))
    assume(crop is not None)  # the worst scans lose all ink: another is drawn then
    assert crop is not None
    assert crop.shape == (28, 28)
    assert crop.max() == 255
    assert 0.012 < (crop > 100).mean() < 0.6  # the thinnest pen leaves a ring of pixels with gaps


def test_the_same_seed_draws_the_same() -> None:
    first = vary(ring(), np.random.default_rng(5))
    second = vary(ring(), np.random.default_rng(5))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("seed", range(12))
def test_a_glyph_stored_small_has_few_pixels_and_its_ink(seed: int) -> None:
    small = store_small(ring(), np.random.default_rng(seed))
    assert 8 <= max(small.shape) <= 32
    assert ring().shape[1] / ring().shape[0] - 0.2 < small.shape[1] / small.shape[0] <= 1
    assert small.max() == 1
    assert 0.1 < small.mean() < 0.9


def test_a_glyph_drawn_out_fills_the_square_but_a_bare_stroke_does_not() -> None:
    bar = np.ones((50, 10), np.float32)
    for seed in range(12):
        high, wide = store_small(ring(), np.random.default_rng(seed), keep=0.0).shape
        assert high == wide
        high, wide = store_small(bar, np.random.default_rng(seed), keep=0.0).shape
        assert wide < 0.6 * high


@pytest.mark.parametrize("seed", range(20))
def test_a_scan_keeps_the_place_of_the_ink(seed: int) -> None:
    rng = np.random.default_rng(seed)
    page = np.zeros((40, 60), np.float32)
    page[10:30, 20:24] = 1
    found = scan(page, 20.0, rng)
    assert found.shape == page.shape
    assert found[10:30, 19:25].mean() > 4 * abs(found[:, 35:].mean())


def test_scans_are_small_and_large() -> None:
    rng = np.random.default_rng(0)
    heights = [scanned_height(rng) for _ in range(300)]
    assert 9 <= min(heights) < 10
    assert 45 < max(heights) <= 48


def test_set_lines_know_where_each_character_stands() -> None:
    pytest.importorskip("matplotlib", reason="its DejaVu fonts are the default")
    rng = np.random.default_rng(3)
    font = Typesetter(fonts_in(None)).font(rng)
    for _ in range(5):
        ink, placed = set_line("1b7", font, rng)
        assert [character for character, _ in placed] == ["1", "b", "7"]
        middles = [np.nonzero(mask)[1].mean() for _, mask in placed]
        assert middles == sorted(middles)
        assert all(mask.shape == ink.shape for _, mask in placed)


def test_texts_are_words_and_numbers_short_enough_for_a_line() -> None:
    rng = np.random.default_rng(0)
    texts = [random_text(rng) for _ in range(300)]
    assert all(1 < len(text) <= 9 for text in texts)
    assert sum(text.isdigit() for text in texts) > 20
    assert sum(text.isalpha() for text in texts) > 100


def test_dots_leave_gaps_in_a_stroke() -> None:
    bar = np.zeros((60, 40), np.float32)
    bar[:, 10:30] = 1
    dots = dotted(bar, 12)
    assert dots.shape == bar.shape
    assert dots[:, 10:30].max() == 1
    assert dots[:, 10:30].min() < 0.3
    assert not dots[:, :8].any()


def test_a_part_like_a_digit_is_told_from_one_that_is_not() -> None:
    rng = np.random.default_rng(0)
    inks = [vary_gently(ring(), rng) for _ in range(60)]
    like = Resemblance(np.stack(inks), np.zeros(60, np.int64))
    assert like.like_a_digit(vary_gently(ring(), rng))
    hook = ring()
    hook[:, 25:] = 0
    assert not like.like_a_digit(vary_gently(hook, rng))
    assert not like.like_a_digit(np.zeros((28, 28), np.uint8))


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


def test_a_part_of_a_pair_is_no_digit_with_a_crumb() -> None:
    digit = ring()

    def draws(most: float) -> list[Ink | None]:
        seeds = range(60)
        return [
            not_digits.part_of_pair(digit, digit, np.random.default_rng(k), most) for k in seeds
        ]

    shares = [part.sum() / digit.sum() for part in draws(0.74) if part is not None]
    assert len(shares) > 5
    assert all(1 < share < 2.1 for share in shares)  # the second may be a little larger
    assert all(part is None for part in draws(0.0))  # then all of them count as one of the two


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
