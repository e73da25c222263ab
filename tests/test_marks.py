"""Words that are no numbers by shape and place."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from digitscan.reading.find import Word
from digitscan.reading.marks import are_slanted, beside_pen
from digitscan.types import Box
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


def test_print_beside_what_a_coloured_pen_wrote_is_no_number() -> None:
    pen = replace(word(0, cell=0), penned=True)
    free = replace(glyph(0), penned=True)
    words = [pen, word(0, cell=0), word(60, cell=1), word(900, cell=2)]
    assert beside_pen(words, np.array([0, 0, 0, -1])).tolist() == [False, True, True, False]
    assert beside_pen([free, glyph(40), glyph(90)], np.full(3, -1)).tolist() == [False, True, False]
    assert not beside_pen([glyph(0), glyph(40)], np.full(2, -1)).any()
