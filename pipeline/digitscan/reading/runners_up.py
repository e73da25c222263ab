"""What else a digit that was read may be: the glyph network asked about its box on the page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.engine import GlyphEngine
from digitscan.reading.single import single_crop
from digitscan.types import Box, Gray

PADDING = 0.15
"""Paper around a digit's ink, in shares of its longer side."""
COUNT = 2
LEAST = 0.001
"""A digit less probable than this is not named."""


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
    """Crop the digit in a box of a page as MNIST was made; (28, 28) uint8, 0 where no ink is."""
    padding = max(2, round(PADDING * max(box.width, box.height)))
    rows = slice(max(0, box.y - padding), max(0, box.bottom + padding))
    columns = slice(max(0, box.x - padding), max(0, box.right + padding))
    part = pixels[rows, columns]
    return single_crop(part) if part.size else np.zeros((28, 28), np.uint8)
