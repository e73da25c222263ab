"""The annotated page: places stay, ink stays visible, doubt stands out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitscan.output.annotate import (
    ACCEPTED,
    CONFIDENCE,
    REVIEW,
    annotate,
    confidence_color,
)
from digitscan.types import Box, Digit, Kind, Number, Page, PageReading


def number(*boxes: Box, review: bool = False, confidence: float = 0.9995) -> Number:
    digits = tuple(Digit(i % 10, confidence, box) for i, box in enumerate(boxes))
    return Number(digits, confidence, Kind.HANDWRITTEN, review)


def read(page: Page, *numbers: Number) -> PageReading:
    return PageReading(page.file, page.number, page.width, page.height, numbers, {})


def grey_page(width: int = 600, height: int = 800, value: int = 200) -> Page:
    return Page("a.png", 1, np.full((height, width), value, np.uint8))


def has(picture: np.ndarray, color: tuple[int, int, int]) -> bool:
    return bool((picture == np.array(color)).all(axis=-1).any())


def test_page_keeps_its_place_and_its_pixels() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (400, 300, 3), np.uint8)
    page = Page("a.png", 1, pixels.copy())
    picture = annotate(page, read(page))
    assert picture.shape[1:] == (300, 3)
    assert picture.shape[0] > 400
    np.testing.assert_array_equal(picture[:400], pixels)
    np.testing.assert_array_equal(page.pixels, pixels)


def test_ink_of_digits_is_not_covered() -> None:
    page = Page("a.png", 1, np.random.default_rng(2).integers(0, 255, (800, 600), np.uint8))
    boxes = [Box(200, 300, 30, 50), Box(250, 300, 30, 50)]
    picture = annotate(page, read(page, number(*boxes, review=True)))
    for box in boxes:
        inside = np.s_[box.y : box.bottom, box.x : box.right]
        np.testing.assert_array_equal(picture[inside][..., 0], page.pixels[inside])


@pytest.mark.parametrize(
    ("confidence", "step"), [(1.0, 0), (0.999, 0), (0.995, 1), (0.96, 2), (0.3, 3), (0.0, 3)]
)
def test_color_tells_the_confidence(confidence: float, step: int) -> None:
    assert confidence_color(confidence) == CONFIDENCE[step][1]
    page = grey_page()
    drawn = annotate(page, read(page, number(Box(200, 300, 30, 50), confidence=confidence)))
    assert has(drawn[250:400, 150:300], CONFIDENCE[step][1])


def test_review_has_a_frame_and_a_flag_in_the_margin() -> None:
    page = grey_page()
    box = Box(300, 400, 30, 50)
    sure = annotate(page, read(page, number(box)))[: page.height]
    doubtful = annotate(page, read(page, number(box, review=True)))[: page.height]
    assert not has(sure, REVIEW)
    assert has(sure, ACCEPTED)
    assert has(doubtful[380:470, 280:350], REVIEW)
    assert has(doubtful[400:450, :5], REVIEW)


def test_reading_is_written_beside_the_ink_on_black_and_on_white() -> None:
    for value in (0, 255):
        page = grey_page(value=value)
        picture = annotate(page, read(page, number(Box(300, 400, 30, 50))))[: page.height]
        around = picture[340:510, 200:430].astype(int).sum(axis=-1)
        assert (around > 600).sum() > 300
        assert (around < 150).sum() > 100


def test_of_frames_that_leave_the_page_the_part_on_it_is_drawn() -> None:
    page, around = grey_page(), np.s_[330:362]
    inside = annotate(page, read(page, number(Box(202, 300, 30, 50))))[around]
    left = annotate(page, read(page, number(Box(1, 300, 30, 50))))[around]
    right = annotate(page, read(page, number(Box(570, 300, 30, 50))))[around]
    assert (inside[:, 195:240] != page.pixels[0, 0]).any()
    np.testing.assert_array_equal(left[:, :39], inside[:, 201:240])
    np.testing.assert_array_equal(right[:, 563:], inside[:, 195:232])


def test_a_label_wider_than_its_page_is_cut_off() -> None:
    page = grey_page(60, 40)
    long = number(*(Box(2 + 7 * i, 10, 6, 12) for i in range(8)))
    assert annotate(page, read(page, long)).shape[1] == page.width


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 300),
    st.integers(1, 300),
    st.lists(
        st.tuples(st.integers(0, 299), st.integers(0, 299), st.integers(1, 90), st.integers(1, 90)),
        max_size=5,
    ),
)
def test_any_page_and_any_boxes_are_drawn(
    width: int, height: int, boxes: list[tuple[int, int, int, int]]
) -> None:
    page = grey_page(width, height)
    numbers = [number(Box(*box), review=box[0] % 2 == 0) for box in boxes]
    picture = annotate(page, read(page, *numbers))
    assert picture.shape[1] == width
    assert picture.dtype == np.uint8
