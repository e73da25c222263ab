"""A page becomes flat, upright ink whose places lead back to the page."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitscan.reading.clean import LONG_SIDE, Ink, clean
from digitscan.reading.geometry import map_box
from digitscan.reading.scale import BROADEST
from digitscan.types import Box, Page

Pixels = NDArray[np.uint8]


def page_of(pixels: Pixels) -> Page:
    return Page("drawn.png", 1, pixels)


def text_page(height: int = 1200, width: int = 900, paper: int = 240) -> Pixels:
    """Lines of short dark bars, as rows of print."""
    pixels = np.full((height, width), paper, np.uint8)
    for top in range(120, height - 120, 60):
        for left in range(100, width - 120, 24):
            pixels[top : top + 18, left : left + 5] = 30
            pixels[top + 14 : top + 18, left : left + 14] = 30
    return pixels


def turned(pixels: Pixels, angle: float) -> Pixels:
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    new = cv2.warpAffine(pixels, matrix, (width, height), borderValue=(240.0,))
    return np.asarray(new, np.uint8)


def ink_boxes(ink: Ink) -> list[Box]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.mask)
    return [
        map_box(Box(*(int(v) for v in row[:4])), ink.to_page, ink.page_size) for row in stats[1:]
    ]


def angle_of(ink: Ink) -> float:
    """Clockwise degrees by which the page must be turned to give the working picture."""
    return -float(np.degrees(np.arctan2(ink.to_page[1, 0], ink.to_page[0, 0])))


@settings(max_examples=8, deadline=None)
@given(
    st.integers(200, 3000),
    st.integers(200, 3000),
    st.floats(0.1, 0.7),
    st.floats(0.1, 0.7),
    st.sampled_from([8, 15, 30]),
)
def test_a_drawn_rectangle_is_found_where_it_is(
    height: int, width: int, down: float, right: float, size: int
) -> None:
    drawn = Box(int(right * width), int(down * height), size, 2 * size)
    pixels = np.full((height, width), 235, np.uint8)
    pixels[drawn.y : drawn.bottom, drawn.x : drawn.right] = 20
    (found,) = ink_boxes(clean(page_of(pixels)))
    slack = 1 + max(height, width) / 2000
    assert abs(found.x - drawn.x) <= slack
    assert abs(found.y - drawn.y) <= slack
    assert abs(found.right - drawn.right) <= slack
    assert abs(found.bottom - drawn.bottom) <= slack


def test_a_turned_page_is_set_level_and_its_boxes_lead_back() -> None:
    level = text_page()
    level[600:640, 700:702] = 30
    for angle in (-10.0, 2.0):
        ink = clean(page_of(turned(level, angle)))
        assert abs(angle_of(ink) - angle) < 0.3
        mark = cv2.getRotationMatrix2D((450, 600), angle, 1) @ (105.0, 136.0, 1.0)
        near = [b for b in ink_boxes(ink) if b.x - 3 <= mark[0] <= b.right + 3]
        assert any(b.y - 3 <= mark[1] <= b.bottom + 3 for b in near)


def test_a_level_page_is_left_alone() -> None:
    assert angle_of(clean(page_of(text_page()))) == 0.0


def test_a_small_field_is_enlarged_and_never_turned() -> None:
    pixels = np.full((50, 180), 200, np.uint8)
    for left in range(20, 160, 30):
        cv2.line(pixels, (left, 42), (left + 12, 8), (60,), 3)
    ink = clean(page_of(pixels))
    assert ink.mask.shape == (125, 450)
    assert angle_of(ink) == 0.0
    assert len(ink_boxes(ink)) == 5


def test_shade_is_no_ink_and_ink_in_shade_is_ink() -> None:
    flat = text_page()
    shade = np.linspace(1.0, 0.35, flat.shape[1])[None, :]
    shaded = (flat * shade).astype(np.uint8)
    assert len(ink_boxes(clean(page_of(shaded)))) == len(ink_boxes(clean(page_of(flat))))


def test_the_desk_around_a_sheet_is_no_ink() -> None:
    rng = np.random.default_rng(1)
    desk = rng.integers(20, 90, (1400, 1100)).astype(np.uint8)
    sheet = text_page(1000, 800)
    desk[200:1200, 150:950] = sheet
    ink = clean(page_of(desk))
    boxes = ink_boxes(ink)
    assert len(boxes) == len(ink_boxes(clean(page_of(sheet))))
    assert all(b.x >= 150 and b.right <= 950 and b.y >= 200 and b.bottom <= 1200 for b in boxes)


def test_dark_ink_is_255_and_paper_0() -> None:
    ink = clean(page_of(text_page()))
    assert ink.darkness[ink.mask > 0].max() == 255
    assert np.median(ink.darkness) == 0


def test_blank_pages_of_any_size_hold_no_ink() -> None:
    for shape in ((1, 1), (3, 5), (7, 300), (400, 400), (1200, 900)):
        for level in (255, 128):
            assert not clean(page_of(np.full(shape, level, np.uint8))).mask.any()


def test_a_field_with_huge_digits_is_brought_down_to_usual_strokes() -> None:
    pixels = np.full((300, 800), 255, np.uint8)
    for x in range(80, 720, 120):  # strokes of 18 pixels, 45 at the usual working scale
        cv2.ellipse(pixels, (x, 150), (40, 90), 0, 0, 360, [0], 18)
    ink = clean(Page("field", 1, pixels))
    assert ink.stroke < BROADEST
    x, y, wide, high = cv2.boundingRect(ink.mask)
    corners = np.array([[x, y, 1], [x + wide, y + high, 1]]) @ ink.to_page.T
    np.testing.assert_allclose(corners[:, :2] / corners[:, 2:], [[31, 51], [730, 250]], atol=3)


def test_a_bar_across_a_page_leaves_it_at_the_usual_scale() -> None:
    pixels = np.full((1000, 800), 255, np.uint8)
    pixels[40:160, 40:760] = 0
    for x in range(60, 760, 40):
        for y in range(240, 960, 60):
            cv2.ellipse(pixels, (x, y), (8, 14), 0, 0, 360, [0], 2)
    assert max(clean(Page("page", 1, pixels)).mask.shape) == LONG_SIDE


def test_only_a_picture_that_grows_is_enlarged() -> None:
    small, large = (np.full((side, side), 255, np.uint8) for side in (900, 1900))
    assert clean(page_of(small)).is_enlarged
    assert not clean(page_of(large)).is_enlarged
