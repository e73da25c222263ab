"""What else a digit that was read may be: the glyph network asked about its box on the page."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.crop import CROP_SIDE, mnist_crop
from digitscan.reading.engine import GlyphEngine
from digitscan.reading.single import levelled
from digitscan.types import Box, Gray

PAPER = 0.5
"""Paper around a digit by which its shade is levelled, in shares of its longer side."""
COUNT = 2
LEAST = 0.001
"""A digit less probable than this is not named."""

NOTHING = np.zeros((CROP_SIDE, CROP_SIDE), np.uint8)


def runners_up(
    pixels: NDArray[np.uint8], digits: Sequence[tuple[int, Box]], network: GlyphEngine
) -> list[list[tuple[int, float]]]:
    """Name what else each digit may be, likeliest first, with probabilities.

    Parameters
    ----------
    pixels
        (H, W) uint8 grey or (H, W, 3) uint8 blue, green, red: the page.
    digits
        What was read, and the box of its ink in page pixels.
    network
        The glyph network.
    """
    crops = [box_crop(pixels, box) for _, box in digits]
    if not crops:
        return []
    scores = network.classify(np.stack(crops)).digit[:, :10]
    named = []
    for (value, _), crop, row in zip(digits, crops, scores.tolist(), strict=True):
        order = sorted(range(10), key=lambda digit: -row[digit])
        others = [(digit, round(row[digit], 4)) for digit in order if digit != value]
        named.append([pair for pair in others[:COUNT] if pair[1] >= LEAST] if crop.any() else [])
    return named


def box_crop(pixels: NDArray[np.uint8], box: Box) -> Gray:
    """Crop the ink in a box of a page as MNIST was made; (28, 28) uint8, 0 where no ink is.

    Of a neighbour that touches, what lies outside the box is left out.
    """
    paper = max(4, round(PAPER * max(box.width, box.height)))
    top, left = max(0, box.y - paper), max(0, box.x - paper)
    part = pixels[top : max(0, box.bottom + paper), left : max(0, box.right + paper)]
    if not part.size:
        return NOTHING
    gray = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY) if part.ndim == 3 else part
    shade = levelled(np.subtract(255, gray, dtype=np.uint8))
    x, y = max(0, box.x) - left, max(0, box.y) - top
    ink = shade[y : y + box.height, x : x + box.width]
    if not ink.size:
        return NOTHING
    _, mask = cv2.threshold(ink, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    edge = cv2.dilate(mask, np.ones((3, 3), np.uint8))  # strokes fade out around the mask
    return mnist_crop(np.where(edge > 0, ink, 0).astype(np.uint8))
