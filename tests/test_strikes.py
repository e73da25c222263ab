"""A line through the digits crosses them out; under them, or in one of them, it does not."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitscan.reading.components import components
from digitscan.reading.find import Word
from digitscan.reading.strikes import is_crossed_out
from digitscan.types import Box


def zeros(line: list[tuple[int, int]]) -> Word:
    """Write three 0s, 40 high, the first two joined at their feet, and draw a line."""
    mask = np.zeros((44, 120), np.uint8)
    for x in (18, 58, 98):
        cv2.ellipse(mask, (x, 22), (13, 19), 0, 0, 360, (1,), 4)
    cv2.line(mask, (18, 40), (58, 40), (1,), 4)
    if line:
        cv2.polylines(mask, [np.array(line)], False, (1,), 4)
    _, labels, stats = components(mask)
    return Word(Box(0, 0, 120, 44), labels, stats[1:, :4], mask * np.uint8(200), -1, 42.0)


@pytest.mark.parametrize(
    ("line", "crossed"),
    [
        ([], False),
        ([(2, 22), (118, 22)], True),
        ([(2, 27), (60, 22), (118, 25)], True),  # by hand
        ([(2, 41), (118, 41)], False),  # under them
        ([(90, 22), (118, 22)], False),  # in one of them
    ],
)
def test_a_line_through_the_middle_of_digits_crosses_them_out(
    line: list[tuple[int, int]], crossed: bool
) -> None:
    assert is_crossed_out(zeros(line)) is crossed


def test_bars_of_digits_joined_over_cells_are_no_line() -> None:
    bars = zeros([(2, 16), (58, 16), (58, 30), (118, 30)])
    assert is_crossed_out(bars)
    assert not is_crossed_out(replace(bars, cell=0, over=3))
    assert is_crossed_out(replace(zeros([(2, 22), (118, 22)]), cell=0, over=3))
