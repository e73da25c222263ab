"""Boxes and pictures go from one frame to another and back."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitscan.reading.geometry import (
    halve,
    map_box,
    map_groups,
    quarter_turn,
    resample,
    scaling,
    shifting,
    thinned,
    turning,
)
from digitscan.types import Box

SIZE = (400, 300)
FIRST, CORNER = np.array([0]), np.array([[0, 0]])
boxes = st.builds(
    Box, st.integers(60, 300), st.integers(60, 200), st.integers(1, 60), st.integers(1, 60)
)


@given(boxes, st.sampled_from([2, 3, 4]))
def test_a_box_comes_back_exactly_through_whole_scales(box: Box, scale: int) -> None:
    there = map_box(box, scaling(scale, scale), (SIZE[0] * scale, SIZE[1] * scale))
    assert there == Box(box.x * scale, box.y * scale, box.width * scale, box.height * scale)
    assert map_box(there, scaling(1 / scale, 1 / scale), SIZE) == box


@settings(deadline=None)
@given(boxes, st.floats(-15, 15))
def test_a_turned_box_holds_the_box_when_it_comes_back(box: Box, angle: float) -> None:
    turn, turned = turning(angle, SIZE)
    there = map_box(box, turn, turned)
    back = map_box(there, np.asarray(np.linalg.inv(turn), np.float64), SIZE)
    assert back.x <= box.x + 1
    assert back.y <= box.y + 1
    assert back.right >= box.right - 1
    assert back.bottom >= box.bottom - 1


@given(st.floats(-15, 15))
def test_the_turned_picture_holds_all_of_it(angle: float) -> None:
    turn, (width, height) = turning(angle, SIZE)
    corners = turn @ np.array([[0, SIZE[0], 0, SIZE[0]], [0, 0, SIZE[1], SIZE[1]], [1, 1, 1, 1]])
    assert (corners[:2] > -1e-6).all()
    assert (corners[0] < width + 1e-6).all()
    assert (corners[1] < height + 1e-6).all()


@given(boxes, st.integers(0, 3), st.integers(361, 500), st.integers(261, 400))
def test_a_box_comes_back_exactly_through_quarter_turns(
    box: Box, turns: int, width: int, height: int
) -> None:
    page = np.zeros((height, width), np.uint8)
    page[box.y : box.bottom, box.x : box.right] = 1
    turned = np.rot90(page, turns)
    rows, columns = np.nonzero(turned)
    there = Box.from_corners(
        int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
    )
    back = quarter_turn(turns, (width, height))
    assert map_box(there, back, (width, height)) == box
    forth = np.asarray(np.linalg.inv(back), np.float64)
    assert map_box(box, forth, (turned.shape[1], turned.shape[0])) == there


def test_boxes_are_clipped_and_never_empty() -> None:
    assert map_box(Box(90, 90, 50, 50), np.eye(3), (100, 100)) == Box(90, 90, 10, 10)
    assert map_box(Box(10, 10, 1, 1), scaling(0.1, 0.1), (10, 10)) == Box(1, 1, 1, 1)


blocks = st.builds(
    Box, st.integers(60, 300), st.integers(60, 200), st.integers(8, 60), st.integers(8, 60)
)


@settings(deadline=None, max_examples=40)
@given(blocks, st.floats(-10, 10), st.floats(0.6, 2.4))
def test_what_is_drawn_is_found_where_the_map_says(box: Box, angle: float, scale: float) -> None:
    picture = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    picture[box.y : box.bottom, box.x : box.right] = 255
    size = (round(SIZE[0] * scale), round(SIZE[1] * scale))
    turn, turned = turning(angle, size)
    to_picture = scaling(SIZE[0] / size[0], SIZE[1] / size[1]) @ np.linalg.inv(turn)
    new = resample(picture, to_picture, turned)
    weights = new.astype(float) / max(1.0, float(new.sum()))
    rows, columns = np.mgrid[0 : new.shape[0], 0 : new.shape[1]] + 0.5
    x, y, _ = to_picture @ (float((weights * columns).sum()), float((weights * rows).sum()), 1.0)
    assert abs(x - box.center[0]) < 0.8
    assert abs(y - box.center[1]) < 0.8


def test_resampling_by_a_pure_scale_is_the_plain_resize() -> None:
    picture = np.arange(64, dtype=np.uint8).reshape(8, 8)
    expected = cv2.resize(picture, (16, 16), interpolation=cv2.INTER_LINEAR)
    assert np.array_equal(resample(picture, scaling(0.5, 0.5), (16, 16)), expected)


def test_beside_the_picture_is_what_was_asked_for() -> None:
    picture = np.zeros((4, 4), np.uint8)
    moved = resample(picture, shifting(-4, 0), (8, 4), beside=255)
    assert moved[0, 0] == 255
    assert moved[0, 6] == 0


def test_halving_leaves_out_an_odd_last_row() -> None:
    picture = np.array([[0, 4, 8, 8], [4, 8, 8, 8], [9, 9, 9, 9]], np.uint8)
    assert halve(picture).tolist() == [[4, 8]]


@settings(deadline=None)
@given(st.floats(-190, 190), st.integers(0, 2**32 - 1))
def test_mapped_pixels_fill_their_box(angle: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(100, 140, (2, 9))
    turn, size = turning(angle, SIZE)
    corners = [
        (x + i, y + j, 1)
        for x, y in zip(columns, rows, strict=True)
        for i in (0, 1)
        for j in (0, 1)
    ]
    flat = np.array(corners) @ (scaling(2, 2) @ turn).T
    ink, twice = np.stack((rows, columns, columns + 1)), (2 * size[0], 2 * size[1])
    (box,) = map_groups(ink, FIRST, CORNER, scaling(2, 2) @ turn, twice)
    np.testing.assert_allclose([box.x, box.y], flat[:, :2].min(0), atol=0.5 + 1e-6)
    np.testing.assert_allclose([box.right, box.bottom], flat[:, :2].max(0), atol=0.5 + 1e-6)


def test_pixels_of_a_photo_lie_inside_the_box_of_their_box() -> None:
    tilt = np.array([[1.0, 0.1, 5], [0.05, 0.9, 3], [2e-4, 4e-4, 1]])
    box = Box(100, 80, 30, 40)
    rows, columns = np.nonzero(np.ones((box.height, box.width)))
    ink, corner = np.stack((rows, columns, columns + 1)), np.array([[box.x, box.y]])
    got = map_groups(ink, FIRST, corner, tilt, SIZE)[0]
    assert got == map_box(box, tilt, SIZE)  # all its pixels are set, the corners among them


def test_pixels_beside_the_page_become_a_box_on_its_edge() -> None:
    far = np.array([[500], [500], [501]])
    assert map_groups(far, FIRST, CORNER, scaling(1, 1), SIZE) == [Box(399, 299, 1, 1)]


@pytest.mark.parametrize("shape", [(6, 8), (7, 9), (1, 1), (3, 2)])
def test_every_second_pixel_is_kept(shape: tuple[int, int]) -> None:
    picture = np.arange(shape[0] * shape[1], dtype=np.uint8).reshape(shape)
    for image in (picture, np.asfortranarray(picture)):
        np.testing.assert_array_equal(thinned(image), picture[::2, ::2])


def test_each_group_of_pixels_has_its_own_corner_and_box() -> None:
    ink = np.array([[0, 1, 0], [0, 2, 0], [3, 4, 1]])
    corners = np.array([[10, 20], [30, 40]])
    got = map_groups(ink, np.array([0, 2]), corners, scaling(1, 1), SIZE)
    assert got == [Box(10, 20, 4, 2), Box(30, 40, 1, 1)]
    assert map_groups(ink[:, :0], FIRST[:0], CORNER[:0], scaling(1, 1), SIZE) == []
