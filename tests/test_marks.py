"""Words that are no numbers by shape and place."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from cut_out import pale_boxes
from digitscan.reading.find import Word
from digitscan.reading.marks import are_crosses, are_slanted, beside_pen, going_on, scraps
from digitscan.reading.read import Reader
from digitscan.types import Box, Page
from readings import glyph, word


def test_two_strokes_that_slant_to_both_sides_are_arms_two_ones_are_not() -> None:
    labels = np.zeros((60, 60), np.int32)
    cv2.line(labels, (5, 5), (25, 50), 1, 3)
    parts = np.array([[5, 5, 21, 46], [32, 5, 21, 46]], np.int32)
    for last, slants in (((32, 50), True), ((54, 50), False)):
        both = labels.copy()
        cv2.line(both, (54, 5) if slants else (32, 5), last, 2, 3)
        word_of_both = Word(Box(0, 0, 60, 60), both, parts, both.astype(np.uint8), 0, 45.0)
        assert are_slanted([word_of_both, word(0)]).tolist() == [slants, False]
    assert not len(are_slanted([]))


def stroke(x: int, y: int, cell: int, lean: int = 16, high: int = 40) -> Word:
    """Draw a straight stroke in a cell; it ends so much farther left than it begins."""
    labels = np.zeros((high, lean + 5), np.int32)
    cv2.line(labels, (lean + 2, 1), (2, high - 2), 1, 3)
    box, parts = Box(x, y, lean + 5, high), np.array([[0, 0, lean + 5, high]], np.int32)
    return Word(box, labels, parts, labels.astype(np.uint8), cell, float(high))


def test_a_leaning_stroke_that_goes_on_in_the_next_cell_is_no_1() -> None:
    bare = np.ones(2, np.bool_)
    assert going_on([stroke(100, 0, 1), stroke(82, 44, 2)], bare).all()
    assert not going_on([stroke(100, 0, 1), stroke(100, 44, 2)], bare).any(), "1s in a column"
    assert not going_on([stroke(100, 0, 1), stroke(60, 88, 2)], bare).any(), "far apart"
    assert not going_on([stroke(100, 0, 1), stroke(82, 44, 1)], bare).any(), "in one cell"
    upright = [stroke(100, 0, 1, lean=4), stroke(96, 44, 2, lean=4)]
    assert not going_on(upright, bare).any(), "1s in a column may stand like that"
    assert not len(going_on([], bare[:0]))


def crossed(*lines: tuple[tuple[int, int], tuple[int, int]]) -> Word:
    """Draw strokes in a cell of 40 pixels."""
    labels = np.zeros((40, 40), np.int32)
    for start, end in lines:
        cv2.line(labels, start, end, 1, 3)
    box, parts = Box(10, 10, 40, 40), np.array([[0, 0, 40, 40]], np.int32)
    return Word(box, labels, parts, labels.astype(np.uint8), 0, 40.0)


def test_a_cross_from_corner_to_corner_of_its_cell_is_told_from_letters() -> None:
    falling, rising = ((1, 1), (38, 38)), ((1, 38), (38, 1))
    left, right = ((1, 1), (1, 38)), ((38, 1), (38, 38))
    words = [crossed(falling, rising), crossed(left, falling, right), crossed(left, rising)]
    assert are_crosses(words, (Box(10, 10, 40, 40),)).tolist() == [True, False, False]
    assert not are_crosses(words, (Box(0, 0, 60, 60),)).any(), "it takes all of the cell"


def test_print_beside_what_a_coloured_pen_wrote_is_no_number() -> None:
    pen = replace(word(0, cell=0), penned=True)
    free = replace(glyph(0), penned=True)
    words = [pen, word(0, cell=0), word(60, cell=1), word(900, cell=2)]
    assert beside_pen(words, np.array([0, 0, 0, -1])).tolist() == [False, True, True, False]
    assert beside_pen([free, glyph(40), glyph(90)], np.full(3, -1)).tolist() == [False, True, False]
    assert not beside_pen([glyph(0), glyph(40)], np.full(2, -1)).any()


def test_a_cell_that_is_crossed_out_is_not_reported_as_unread() -> None:
    unread = Reader().read_page(Page("part", 1, pale_boxes())).unread
    assert not [box for box in unread if box.iou(Box(224, 24, 73, 73)) > 0.5]


def test_a_scrap_between_two_cells_is_none_of_a_comb_s_digits() -> None:
    digit, scrap = stroke(0, 0, cell=0), stroke(22, 10, cell=-1, lean=2, high=12)
    own, rows = np.array([3.0, 3.0], np.float32), np.array([0, -1])
    assert scraps([digit, scrap], own, rows).tolist() == [False, True]
    far = stroke(90, 10, cell=-1, lean=2, high=12)
    assert scraps([digit, far], own, rows).tolist() == [False, False]
    assert scraps([digit, stroke(22, 0, cell=-1)], own, rows).tolist() == [False, False]
