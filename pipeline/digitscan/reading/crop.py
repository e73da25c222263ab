"""Ink -> what the networks see: (28, 28) crops made as MNIST was made, and strips."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Crop one glyph; see `mnist_crops`."""
    crop: Gray = mnist_crops([ink])[0]
    return crop


def mnist_crops(inks: Sequence[Gray]) -> NDArray[np.uint8]:
    """Scale the ink of glyphs into 20x20 and centre its mass in 28x28, as MNIST was made.

    Aspect is kept, shrinking averages areas (anti-aliasing), the brightest pixel becomes 255.
    Source: LeCun et al. 1998, section III, "the MNIST database".

    Parameters
    ----------
    inks
        (h, w) uint8 each, the glyph's ink bright on 0, cut tight to its box.

    Returns
    -------
    NDArray[np.uint8]
        (N, 28, 28), ink bright on 0; all 0 where there is no ink.
    """
    small = np.zeros((len(inks), INK_SIDE, INK_SIDE), np.uint8)
    windows = []
    for canvas, ink in zip(small, inks, strict=True):
        height, width = ink.shape
        scale = INK_SIDE / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        window = canvas[: size[1], : size[0]]
        shrink = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        cv2.resize(ink, size, dst=window, interpolation=shrink)
        windows.append(window)
    places = np.arange(INK_SIDE)
    across, down = small.sum(axis=1, dtype=np.intp), small.sum(axis=2, dtype=np.intp)
    total, peak = np.maximum(down.sum(axis=1), 1), np.maximum(small.max(axis=(1, 2), initial=0), 1)
    middle = (CROP_SIDE - 1) / 2
    tops = np.maximum(np.rint(middle - down @ places / total), 0).astype(np.intp).tolist()
    lefts = np.maximum(np.rint(middle - across @ places / total), 0).astype(np.intp).tolist()
    crops = np.zeros((len(inks), CROP_SIDE, CROP_SIDE), np.uint8)
    for crop, window, top, left, bright in zip(
        crops, windows, tops, lefts, peak.tolist(), strict=True
    ):
        height, width = window.shape
        y, x = min(top, CROP_SIDE - height), min(left, CROP_SIDE - width)
        cv2.convertScaleAbs(window, crop[y : y + height, x : x + width], 255 / bright)
    return crops


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
