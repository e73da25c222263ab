"""Labels of an annotated page find room."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitscan.output.layout import place_labels, spread
from digitscan.types import Box, Page


def white(width: int = 600, height: int = 600) -> Page:
    return Page("a.png", 1, np.full((height, width), 255, np.uint8))


def test_empty_page_puts_the_label_above_each_reading_over_its_digit() -> None:
    digits = [Box(200, 300, 30, 40), Box(260, 300, 30, 40)]
    (label,) = place_labels([Box(190, 290, 110, 60)], [digits], 20, 4, white())
    assert label.box.bottom == 290 - 4
    assert label.columns == (215.0, 275.0)


def test_print_above_sends_the_label_below() -> None:
    page = white()
    page.pixels[240:288:6, 100:400] = 0
    digits = [Box(200, 300, 30, 40)]
    (label,) = place_labels([Box(190, 290, 50, 60)], [digits], 24, 4, page)
    assert label.box.y == 350 + 4


def test_a_label_covers_print_sooner_than_the_number_beside() -> None:
    page = white()
    page.pixels[::6] = 0
    frames = [Box(100, 300, 60, 50), Box(190, 300, 60, 50)]
    page.pixels[290:360, 90:260] = 255  # the print is above and below
    label, _ = place_labels(frames, [[frame] for frame in frames], 30, 4, page)
    assert label.box.intersection(frames[1]) == 0


def test_labels_hide_neither_numbers_nor_each_other() -> None:
    frames = [Box(100 + 120 * (i % 3), 100 + 60 * (i // 3), 60, 50) for i in range(9)]
    digits = [[Box(frame.x + 10, frame.y + 5, 20, 40)] for frame in frames]
    labels = place_labels(frames, digits, 24, 3, white())
    boxes = frames + [label.box for label in labels]
    assert [pair for pair in combinations(boxes, 2) if pair[0].intersection(pair[1])] == []


@pytest.mark.parametrize("corner", [(0, 0), (580, 0), (0, 580), (580, 580)])
def test_labels_stay_on_the_page(corner: tuple[int, int]) -> None:
    frame = Box(*corner, 20, 20)
    (label,) = place_labels([frame], [[frame]], 30, 3, white())
    assert 0 <= label.box.x < label.box.right <= 600
    assert 0 <= label.box.y < label.box.bottom <= 600


@given(st.lists(st.floats(0, 1000), max_size=12).map(sorted), st.floats(0.1, 50))
def test_spread_keeps_order_distance_and_middle(columns: list[float], pitch: float) -> None:
    places = spread(columns, pitch)
    assert all(b - a >= pitch - 1e-6 for a, b in pairwise(places))
    assert sum(places) == pytest.approx(sum(columns), abs=1e-6)
