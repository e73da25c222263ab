"""Ink -> what the networks see: (28, 28) crops made as MNIST was made, and strips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
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
_MOMENTS = np.stack(
    [np.ones(INK_SIDE**2), *np.indices((INK_SIDE, INK_SIDE)).reshape(2, -1)]
).astype(np.float32)
"""(3, 400): each pixel's weight, row and column; sums of bytes by them are exact in float32."""


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
    shapes = np.array([ink.shape for ink in inks], np.float64).reshape(-1, 2)
    scales = INK_SIDE / shapes.max(axis=1)
    sizes = np.maximum(1, np.rint(shapes * scales[:, None])).astype(np.intp)
    shrink = np.where(scales < 1, cv2.INTER_AREA, cv2.INTER_LINEAR).tolist()
    small = np.zeros((len(inks), INK_SIDE, INK_SIDE), np.uint8)
    for canvas, ink, (height, width), how in zip(small, inks, sizes.tolist(), shrink, strict=True):
        cv2.resize(ink, (width, height), dst=canvas[:height, :width], interpolation=how)
    flat = small.reshape(len(inks), INK_SIDE**2)
    peak = np.maximum(flat.max(axis=1, initial=0), 1)
    bright = flat.astype(np.float32)
    # A product of matrices may take many threads for so little.
    total, *moments = (np.einsum("np,p->n", bright, of).astype(np.float64) for of in _MOMENTS)
    middle = (CROP_SIDE - 1) / 2 - np.stack(moments) / np.maximum(total, 1)
    top, left = np.minimum(np.maximum(np.rint(middle), 0).astype(np.intp), CROP_SIDE - sizes.T)
    bright *= (255 / peak.astype(np.float32))[:, None]
    np.rint(bright, out=bright)
    # A margin below and on the right takes what of a canvas lies beyond its ink.
    crops = np.zeros((len(inks), *(CROP_SIDE + INK_SIDE,) * 2), np.uint8)
    places = sliding_window_view(crops, (INK_SIDE, INK_SIDE), (1, 2), writeable=True)
    places[np.arange(len(inks)), top, left] = bright.reshape(small.shape)
    return np.ascontiguousarray(crops[:, :CROP_SIDE, :CROP_SIDE])


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
