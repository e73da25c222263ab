"""Which pixels are ink."""

import cv2
import numpy as np

from digitscan.reading.binarize import binarize, levels_of, scaled, stretch, stroke_width


def darkness(height: int = 120, width: int = 200) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def test_pale_print_beside_a_dark_stroke_is_no_ink_but_a_pale_stroke_alone_is() -> None:
    page = darkness(400, 1200)
    page[150:250, 100:104] = 220
    page[150:250, 116:118] = 70
    page[150:250, 1000:1004] = 70
    mask = binarize(page)
    assert mask[200, 102] == 1
    assert mask[200, 117] == 0
    assert mask[200, 1002] == 1


def test_the_noise_of_the_paper_is_no_ink() -> None:
    page = np.random.default_rng(0).integers(0, 40, (200, 300)).astype(np.uint8)
    page[50:150, 100:105] = 200
    mask = binarize(page)
    assert mask[60:140, 101:104].all()
    mask[45:155, 95:110] = 0
    assert mask.sum() == 0


def test_on_patterned_paper_specks_of_the_pattern_fall_away() -> None:
    page = darkness()
    page[::4] = 130
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), 1.5), np.uint8)
    page[40:100, 60:68] = 200
    page[8, 150:160] = 70
    mask = binarize(page)
    assert mask[50:90, 62:66].all()
    assert mask[:, 140:].sum() == 0


def test_the_dark_ink_of_a_page_is_stretched_to_255() -> None:
    page = darkness()
    page[40:60, 40:160] = 120
    mask = (page > 60).view(np.uint8)
    stretched = stretch(page, mask)
    assert set(np.unique(stretched).tolist()) == {0, 255}


def test_without_ink_nothing_is_stretched() -> None:
    page = np.full((10, 10), 9, np.uint8)
    assert np.array_equal(stretch(page, np.zeros_like(page)), page)


def test_pictures_are_scaled_as_numbers_are_and_rounded_down() -> None:
    levels = np.arange(256, dtype=np.uint8)[None]
    for darkest in range(22, 256):
        exact = np.minimum(np.arange(256) * 255 // darkest, 255)
        assert np.array_equal(scaled(levels, 255 / darkest)[0], exact)
    assert scaled(levels, 0.5, 10)[0, 7] == 13


def test_what_is_known_of_the_levels_is_not_measured_again() -> None:
    page = darkness()
    page[40:100, 60:68] = 200
    assert np.array_equal(binarize(page, levels=levels_of(page)), binarize(page))
    assert not binarize(page, levels=(250.0, 250.0)).any()


def test_stroke_width_of_bars() -> None:
    for width in (3, 5, 9):
        page = darkness()
        page[10:110, 50 : 50 + width] = 1
        assert abs(stroke_width(page) - width) < 1.2
    assert stroke_width(darkness()) == 1.0


def test_a_pencil_between_dark_rulings_is_ink_once_they_are_known() -> None:
    darkness = np.zeros((400, 600), np.uint8)
    rulings = np.zeros_like(darkness)
    rulings[::40] = rulings[1::40] = rulings[2::40] = 250
    darkness[:] = rulings
    darkness[50:70, 300:304] = 42
    darkness[50:70, 400:404] = 30  # a tint, a shadow
    assert not binarize(darkness)[55:65, 301].any()
    mask = binarize(darkness, rulings)
    assert mask[55:65, 301].all()
    assert not mask[55:65, 401].any()


def test_the_soft_edge_of_a_ruling_is_no_ink() -> None:
    darkness = np.zeros((400, 600), np.uint8)
    rulings = np.zeros_like(darkness)
    rulings[200:204] = darkness[200:204] = 250
    darkness[204] = 75
    darkness[100:150, 100:104] = 250
    assert not binarize(darkness, rulings)[204].any()
