"""Styles: thinning, distance maps, templates and banks of real digits."""

from __future__ import annotations

import numpy as np
import pytest

from digitnet.synthesis.styles import (
    CANVAS,
    GLYPH,
    UNIT,
    Style,
    StyleBank,
    add_stroke,
    style_from_template,
    styles_from_images,
    thin,
)
from digitnet.synthesis.templates import TEMPLATES, draw_strokes, parse, smooth


def ring(size: int = 28) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Draw a thick white ring on black: a zero."""
    y, x = np.mgrid[0:size, 0:size] - (size - 1) / 2
    return np.where(abs(np.hypot(x * 1.4, y) - 9) < 1.8, 255, 0).astype(np.uint8)


def reach(style: Style) -> tuple[int, int]:
    """Height and width of a style's path on its map."""
    rows, columns = np.nonzero(style.path < UNIT / 2)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def test_a_bar_is_thinned_to_its_middle_line() -> None:
    mask = np.zeros((9, 20), np.uint8)
    mask[3:6, 2:18] = 1
    rows, columns = np.nonzero(thin(mask))
    assert set(rows) == {4}
    assert columns.min() <= 4
    assert columns.max() >= 15


def test_thinning_keeps_a_hole_open() -> None:
    mask = (ring() > 0).astype(np.uint8)
    skeleton = thin(mask)
    assert skeleton.sum() < mask.sum() / 2
    assert (skeleton <= mask).all()
    assert not skeleton[10:18, 12:16].any()


def test_a_real_digit_gets_the_standard_height_and_its_stroke_width() -> None:
    (style,) = styles_from_images(ring()[None])
    assert style is not None
    height, _ = reach(style)
    assert GLYPH - 2 * style.radius - 3 <= height <= GLYPH
    assert 2 <= style.radius <= 5
    assert style.edge is not None
    assert style.edge[0, 0] > 128  # outside
    middle = style.path < UNIT / 2
    assert (style.edge[middle] < 128).all()


def test_an_empty_image_has_no_style() -> None:
    assert styles_from_images(np.zeros((1, 28, 28), np.uint8)) == [None]
    bank = StyleBank(np.stack([ring(), np.zeros((28, 28), np.uint8)]), np.array([0, 1]))
    assert (len(bank), bank.labels) == (1, [0])
    with pytest.raises(KeyError):
        bank.draw(np.random.default_rng(0), 1)


def test_every_template_parses_and_draws_inside_the_map() -> None:
    rng = np.random.default_rng(0)
    for digit, templates in TEMPLATES.items():
        assert len(set(templates)) == len(templates)
        for number, template in enumerate(templates):
            assert all(len(stroke) >= 2 for stroke in parse(template))
            style = style_from_template(rng, digit, number)
            height, width = reach(style)
            assert 20 <= height <= GLYPH + 2, (digit, number)
            assert width <= CANVAS - 4
            assert style.path.shape == (CANVAS, CANVAS)


def test_strokes_are_one_high_and_strokes_that_meet_keep_meeting() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        strokes = draw_strokes(rng, 5, 0)
        points = np.vstack(strokes)
        assert np.ptp(points[:, 1]) == pytest.approx(1)
        np.testing.assert_allclose(strokes[0][-1], strokes[1][0])


def test_a_curve_goes_through_its_points() -> None:
    points = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 1.0]])
    curve = smooth(points, steps=8)
    for point in points:
        assert np.abs(curve - point).sum(1).min() < 1e-9


@pytest.mark.parametrize("ornament", ["flag", "bar"])
def test_an_ornament_adds_to_the_path(ornament: str) -> None:
    stem = np.zeros((28, 28), np.uint8)
    stem[4:24, 13:16] = 255
    (style,) = styles_from_images(stem[None])
    assert style is not None
    changed = add_stroke(np.random.default_rng(0), style, "flag" if ornament == "flag" else "bar")
    assert reach(changed)[1] > reach(style)[1] + 4
    assert (changed.path <= style.path).all()


def test_the_same_seed_draws_the_same_style() -> None:
    first, second = (style_from_template(np.random.default_rng(5), 7) for _ in range(2))
    np.testing.assert_array_equal(first.path, second.path)
