"""Pens: a style drawn as large, wide and slanted as asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitnet.synthesis.pens import Hand, Pen, draw, noise, trim
from digitnet.synthesis.styles import CANVAS, Style, style_from_template


def stem() -> Style:
    """Make a style whose path is a vertical line 41 pixels high."""
    y, x = np.mgrid[0:CANVAS, 0:CANVAS].astype(float)
    distance = np.hypot(x - 32, np.maximum(abs(y - 32) - 20, 0))
    return Style(np.minimum(distance * 8, 255).astype(np.uint8), None, 2.5)


@settings(deadline=None, max_examples=25)
@given(st.floats(15, 60), st.floats(0.6, 3))
def test_ink_is_as_high_as_the_path_plus_the_pen(height: float, radius: float) -> None:
    ink = draw(np.random.default_rng(0), stem(), Hand(height), Pen(radius, 0.4))
    assert ink.shape[0] == pytest.approx(height * 41 / 44 + 2 * radius, abs=2.5)
    assert ink.shape[1] == pytest.approx(2 * radius, abs=2.2)
    assert ink.dtype == np.float32
    assert 0 <= ink.min() <= ink.max() <= 1


def test_slant_leans_to_the_right() -> None:
    ink = draw(np.random.default_rng(0), stem(), Hand(40, slant=0.5), Pen(1.5))
    top = np.average(np.arange(ink.shape[1]), weights=ink[3])
    foot = np.average(np.arange(ink.shape[1]), weights=ink[-4])
    assert top - foot == pytest.approx(0.5 * (ink.shape[0] - 7), abs=2)


def test_a_thin_pen_does_not_break_a_style() -> None:
    rng = np.random.default_rng(0)
    for digit in (0, 6, 8):
        ink = draw(rng, style_from_template(rng, digit), Hand(36), Pen(0.6, 0.5))
        assert (ink.max(1)[1:-1] > 0.5).all(), digit  # the end rows are soft


def test_the_patch_is_tight() -> None:
    ink = np.zeros((9, 12), np.float32)
    ink[2:5, 3:9] = 0.6
    assert trim(ink).shape == (3, 6)
    assert trim(np.zeros((9, 12), np.float32)).shape == (1, 1)


def test_noise_is_smooth_and_centred() -> None:
    field = noise(np.random.default_rng(0), (48, 192), (8, 32))
    assert field.shape == (48, 192)
    assert abs(float(field.mean())) < 0.2
    assert float(np.abs(np.diff(field, axis=1)).max()) < 1
