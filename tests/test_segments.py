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


def test_written_digits_have_their_masks() -> None:
    ink, masks = write_line(TEMPLATES, np.random.default_rng(2))
    assert masks
    for value, mask in masks:
        assert 0 <= value <= 9
        assert mask.shape == ink.shape
        assert (ink[mask] > 0.4).all()


def test_scanned_lines_keep_their_ink() -> None:
    ink, _ = write_line(TEMPLATES, np.random.default_rng(2))
    page = scan_line(ink, np.random.default_rng(3))
    assert page.dtype == np.uint8
    assert (page > 128).mean() == pytest.approx((ink > 0.5).mean(), abs=0.1)


def test_numbers_give_digits_and_junk() -> None:
    rng = np.random.default_rng(0)
    pairs = [p for _ in range(12) for p in draw_segments(TEMPLATES, segment_line, rng, 10)]
    values = [value for _, value in pairs]
    assert all(crop.shape == (28, 28) and crop.any() for crop, _ in pairs)
    assert sum(value < 10 for value in values) >= 10
    assert values.count(10) >= 10
