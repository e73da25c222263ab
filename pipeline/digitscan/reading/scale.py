"""How large the writing in a picture is: on a page, in a part cut out of one, in a single field."""

from __future__ import annotations

import cv2
import numpy as np

from digitscan.reading.binarize import stretch
from digitscan.reading.components import components
from digitscan.types import Gray, Mask

PART_HIGH = 64
"""A part of a page, a few boxes or entries, has a short side of less than so many strokes..."""
PART_WIDE, PART_LONG = 1000, 160
"""...and a long side of less than so many working pixels, or strokes."""
SMALL = 1300
"""A picture with a shorter long side, working pixels, may be full of boxes and their guides."""
FIELD_HIGH = 45
"""A field, which may be one entry, has a short side of less than so many strokes..."""
LINE_HIGH = 30
"""...and is one line of writing with less than so many."""
BROADEST, USUAL = 7.1, 5.0
"""Where strokes are broader than the former, a picture is brought down until they are as the
latter: a part cut out of a scan shows digits far larger than a page does."""
BROADEST_IN_LINE, USUAL_IN_LINE = 8.5, 5.8
"""The same in a picture of one line, which is read the better for it."""
DARK = 150
"""What a pen wrote is darker, 255 the darkest ink; guides and boxes of a part are often paler."""
SOLID = 0.5
"""Bars and blocks are so broad, in parts of the shorter side of their box."""


def is_small(extents: tuple[int, ...]) -> bool:
    """Tell a picture too small to tell grain of the paper and what shines through it from print."""
    return max(extents) < SMALL


def is_part(extents: tuple[int, ...], stroke: float) -> bool:
    """Tell a small part cut out of a page by its height and width and stroke, working pixels."""
    short, long = min(extents), max(extents)
    return short < PART_HIGH * stroke and long < max(PART_WIDE, PART_LONG * stroke)


def is_field(extents: tuple[int, ...], stroke: float) -> bool:
    """Tell a part that may be a single field, an entry cut out of a page."""
    return is_part(extents, stroke) and min(extents) < FIELD_HIGH * stroke


def times_too_large(darkness: Gray, mask: Mask) -> float:
    """Return how many times too large the writing in a picture is, 1 where it is not.

    `darkness` and `mask` are (H, W), all that is dark and the ink.
    """
    broad = _usual_stroke(mask)
    if is_small(mask.shape):
        written = (stretch(darkness, mask) > DARK).view(np.uint8)
        broad = max(broad, _usual_stroke(written))
    if min(mask.shape) < LINE_HIGH * broad:
        return broad / USUAL_IN_LINE if broad > BROADEST_IN_LINE else 1.0
    return broad / USUAL if broad > BROADEST else 1.0


def _usual_stroke(mask: Mask) -> float:
    """Return the stroke width of half of all outline but of bars and blocks; 0 for no writing."""
    count, labels, stats = components(mask)
    inside = cv2.erode(mask, np.ones((3, 3), np.uint8))
    outline = np.bincount(labels[mask > inside], minlength=count)[1:]
    width = 2.0 * stats[1:, 4] / np.maximum(outline, 1)
    outline[width > SOLID * stats[1:, 2:4].min(axis=1)] = 0
    order = np.argsort(width)
    half = np.searchsorted(np.cumsum(outline[order]), outline.sum() / 2)
    return float(width[order[half]]) if outline.any() else 0.0
