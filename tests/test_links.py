"""Which components belong to one word."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitscan.reading.links import groups_of, link_components, parted_by_ruling

boxes = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 100), st.integers(1, 40), st.integers(1, 40)),
    min_size=1,
    max_size=25,
)


@given(boxes)
def test_links_do_not_depend_on_the_order_of_components(found: list[tuple[int, ...]]) -> None:
    forward = np.array(sorted(set(found)), np.int32)
    backward = forward[::-1].copy()
    cells = np.full(len(forward), -1, np.int32)
    last = len(forward) - 1

    def pairs(links: np.ndarray) -> set[frozenset[int]]:
        return {frozenset(pair) for pair in links.tolist()}

    assert pairs(link_components(forward, cells)) == pairs(last - link_components(backward, cells))


def test_a_ruling_in_the_gap_parts_what_no_cell_bounds() -> None:
    boxes = np.array([[0, 10, 20, 40], [30, 12, 20, 40], [60, 10, 20, 40]], np.int32)
    beside = np.array([[0, 1], [2, 1]], np.int32)
    vertical = np.zeros((60, 90), np.uint8)
    vertical[:, 24:26] = 200
    assert parted_by_ruling(boxes, beside, vertical).tolist() == [True, False]
    vertical[:, 55] = 200
    assert parted_by_ruling(boxes, beside, vertical).tolist() == [True, True]
    vertical[20:] = 0  # no more than a tick
    assert parted_by_ruling(boxes, beside, vertical).tolist() == [False, False]


def test_what_is_linked_by_way_of_others_is_one_group_from_left_to_right() -> None:
    boxes = np.array([(left, 0, 10, 10) for left in (50, 0, 90, 70, 30)], np.int32)
    order, sizes = groups_of(boxes, np.array([[3, 4], [0, 3], [1, 2]], np.int32))
    assert order.tolist() == [4, 0, 3, 1, 2]
    assert sizes.tolist() == [3, 2]
