"""Thin, even lines among everything else that is dark."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitscan.reading.lines import BLOCK, blocks_of
from digitscan.reading.ridges import find_lines

Picture = NDArray[np.uint8]


def paper(height: int = 120, width: int = 800) -> Picture:
    return np.zeros((height, width), np.uint8)


def letters(picture: Picture, top: int, height: int, left: int = 40, count: int = 60) -> None:
    """Draw a row of letter-like shapes: stems with bows, some joined at the base."""
    rng = np.random.default_rng(5)
    for k in range(count):
        x = left + k * (height * 2 // 3)
        cv2.line(picture, (x, top), (x, top + height - 1), (230,), 2)
        if rng.random() < 0.6:
            cv2.ellipse(
                picture, (x + 4, top + height // 2), (5, height // 3), 0, -90, 90, (230,), 2
            )
        if rng.random() < 0.5:
            cv2.line(picture, (x, top + height - 1), (x + height // 3, top + height - 1), (230,), 2)


@pytest.mark.parametrize("thickness", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("tone", [60, 255])
def test_a_line_is_found_with_its_row_thickness_and_tone(thickness: int, tone: int) -> None:
    picture = paper()
    picture[50 : 50 + thickness, 100:700] = tone
    lines = find_lines(blocks_of(picture)[0])
    assert len(lines.start) == 1
    assert abs(int(lines.length[0]) - 600) <= 2 * BLOCK
    assert abs(float(np.median(lines.row)) - (50 + (thickness - 1) / 2)) <= 0.5
    assert lines.thickness[0] == thickness
    assert lines.tone[0] == tone


def test_a_leaning_and_a_curled_line_stay_whole() -> None:
    across = np.arange(50, 750)
    for rise in (0.05 * (across - 400), 20 * np.sin((across - 400) / 250)):
        picture = paper()
        for x, y in zip(across, np.rint(60 + rise).astype(int), strict=True):
            picture[y : y + 3, x] = 200
        lines = find_lines(blocks_of(picture)[0])
        assert lines.length.max() >= 680


def test_strokes_that_cross_do_not_cut_a_line() -> None:
    picture = paper()
    picture[60:63, 50:750] = 200
    for left in range(100, 700, 90):
        cv2.line(picture, (left, 40), (left + 20, 85), (255,), 4)
    lines = find_lines(blocks_of(picture)[0])
    assert lines.length.max() >= 690


@pytest.mark.parametrize("height", [12, 18, 30])
def test_a_row_of_letters_is_no_line(height: int) -> None:
    picture = paper()
    letters(picture, 40, height, count=720 // height)
    assert (find_lines(blocks_of(picture)[0]).length < 120).all()


def test_a_solid_block_is_no_line() -> None:
    picture = paper()
    picture[30:60, 100:700] = 255
    assert not len(find_lines(blocks_of(picture)[0]).start)


def test_a_double_line_is_two_lines() -> None:
    picture = paper()
    picture[50:52, 100:700] = 255
    picture[57:59, 100:700] = 255
    lines = find_lines(blocks_of(picture)[0])
    assert sorted(lines.row[lines.start + 20].tolist()) == [50.5, 57.5]


def test_two_boxes_side_by_side_keep_their_own_lines() -> None:
    picture = paper()
    picture[50:53, 100:300] = 255
    picture[50:53, 320:500] = 255
    assert len(find_lines(blocks_of(picture)[0]).start) == 2


def test_gaps_are_filled_between_the_ends() -> None:
    picture = paper()
    picture[60:63, 50:750] = 200
    picture[40:85, 300:305] = 255
    lines = find_lines(blocks_of(picture)[0]).without_gaps()
    assert np.diff(lines.block).max() == 1


def test_a_picture_of_any_size_without_lines_has_none() -> None:
    for shape in ((1, 1), (2, 9), (40, 3), (90, 400)):
        lines = find_lines(blocks_of(np.zeros(shape, np.uint8))[0])
        assert not len(lines.start)
        assert not lines.without_gaps().paint((shape[0], -(-shape[1] // BLOCK))).any()


def test_a_line_cut_off_by_the_edge_stays_in_the_picture() -> None:
    blocks = np.zeros((60, 80), np.uint8)
    blocks[-2:] = 200
    assert find_lines(blocks).row.max() <= 59


def test_a_crease_that_meets_a_line_aslant_is_none_of_it() -> None:
    picture = paper()
    cv2.line(picture, (400, 62), (780, 24), (90,), 3)
    picture[60:64, 100:400] = 200
    lines = find_lines(blocks_of(picture)[0])
    dark = lines.keep(lines.tone > 150)
    assert dark.start.size == 1
    assert dark.length.max() < 330
    assert np.ptp(dark.row) < 2
