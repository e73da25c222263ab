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
UNSHARP = 0.8
"""A picture whose own ink is less sharp was enlarged or is out of focus: all is soft."""
SOFT = 0.8
"""What shines through is this much less sharp than the page's ink, or less still."""
HARDLY = 0.9
"""Where nothing is even so much less sharp at the first look, nothing shines through."""


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
    close = np.ones((3, 3), np.uint8)
    darkest = cv2.dilate(darkness, close)
    step = cv2.dilate(cv2.subtract(darkest, cv2.erode(darkness, close)), close)
    # Every third pixel's own surroundings, to the pixel; only their mean is taken of fewer.
    some, some_dark = (_beyond(np.asarray(part)[::STEP, ::STEP], 3) for part in (step, darkest))
    at = np.flatnonzero(dark)
    usual = float(np.median(some.ravel().take(at) / some_dark.ravel().take(at)))
    pale = FAINTEST, PALE * ink
    if (
        usual < UNSHARP
        or not _soft(some, some_dark, pale, HARDLY * usual, AROUND // STEP + 1).any()
    ):
        return darkness
    beyond = NEAR - 2
    soft = _soft(_beyond(step, beyond), _beyond(darkest, beyond), pale, SOFT * usual, AROUND)
    return np.asarray(cv2.bitwise_and(darkness, cv2.bitwise_not(soft)), np.uint8)


def _beyond(picture: cv2.typing.MatLike, across: int) -> Gray:
    """Return the darkest within so many pixels across."""
    near = np.ones((across, across), np.uint8)
    return np.asarray(cv2.dilate(np.ascontiguousarray(picture), near), np.uint8)


def _soft(
    steepest: Gray, darkest: Gray, pale: tuple[float, float], sharp: float, around: int
) -> Gray:
    """Return 255 where all near by is pale and less sharp, over so many pixels, than `sharp`."""
    paler = cv2.inRange(darkest, (pale[0],), (pale[1],))
    steep, deep = (
        cv2.blur(cv2.bitwise_and(part, paler), (around, around)) for part in (steepest, darkest)
    )
    least = np.minimum(np.arange(256) * sharp, 255).astype(np.uint8)
    soft = cv2.compare(steep, cv2.LUT(deep, least), cv2.CMP_LT)
    return np.asarray(cv2.bitwise_and(paler, soft), np.uint8)
