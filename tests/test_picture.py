"""Pixels after decoding: every Pillow mode, upright, square, grey where grey."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from digitscan.errors import TooLargeError
from digitscan.pages.picture import (
    Resolution,
    check_size,
    from_pillow,
    grey_if_grey,
    make_square,
    turn_upright,
)

Array = NDArray[np.uint8]

STORED_TO_UPRIGHT: dict[int, Callable[[Array], Array]] = {
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: np.swapaxes(a, 0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.swapaxes(np.rot90(a, 2), 0, 1),
    8: lambda a: np.rot90(a, 1),
}
"""EXIF 2.32, tag 274, said in NumPy."""

pages = arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6))) | arrays(
    np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3))
)


@settings(max_examples=30)
@given(pages, st.sampled_from(sorted(STORED_TO_UPRIGHT)))
def test_every_orientation_is_turned_upright(stored: Array, orientation: int) -> None:
    kept = stored.copy()
    upright = turn_upright(stored, orientation)
    np.testing.assert_array_equal(upright, STORED_TO_UPRIGHT[orientation](kept))
    np.testing.assert_array_equal(stored, kept)


def test_the_letter_f_taken_with_the_camera_turned() -> None:
    lying = np.array([[1, 1, 1, 1], [0, 1, 0, 1]], np.uint8)
    np.testing.assert_array_equal(turn_upright(lying, 6), [[0, 1], [1, 1], [0, 1], [1, 1]])


def test_an_orientation_that_does_not_exist_changes_nothing() -> None:
    page = np.array([[1, 2]], np.uint8)
    np.testing.assert_array_equal(turn_upright(page, 9), page)


@settings(max_examples=30)
@given(arrays(np.uint8, st.tuples(st.integers(1, 200), st.integers(1, 5))))
def test_grey_stored_as_colour_becomes_grey(page: Array) -> None:
    np.testing.assert_array_equal(grey_if_grey(np.dstack([page] * 3)), page)


@settings(max_examples=30)
@given(st.integers(0, 199), st.integers(0, 4), st.integers(0, 2))
def test_one_coloured_pixel_keeps_the_page_in_colour(row: int, column: int, channel: int) -> None:
    page = np.full((200, 5, 3), 200, np.uint8)
    page[row, column, channel] = 199
    assert grey_if_grey(page) is page


def test_a_fax_of_half_the_lines_is_stretched_to_square_pixels() -> None:
    resolution = Resolution(204, 98)
    squared = make_square(np.array([[0, 9], [7, 5]], np.uint8), resolution)
    np.testing.assert_array_equal(squared, [[0, 9], [0, 9], [7, 5], [7, 5]])
    assert resolution.squared == 204


@pytest.mark.parametrize("resolution", [Resolution(204, 196), Resolution(300, 1), None])
def test_nearly_square_and_absurd_resolutions_leave_the_pixels(
    resolution: Resolution | None,
) -> None:
    page = np.array([[0, 9], [7, 5]], np.uint8)
    assert make_square(page, resolution) is page


@pytest.mark.parametrize(
    "told", [None, (0, 0), (float("nan"), 300), (300,), "300", (1, 1), (10**9, 10**9)]
)
def test_a_senseless_resolution_is_none(told: object) -> None:
    image = Image.new("L", (1, 1))
    if told is not None:
        image.info["dpi"] = told
    assert Resolution.of(image) is None


def test_the_limit_on_pixels_is_the_last_allowed_size() -> None:
    check_size((10, 10), 100)
    with pytest.raises(TooLargeError, match=r"11 x 10 pixels.*--max-pixels"):
        check_size((11, 10), 100)


def test_bilevel_and_grey_palettes_become_grey() -> None:
    bilevel = Image.fromarray(np.array([[0, 255]], np.uint8)).convert("1")
    np.testing.assert_array_equal(from_pillow(bilevel), [[0, 255]])
    palette = Image.new("P", (2, 1))
    palette.putpalette([30, 30, 30, 200, 200, 200])
    palette.putpixel((1, 0), 1)
    np.testing.assert_array_equal(from_pillow(palette), [[30, 200]])


def test_colour_palettes_become_blue_green_red() -> None:
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 1, 2, 3])
    palette.putpixel((1, 0), 1)
    np.testing.assert_array_equal(from_pillow(palette), [[[0, 0, 255], [3, 2, 1]]])


def test_cmyk_becomes_blue_green_red() -> None:
    cmyk = Image.new("CMYK", (1, 1), (255, 0, 0, 0))
    np.testing.assert_array_equal(from_pillow(cmyk), [[[255, 255, 0]]])


def test_alpha_lies_over_white() -> None:
    image = Image.new("RGBA", (3, 1))
    for column, pixel in enumerate([(0, 0, 0, 0), (0, 0, 0, 128), (10, 20, 30, 255)]):
        image.putpixel((column, 0), pixel)
    np.testing.assert_array_equal(
        from_pillow(image), [[[255, 255, 255], [127, 127, 127], [30, 20, 10]]]
    )


def test_grey_with_alpha_stays_grey_over_white() -> None:
    image = Image.new("LA", (2, 1), (40, 255))
    image.putpixel((1, 0), (40, 0))
    np.testing.assert_array_equal(from_pillow(image), [[40, 255]])


def test_a_transparent_palette_entry_is_white() -> None:
    palette = Image.new("P", (2, 1))
    palette.putpalette([0, 0, 0, 1, 2, 3])
    palette.putpixel((1, 0), 1)
    palette.info["transparency"] = 0
    np.testing.assert_array_equal(from_pillow(palette), [[[255, 255, 255], [3, 2, 1]]])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 32768, 65535], [0, 128, 255]),
        ([0, 2048, 4095], [0, 128, 255]),  # 12 bits in 16
        ([0, 100, 255], [0, 100, 255]),  # 8 bits in 16
        ([100, 20000, 60000], [0, 78, 233]),
    ],
)
def test_sixteen_bits_are_scaled_by_the_depth_in_use(
    values: list[int], expected: list[int]
) -> None:
    deep = Image.fromarray(np.array([values], np.uint16))
    assert deep.mode.startswith("I;16")
    np.testing.assert_array_equal(from_pillow(deep), [expected])


@pytest.mark.parametrize(
    ("values", "expected"), [([0.0, 0.5, 1.0], [0, 128, 255]), ([-50.0, 0.0, 50.0], [0, 128, 255])]
)
def test_floating_point_is_scaled(values: list[float], expected: list[int]) -> None:
    deep = Image.fromarray(np.array([values], np.float32))
    np.testing.assert_array_equal(from_pillow(deep), [expected])


def test_a_page_higher_than_one_band_is_converted_whole() -> None:
    rows = (np.arange(700, dtype=np.uint32)[:, None] % 251).astype(np.uint8)
    image = Image.fromarray(np.dstack([rows, rows + 1, rows + 2]))
    np.testing.assert_array_equal(from_pillow(image), np.dstack([rows + 2, rows + 1, rows]))


def test_lab_gives_its_lightness() -> None:
    image = Image.new("LAB", (1, 1), (90, 200, 10))
    np.testing.assert_array_equal(from_pillow(image), [[90]])
