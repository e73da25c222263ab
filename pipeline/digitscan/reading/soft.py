"""What shines through from the other side of the sheet: pale, and softer than what is on this."""

from __future__ import annotations

import cv2
import numpy as np

from digitscan.reading.binarize import FAINTEST, percentile
from digitscan.types import Gray

STEP = 3
"""Of the page every so manieth row and column is looked at first."""
PALE = 0.45
"""What shines through is paler than this share of the page's ink."""
DARK = 0.6
"""Ink darker than this share shows how sharp the page is."""
INNER = 0.6
"""A pixel this dark, as a share of the darkest near by, is inside a stroke, not at its edge."""
LEAST = 200
"""Pixels of pale ink, of those looked at, that are worth a closer look."""
NEAR = 9
"""Pixels across the surroundings in which an edge is looked for."""
AROUND = 25
"""Pixels across the surroundings over which sharpness is averaged."""
SOFT = 0.8
"""What shines through is this much less sharp than the page's ink, or less still."""


def without_show_through(darkness: Gray) -> Gray:
    """Return the darkness, 0 where only what shines through stands; both (H, W), working scale.

    Paper scatters what lies behind it: its edges rise over a fifth of a millimetre and more, those
    of the page's own ink, faint pencil too, as fast as scanner or camera let them. Sharpness is
    the steepest step from pixel to pixel over the darkest ink near by.
    """
    sparse = np.ascontiguousarray(darkness[::STEP, ::STEP])
    counts = np.asarray(cv2.calcHist([sparse], [0], None, [256], [0, 256]), np.intp)
    ink = percentile(counts.ravel(), 99.8)
    around = np.asarray(cv2.dilate(sparse, np.ones((3, 3), np.uint8)), np.uint8)
    least = np.ceil(np.maximum(INNER * np.arange(256), FAINTEST)).astype(np.uint8)
    inner = sparse >= np.asarray(cv2.LUT(around, least), np.uint8)
    dark = inner & (around > int(DARK * ink))
    pale_inner = inner & (around < np.uint8(np.ceil(PALE * ink)))
    if np.count_nonzero(pale_inner) < LEAST or not dark.any():
        return darkness
    near = np.ones((NEAR, NEAR), np.uint8)
    step = cv2.morphologyEx(darkness, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    steepest, darkest = cv2.dilate(step, near), cv2.dilate(darkness, near)
    there = np.asarray(darkest)[::STEP, ::STEP][dark]
    usual = float(np.median(np.asarray(steepest)[::STEP, ::STEP][dark] / there))
    pale = cv2.inRange(darkest, (FAINTEST,), (PALE * ink,))
    steep, deep = (
        cv2.blur(cv2.bitwise_and(part, pale), (AROUND, AROUND)) for part in (steepest, darkest)
    )
    least = np.minimum(np.arange(256) * SOFT * usual, 255).astype(np.uint8)
    soft = cv2.bitwise_and(pale, cv2.compare(steep, cv2.LUT(deep, least), cv2.CMP_LT))
    return np.asarray(cv2.bitwise_and(darkness, cv2.bitwise_not(soft)), np.uint8)
