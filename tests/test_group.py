"""Comb cells become one number; boxes come in reading order."""

from hypothesis import given
from hypothesis import strategies as st

from digitscan.reading.group import comb_groups, reading_order
from digitscan.types import Box


def test_neighbouring_comb_cells_are_one_number() -> None:
    cells = [Box(0, 0, 20, 24), Box(21, 0, 20, 24), Box(42, 1, 20, 24), Box(120, 0, 20, 24)]
    assert comb_groups(cells, [True] * 4) == [[0, 1, 2], [3]]


def test_a_cell_with_two_digits_is_no_comb_cell() -> None:
    cells = [Box(0, 0, 20, 24), Box(21, 0, 20, 24)]
    assert comb_groups(cells, [True, False]) == [[0], [1]]


def test_wide_table_cells_do_not_join() -> None:
    cells = [Box(0, 0, 60, 24), Box(61, 0, 60, 24)]
    assert comb_groups(cells, [True, True]) == [[0], [1]]


def test_cells_of_different_rows_do_not_join() -> None:
    cells = [Box(0, 0, 20, 24), Box(21, 25, 20, 24)]
    assert comb_groups(cells, [True, True]) == [[0], [1]]


def test_lines_from_the_top_each_from_the_left() -> None:
    boxes = [Box(200, 52, 40, 20), Box(10, 50, 40, 22), Box(90, 4, 30, 18), Box(5, 0, 30, 20)]
    assert reading_order(boxes) == [3, 2, 1, 0]


@given(
    st.lists(
        st.builds(Box, st.integers(0, 500), st.integers(0, 500), st.integers(5, 60), st.integers(5, 60)),
        max_size=20,
    )
)
def test_grouping_and_order_lose_nothing(boxes: list[Box]) -> None:
    assert sorted(reading_order(boxes)) == list(range(len(boxes)))
    groups = comb_groups(boxes, [True] * len(boxes))
    assert sorted(index for group in groups for index in group) == list(range(len(boxes)))
