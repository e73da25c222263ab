"""The paper behind the ink and the sheet on the desk."""

import numpy as np

from digitscan.reading.paper import paper_brightness, sheet_region


def test_the_paper_is_seen_through_strokes() -> None:
    page = np.full((600, 500), 220, np.uint8)
    page[100:500, 200:206] = 30
    assert np.abs(paper_brightness(page).astype(int) - 220).max() <= 1


def test_the_paper_follows_the_light() -> None:
    page = np.linspace(240, 100, 500)[None].repeat(600, 0).astype(np.uint8)
    assert np.abs(paper_brightness(page).astype(int) - page).max() <= 12


def test_black_is_never_paper() -> None:
    assert paper_brightness(np.zeros((500, 400), np.uint8)).min() == 20


def test_a_sheet_on_a_dark_ground_is_found_also_in_slanting_light() -> None:
    page = np.full((600, 500), 50, np.uint8)
    light = np.linspace(230, 130, 400)[:, None].repeat(300, 1)
    page[100:500, 100:400] = light
    sheet = sheet_region(page)
    assert sheet is not None
    assert sheet[120:480, 120:380].all()
    assert not sheet[:90].any()
    assert not sheet[:, 420:].any()


def test_a_page_that_fills_the_picture_has_no_surround() -> None:
    page = np.full((600, 500), 230, np.uint8)
    page[40:560:20, 50:450] = 20
    assert sheet_region(page) is None


def test_a_small_field_has_no_surround() -> None:
    page = np.full((50, 180), 60, np.uint8)
    page[10:40, 20:160] = 200
    assert sheet_region(page) is None
