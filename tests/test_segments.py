"""Segments: what the real segmenter makes of written numbers, and what each piece is called."""

from __future__ import annotations

import numpy as np
import pytest

from digitnet.synthesis.segments import (
    Segment,
    draw_segments,
    labelled,
    overlap,
    scan_line,
    write_letters,
    write_line,
)
from digitnet.synthesis.strings import Styles
from digitscan.reading.segments import segment_line

CROP = np.zeros((28, 28), np.uint8)
TEMPLATES = Styles((), (), template_share=1.0)


def block(x: int, width: int) -> np.ndarray:
    """Make a mask (40, 60) with a block 20 high, `width` wide, at column x."""
    mask = np.zeros((40, 60), np.uint8)
    mask[10:30, x : x + width] = 1
    return mask


def piece(x: int, width: int) -> Segment:
    """Make the segment of the same block."""
    return Segment(CROP, x, 10, np.ones((20, width), bool))


def test_overlap_forgives_two_pixels_at_the_edges() -> None:
    assert overlap(piece(20, 16), block(20, 16)) == 1
    assert overlap(piece(22, 14), block(20, 16)) == 1
    assert overlap(piece(20, 5), block(20, 20)) == pytest.approx(7 / 20)
    assert overlap(piece(20, 20), block(45, 8)) == 0


def test_whole_digits_parts_and_pairs_are_told_apart() -> None:
    masks = [(7, block(5, 16)), (3, block(30, 16))]
    segments = [piece(5, 16), piece(30, 16), piece(30, 6), piece(5, 41), piece(5, 11)]
    assert [value for _, value in labelled(segments, masks, 10)] == [7, 3, 10, 10]


def test_a_line_that_the_segmenter_cuts_well() -> None:
    line = np.zeros((60, 120), np.uint8)
    line[10:50, 20:26] = 255
    line[10:50, 60:66] = 255
    boxes = [(s.x, s.y, s.mask.shape) for s in segment_line(line)]
    assert (20, 10, (40, 6)) in boxes
    assert (60, 10, (40, 6)) in boxes


def test_a_component_of_many_pieces_is_cut_whole_as_well() -> None:
    line = np.zeros((60, 200), np.uint8)
    line[46:50, 20:180] = 255
    for x in range(20, 180, 26):
        line[10:50, x : x + 5] = 255
    assert (40, 161) in [s.mask.shape for s in segment_line(line)]


def test_written_digits_have_their_masks() -> None:
    line = write_line(TEMPLATES, np.random.default_rng(2))
    assert line.masks
    for value, mask in line.masks:
        assert 0 <= value <= 9
        assert mask.shape == line.ink.shape
        assert (line.ink[mask] > 0.4).all()


def test_letters_stand_side_by_side_and_none_is_a_digit() -> None:
    letter = np.zeros((56, 40), np.float32)
    letter[:, 10:20] = letter[40:50] = 1
    line = write_letters([letter] * 4, np.random.default_rng(0))
    assert not line.masks
    assert np.ptp(np.nonzero(line.ink.any(0))[0]) > 1.2 * np.ptp(np.nonzero(line.ink.any(1))[0])


@pytest.mark.parametrize("seed", range(6))
def test_scanned_lines_keep_their_ink_at_the_scale_of_the_reader(seed: int) -> None:
    line = write_line(TEMPLATES, np.random.default_rng(2))
    page = scan_line(line.ink, line.tall, np.random.default_rng(seed))
    assert page.dtype == np.uint8
    assert 0.3 < (page > 100).mean() / (line.ink > 0.4).mean() < 3
    tall = line.tall * page.shape[0] / line.ink.shape[0]
    assert 14 < tall < 66


def test_numbers_give_digits_and_junk() -> None:
    rng = np.random.default_rng(0)
    pairs = [
        pair
        for _ in range(12)
        for pair in draw_segments(write_line(TEMPLATES, rng), segment_line, rng, 10, 5)
    ]
    values = [value for _, value in pairs]
    assert all(crop.shape == (28, 28) and crop.any() for crop, _ in pairs)
    assert sum(value < 10 for value in values) >= 10
    assert 10 <= values.count(10) <= 12 * 5
