"""The colours of a page at working scale, where it has any."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.clean import LONG_SIDE, Ink
from digitscan.reading.geometry import halve, resample, scaling

Colors: TypeAlias = NDArray[np.uint8]
"""(H, W, 3) blue, green and red of a page at working scale."""

SPARSE = 8
"""Every so manieth row and column tells whether a page is in colour at all."""
NOISE = 24
"""Difference between a pixel's colours, of 255, that is no more than noise."""
LEAST_COLORED = 1e-4
"""Share of pixels beyond noise that makes a page colourful: a short number in blue."""


def is_colorful(pixels: NDArray[np.uint8]) -> bool:
    """Tell whether a page holds colour beyond a grey scan's noise; from a sparse sample."""
    blue, green, red = cv2.split(pixels[::SPARSE, ::SPARSE])
    apart = cv2.max(cv2.absdiff(blue, green), cv2.absdiff(green, red))
    apart = cv2.max(apart, cv2.absdiff(blue, red))
    return float((np.asarray(apart) > NOISE).mean()) > LEAST_COLORED


def colors_of(pixels: NDArray[np.uint8], ink: Ink) -> Colors | None:
    """Return the colours under each pixel of the ink, None of a page that has none.

    `pixels` is the page, (H, W) or (H, W, 3) uint8.
    """
    if pixels.ndim == 2 or not is_colorful(pixels):
        return None
    times = 1
    while max(pixels.shape) >= 2 * LONG_SIDE:
        pixels, times = halve(pixels), 2 * times
    height, width = ink.mask.shape
    return resample(pixels, scaling(1 / times, 1 / times) @ ink.to_page, (width, height))
