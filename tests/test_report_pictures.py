"""The pictures of the report: what is on them, and where."""

import cv2
import numpy as np
import pytest

from digitscan.output.report_pictures import (
    BLOCK,
    MARGIN,
    PAGE_SIDE,
    SHEET_PIXELS,
    SNIPPET_HEIGHT,
    SNIPPET_WIDTH,
    number_sheet,
    page_picture,
)
from digitscan.types import Box


def decoded(jpeg: bytes) -> np.ndarray:
    found = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED)
    assert found is not None
    return np.asarray(found)


def test_a_small_page_keeps_its_size_and_a_large_one_is_made_small() -> None:
    jpeg, scale = page_picture(np.full((300, 200), 255, np.uint8))
    assert (decoded(jpeg).shape, scale) == ((300, 200), 1.0)
    jpeg, scale = page_picture(np.full((4000, 1000, 3), 255, np.uint8))
    assert (decoded(jpeg).shape, scale) == ((PAGE_SIDE, 500, 3), 0.5)


def test_a_snippet_is_the_number_with_its_margin() -> None:
    page = np.full((200, 400), 255, np.uint8)
    page[80:110, 100:160] = 0
    sheet, (snippet,) = number_sheet(page, [Box(100, 80, 60, 30)])
    assert sheet is not None
    assert snippet.scale == 1
    assert snippet.place == Box(0, 0, 60 + 2 * MARGIN, 30 + 2 * MARGIN)
    ink = decoded(sheet)[: snippet.place.height, : snippet.place.width] < 128
    assert cv2.boundingRect(ink.astype(np.uint8)) == (MARGIN, MARGIN, 60, 30)


def test_the_margin_ends_at_the_edge_of_the_page() -> None:
    page = np.full((60, 50), 255, np.uint8)
    _, (first, last) = number_sheet(page, [Box(4, 0, 10, 20), Box(40, 40, 10, 20)])
    assert (first.place.width, first.place.height) == (4 + 10 + MARGIN, 20 + MARGIN)
    assert (last.place.width, last.place.height) == (10 + MARGIN, 20 + MARGIN)


def test_large_numbers_are_made_small_and_none_overlap() -> None:
    page = np.full((3000, 3000, 3), 255, np.uint8)
    boxes = [Box(20, 100 * k, 30 + 40 * k, 50) for k in range(20)] + [Box(0, 0, 2900, 400)]
    sheet, snippets = number_sheet(page, boxes)
    assert sheet is not None
    high, wide = decoded(sheet).shape[:2]
    places = [snippet.place for snippet in snippets]
    for index, place in enumerate(places):
        assert place.x % BLOCK == place.y % BLOCK == 0
        assert place.right <= wide
        assert place.bottom <= high
        assert place.width <= SNIPPET_WIDTH
        assert place.height <= SNIPPET_HEIGHT
        assert not any(place.intersection(other) for other in places[:index])
    assert len(places) == len(boxes)


def test_thousands_of_numbers_fit_on_one_sheet() -> None:
    page = np.full((400, 400), 255, np.uint8)
    sheet, snippets = number_sheet(page, [Box(100, 100, 150, 40)] * 5000)
    assert sheet is not None
    assert decoded(sheet).size < 1.6 * SHEET_PIXELS
    assert {snippet.scale for snippet in snippets} == {snippets[0].scale}


@pytest.mark.parametrize("boxes", [[], [Box(900, 900, 10, 10)]])
def test_nothing_to_show_is_no_sheet(boxes: list[Box]) -> None:
    sheet, snippets = number_sheet(np.full((40, 40), 255, np.uint8), boxes)
    assert sheet is None
    assert [snippet.place.area for snippet in snippets] == [0] * len(boxes)
