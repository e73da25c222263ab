"""Ink -> what the networks see: (28, 28) crops made as MNIST was made, and strips."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.find import Word
from digitscan.types import Gray

STRIP_HEIGHT = 2.0
"""Height of a strip, in digit heights: larger, and a bare 1 looks to the network like a ruling."""
STRIP_MARGIN = 0.12
"""Least paper around a word in its strip, in digit heights."""
EDGE = 2
"""Pixels around a word that still hold its strokes' soft edges; beyond lies other ink."""
CROP_SIDE = 28
INK_SIDE = 20


def mnist_crop(ink: Gray) -> Gray:
    """Scale a glyph's ink into 20x20 and centre its mass in 28x28, as MNIST was made.

    Aspect is kept, shrinking averages areas (anti-aliasing), the brightest pixel becomes 255.
    Source: LeCun et al. 1998, section III, "the MNIST database".

    Parameters
    ----------
    ink
        (h, w) uint8, the glyph's ink bright on 0, cut tight to its box.

    Returns
    -------
    Gray
        (28, 28) uint8, ink bright on 0; all 0 where there is no ink.
    """
    height, width = ink.shape
    scale = INK_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    shrink = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(ink, size, interpolation=shrink)
    crop = np.zeros((CROP_SIDE, CROP_SIDE), np.uint8)
    mass = cv2.moments(small)
    total = mass["m00"]
    if total == 0:
        return crop
    middle = (CROP_SIDE - 1) / 2
    top = round(middle - mass["m01"] / total)
    left = round(middle - mass["m10"] / total)
    top = min(max(top, 0), CROP_SIDE - size[1])
    left = min(max(left, 0), CROP_SIDE - size[0])
    peak = cv2.minMaxLoc(small)[1]
    window = crop[top : top + size[1], left : left + size[0]]
    cv2.convertScaleAbs(small, window, 255 / peak)
    return crop


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A word cut out for the strip network.

    `pixels` is (h, w) uint8, 255 paper to 0 ink, at working scale; the word's box lies in it with
    its left top corner at (`left`, `top`).
    """

    pixels: Gray
    left: int
    top: int


def field_strip(word: Word, pixels: NDArray[np.uint8], size: tuple[int, int]) -> Strip:
    """Take a whole field, paper, rulings and all, as the strip of its one word.

    Parameters
    ----------
    word
        The word in the field.
    pixels
        (H, W) or (H, W, 3) uint8, the field as it was scanned.
    size
        Its width and height at working scale.
    """
    gray = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    scaled = cv2.resize(gray, size, interpolation=cv2.INTER_CUBIC)
    return Strip(np.asarray(scaled, dtype=np.uint8), word.box.x, word.box.y)


def cut_strip(word: Word, darkness: Gray) -> Strip:
    """Cut a word with paper around it out of a page's (H, W) darkness; other ink is left out."""
    box = word.box
    margin = max(3, round(STRIP_MARGIN * word.height))
    above = max(margin, round((STRIP_HEIGHT * word.height - box.height) / 2))
    beside = max(margin, round(0.25 * word.height))
    pixels = np.full((box.height + 2 * above, box.width + 2 * beside), 255, np.uint8)
    top, left = max(0, box.y - EDGE), max(0, box.x - EDGE)
    ink = darkness[top : box.bottom + EDGE, left : box.right + EDGE]
    row, column = top - box.y + above, left - box.x + beside
    pixels[row : row + ink.shape[0], column : column + ink.shape[1]] = 255 - ink
    return Strip(pixels, beside, above)
