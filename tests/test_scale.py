"""How large the writing in a picture is tells a page from a part of one and a field."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitscan.reading.scale import BROADEST, USUAL, is_field, is_part, is_small, times_too_large


@pytest.mark.parametrize(
    ("extents", "stroke", "part", "field"),
    [
        ((133, 388), 6.5, True, True),
        ((133, 950), 6.5, True, True),
        ((133, 1050), 6.5, False, False),  # a long strip of a page
        ((388, 970), 6.5, True, False),  # rows of boxes
        ((400, 550), 3.0, False, False),  # a small page
    ],
)
def test_parts_and_fields_are_told_by_their_sides_in_strokes(
    extents: tuple[int, int], stroke: float, part: bool, field: bool
) -> None:
    assert is_part(extents, stroke) == part
    assert is_field(extents, stroke) == field
    assert is_part(extents[::-1], stroke) == part


def test_a_small_picture_is_no_page_whatever_its_strokes() -> None:
    assert is_small((650, 1200))
    assert not is_small((2000, 1400))


def zeros(stroke: int, shape: tuple[int, int], tone: int = 255) -> NDArray[np.uint8]:
    darkness = np.zeros(shape, np.uint8)
    for x in range(60, shape[1] - 40, 100):
        for y in range(70, shape[0] - 50, 130):
            cv2.ellipse(darkness, (x, y), (25, 40), 0, 0, 360, (tone,), stroke)
    return darkness


def test_broad_strokes_are_brought_down_to_usual_ones() -> None:
    for stroke in (5, 10):
        darkness = zeros(stroke, (900, 900))
        times = times_too_large(darkness, (darkness > 100).view(np.uint8))
        assert times == pytest.approx(stroke / USUAL if stroke > BROADEST else 1.0, rel=0.15)


def test_in_a_part_pale_lines_do_not_hide_how_broad_the_pen_is() -> None:
    darkness = zeros(9, (400, 420))
    for row in range(5, 400, 10):  # a pale grid, far more outline than the digits have
        darkness[row : row + 2] = np.maximum(darkness[row : row + 2], 90)
    assert times_too_large(darkness, (darkness > 40).view(np.uint8)) > 1.5
