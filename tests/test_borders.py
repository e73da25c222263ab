"""What is written over the border of two comb cells is parted there."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.borders import part_at_borders, part_stacked
from digitscan.reading.components import components
from digitscan.reading.group import comb_neighbors
from digitscan.types import Box

CELLS = tuple(Box(20 + 44 * k, 20, 40, 60) for k in range(4))


def parted(mask: NDArray[np.uint8], cells: tuple[Box, ...] = CELLS) -> NDArray[np.uint8] | None:
    _, labels, stats = components(mask)
    return part_at_borders(mask, labels, stats, cells, comb_neighbors(cells))


def drawn(*strokes: tuple[tuple[int, int], tuple[int, int]]) -> NDArray[np.uint8]:
    mask = np.zeros((100, 220), np.uint8)
    for start, end in strokes:
        cv2.line(mask, start, end, (1,), 4)
    return mask


def test_two_digits_joined_over_a_border_become_two() -> None:
    mask = drawn(((32, 30), (32, 70)), ((32, 70), (92, 66)), ((92, 30), (92, 70)))
    cut = parted(mask)
    assert cut is not None
    count, _, stats = components(cut)
    assert count == 3
    assert abs(int(stats[1, 0] + stats[1, 2]) - 62) <= 7
    assert 0 < mask.sum() - cut.sum() <= 6


def test_one_digit_across_a_border_stays_whole() -> None:
    assert parted(drawn(((48, 30), (76, 30)), ((76, 30), (50, 70)))) is None


def test_nothing_is_parted_in_one_wide_cell_or_below_a_comb() -> None:
    joined = ((32, 30), (32, 70)), ((32, 70), (92, 66)), ((92, 30), (92, 70))
    assert parted(drawn(*joined), (Box(20, 20, 180, 60),)) is None
    assert parted(drawn(*joined), ()) is None
    below = [((a, b + 60), (c, d + 60)) for (a, b), (c, d) in joined]
    assert parted(drawn(*below)) is None


ROWS = tuple(Box(20 + 44 * k, 20 + 64 * row, 40, 60) for row in range(4) for k in range(3))


def parted_rows(mask: NDArray[np.uint8], beyond: int = 0) -> NDArray[np.uint8] | None:
    """Part what is joined over `ROWS`, whose faces go on `beyond` their boxes."""
    places = np.zeros(mask.shape, np.uint16)
    for number, cell in enumerate(ROWS, start=1):
        places[cell.y : cell.bottom + beyond, cell.x : cell.right] = number
    _, labels, stats = components(mask)
    return part_stacked(mask, labels, stats, ROWS, places)


def drawn_over_rows(*strokes: tuple[tuple[int, int], tuple[int, int]]) -> NDArray[np.uint8]:
    mask = np.zeros((300, 180), np.uint8)
    for start, end in strokes:
        cv2.line(mask, start, end, (1,), 4)
    return mask


def test_digits_joined_over_two_rows_of_combs_become_two() -> None:
    seven = ((70, 30), (98, 30)), ((98, 30), (82, 82))
    four = ((82, 82), (70, 120)), ((70, 120), (98, 120)), ((92, 100), (90, 136))
    cut = parted_rows(drawn_over_rows(*seven, *four))
    assert cut is not None
    count, _, stats = components(cut)
    assert count == 3
    assert abs(int(stats[1, 1] + stats[1, 3]) - 82) <= 10
    assert parted_rows(drawn_over_rows(*seven, *four), beyond=2) is not None


def test_a_stroke_through_many_rows_and_a_digit_over_one_border_stay_whole() -> None:
    assert parted_rows(drawn_over_rows(((84, 30), (80, 260)))) is None
    assert parted_rows(drawn_over_rows(((70, 34), (98, 34)), ((98, 34), (76, 96)))) is None


def test_digits_joined_over_rows_and_columns_are_parted_column_by_column() -> None:
    upper = ((30, 30), (30, 84)), ((74, 30), (74, 84)), ((30, 60), (74, 60))
    lower = ((30, 84), (30, 140)), ((74, 84), (74, 140))
    cut = parted_rows(drawn_over_rows(*upper, *lower))
    assert cut is not None
    count, _, stats = components(cut)
    assert count == 4, "two joined digits above, one and one below"
    assert (stats[1:, 3] < 64).all()
