"""Comb cells become one number; boxes come in reading order."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitscan.reading.group import (
    borders,
    chains,
    comb_neighbors,
    comb_rows,
    linked,
    reading_order,
)
from digitscan.types import Box


def test_neighbouring_comb_cells_are_one_number() -> None:
    cells = (Box(0, 0, 20, 24), Box(21, 0, 20, 24), Box(42, 1, 20, 24), Box(120, 0, 20, 24))
    assert comb_neighbors(cells).tolist() == [1, 2, -1, -1]
    assert chains([(3, 3), (1, 1), (0, 0), (2, 2), (-1, -1)], comb_neighbors(cells)) == [
        [0],
        [2, 1, 3],
        [4],
    ]


def test_an_empty_comb_cell_parts_numbers() -> None:
    cells = (Box(0, 0, 20, 24), Box(21, 0, 20, 24), Box(42, 1, 20, 24))
    assert chains([(0, 0), (2, 2)], comb_neighbors(cells)) == [[0], [1]]


def test_a_gap_wider_than_the_comb_s_own_parts_two_fields() -> None:
    def comb(*lefts: int) -> list[int]:
        return list(comb_neighbors(tuple(Box(x, 0, 96, 92) for x in lefts)))

    assert comb(0, 134, 268, 430, 564, 698) == [1, 2, -1, 4, 5, -1]  # 38, 38, 66, 38, 38
    assert comb(0, 134, 290) == [1, 2, -1]  # 38, 60: a comb drawn by hand


def test_wide_cells_other_rows_and_other_sizes_are_no_comb() -> None:
    cells = (Box(0, 0, 60, 24), Box(61, 0, 60, 24), Box(0, 40, 20, 24), Box(21, 65, 20, 24))
    assert comb_neighbors(cells).tolist() == [-1, -1, -1, -1]
    assert comb_neighbors((Box(0, 0, 20, 24), Box(21, 0, 12, 24))).tolist() == [-1, -1]


def test_lines_from_the_top_each_from_the_left() -> None:
    boxes = [Box(200, 52, 40, 20), Box(10, 50, 40, 22), Box(90, 4, 30, 18), Box(5, 0, 30, 20)]
    assert reading_order(boxes) == [3, 2, 1, 0]


@given(
    st.lists(
        st.builds(
            Box, st.integers(0, 500), st.integers(0, 500), st.integers(5, 60), st.integers(5, 60)
        ),
        max_size=20,
    )
)
def test_grouping_and_order_lose_nothing(boxes: list[Box]) -> None:
    assert sorted(reading_order(boxes)) == list(range(len(boxes)))
    groups = chains([(k, k) for k in range(len(boxes))], comb_neighbors(tuple(boxes)))
    assert sorted(index for group in groups for index in group) == list(range(len(boxes)))


DIGITS = [(0, 0, 12, 20), (16, 1, 12, 20), (44, 0, 12, 20), (60, 0, 12, 20)]


def parted(*signs: tuple[int, int, int, int], straight: bool = True) -> list[int]:
    moved = np.array([20, 4, 0, 0])  # into the picture
    parts = np.array([*DIGITS, *signs]) + moved
    labels = np.zeros((30, 120), np.int32)
    for label, (x, y, width, high) in enumerate(parts.tolist(), 1):
        cv2.line(labels, (x, y + high - 1), (x + width - 1, y), label, 2)
        if not straight:
            cv2.line(labels, (x, y), (x + width - 1, y + high - 1), label, 2)
    return borders(parts, (np.array(DIGITS) + moved).tolist(), 20.0, labels)


def test_a_slash_and_a_dash_part_numbers() -> None:
    assert parted((30, -2, 11, 24)) == [2]
    assert parted((31, 9, 10, 3)) == [2]


def test_dots_commas_and_a_stroke_that_may_be_a_digit_do_not() -> None:
    assert parted() == []
    assert parted((34, 17, 3, 3)) == []
    assert parted((33, 16, 4, 8)) == []
    assert parted((35, 0, 3, 20)) == []


def test_signs_before_and_behind_a_number_and_strokes_of_its_digits_part_nothing() -> None:
    assert parted((-14, 9, 10, 3), (75, 9, 12, 3)) == []
    assert parted((17, 9, 10, 3)) == []
    alone = np.array([(0, 0, 12, 20)])
    assert borders(alone, alone.tolist(), 20.0, np.ones((20, 12), np.int32)) == []


def test_joined_digits_are_no_sign_between_those_beside_them() -> None:
    assert parted((10, 0, 40, 20), straight=False) == []
    assert parted((30, -2, 11, 24), straight=False) == []


def test_cells_of_one_comb_share_a_row_and_lone_cells_have_none() -> None:
    assert comb_rows(np.array([2, -1, 3, -1, -1], np.int32)).tolist() == [0, -1, 0, 0, -1]


def test_groups_are_linked_where_one_ends_and_another_begins() -> None:
    groups = [[0, 1], [2], [3], [4]]
    assert linked(groups, []) == groups
    assert linked([list(group) for group in groups], [(1, 3), (3, 2)]) == [[0, 1, 3, 2], [4]]
    assert linked([list(group) for group in groups], [(0, 4)]) == groups, "0 is no end"
