"""Bounded faces between rulings."""

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.cells import find_cells, renumbered


def empty() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    return np.zeros((400, 600), np.uint8), np.zeros((400, 600), np.uint8)


def box(
    level: NDArray[np.uint8], plumb: NDArray[np.uint8], x: int, y: int, wide: int, high: int
) -> None:
    """Draw a box of 4-pixel rulings whose outside is (x, y, wide, high)."""
    level[y : y + 4, x : x + wide] = level[y + high - 4 : y + high, x : x + wide] = 255
    plumb[y : y + high, x : x + 4] = plumb[y : y + high, x + wide - 4 : x + wide] = 255


def test_a_box_is_a_cell_and_its_labels_fill_it() -> None:
    level, plumb = empty()
    box(level, plumb, 100, 80, 120, 60)
    cells, labels, guided = find_cells(level, plumb)
    ((x, y, wide, high),) = cells.tolist()
    assert 104 <= x <= 108
    assert 84 <= y <= 88
    assert 214 <= x + wide <= 216
    assert 134 <= y + high <= 136
    assert labels[110, 160] == 1
    assert labels[20, 20] == 0
    assert labels.shape == level.shape
    assert not len(guided)


def test_what_stands_on_the_lines_of_a_guide_stands_in_its_cell() -> None:
    level, plumb = empty()
    box(level, plumb, 100, 80, 120, 120)
    for top in (110, 136):
        box(level, plumb, 140, top, 40, 30)
    cells, labels, guided = find_cells(level, plumb)
    assert cells.tolist() == guided.tolist()
    assert (labels[110:166, 140:180] == 1).all()
    assert not labels[80:84, 100:220].any()


def test_corners_with_a_small_gap_are_closed() -> None:
    level, plumb = empty()
    box(level, plumb, 100, 80, 120, 60)
    level[:, 100:107] = 0
    assert len(find_cells(level, plumb)[0]) == 1


def test_an_open_box_is_no_cell() -> None:
    level, plumb = empty()
    box(level, plumb, 100, 80, 120, 60)
    plumb[90:130, 200:] = 0
    assert not len(find_cells(level, plumb)[0])


def test_a_guide_inside_a_cell_for_one_digit_is_no_cell() -> None:
    level, plumb = empty()
    box(level, plumb, 100, 80, 70, 80)
    box(level, plumb, 118, 95, 34, 27)
    box(level, plumb, 118, 118, 34, 27)
    cells, labels, guided = find_cells(level, plumb)
    assert len(cells) == len(guided) == 1
    assert labels[110, 135] == labels[90, 110] == 1


def test_a_box_inside_a_wide_table_cell_is_a_cell() -> None:
    level, plumb = empty()
    box(level, plumb, 50, 50, 400, 120)
    box(level, plumb, 100, 80, 50, 60)
    cells, labels, guided = find_cells(level, plumb)
    assert len(cells) == 2
    assert labels[110, 125] != labels[110, 300] != 0
    assert not len(guided)


def test_without_rulings_there_is_no_cell() -> None:
    cells, labels, guided = find_cells(*empty())
    assert cells.shape == (0, 4)
    assert guided.shape == (0, 4)
    assert not labels.any()


def test_the_paper_around_small_cells_is_not_a_cell_with_a_guide() -> None:
    level, plumb = empty()
    box(level, plumb, 100, 80, 100, 100)
    for x, y in ((110, 90), (150, 90), (110, 130)):
        box(level, plumb, x, y, 36, 36)
    cells, _, guided = find_cells(level, plumb)
    assert len(cells) == 3
    assert not len(guided)


def test_cells_that_are_left_out_leave_their_numbers_to_those_behind_them() -> None:
    labels = np.array([[0, 1, 2], [3, 40_000, 0]], np.uint16)
    kept = np.ones(40_000, np.bool_)
    kept[1] = False
    assert renumbered(labels, kept).tolist() == [[0, 1, 0], [2, 39_999, 0]]
