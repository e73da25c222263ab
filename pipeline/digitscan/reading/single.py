"""A picture of one digit -> its MNIST-style crop, dark on light or light on dark."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.crop import mnist_crop
from digitscan.types import Gray

LONG_SIDE = 256
"""Pixels to which larger pictures are scaled down: more says nothing about one digit."""
FAINTEST = 24
"""Ink differs from its paper by at least this much, of 255."""
SPECK = 0.04
"""Components below this share of the largest one's area are dirt."""


def single_crop(pixels: NDArray[np.uint8]) -> Gray:
    """Find the one digit of a picture and crop it as MNIST was made.

    Shade is levelled, dirt and a frame around the digit are left out.

    Parameters
    ----------
    pixels
        (H, W) uint8 grey or (H, W, 3) uint8 blue, green, red; any size.

    Returns
    -------
    Gray
        (28, 28) uint8, ink bright on 0; all 0 where the picture has no ink.
    """
    gray = _at_working_size(pixels)
    ink = levelled(gray if is_light_on_dark(gray) else np.subtract(255, gray, dtype=np.uint8))
    _, mask = cv2.threshold(ink, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if not mask.any() or ink[mask > 0].mean() - ink[mask == 0].mean() < FAINTEST:
        return np.zeros((28, 28), np.uint8)
    digit = _without_dirt(np.asarray(mask, np.uint8))
    edge = cv2.dilate(digit, np.ones((3, 3), np.uint8))  # strokes fade out around the mask
    ink = np.where(edge > 0, ink, 0).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(digit)
    return mnist_crop(ink[y : y + height, x : x + width])


def is_light_on_dark(gray: Gray) -> bool:
    """Tell whether the digit is lighter than its ground: most pixels and most of the edge are dark.

    `gray` is (H, W) uint8.
    """
    _, light = cv2.threshold(gray, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = np.asarray(light, np.uint8)
    edge = np.concatenate([mask[0], mask[-1], mask[1:-1, 0], mask[1:-1, -1]])
    return bool(mask.mean() + edge.mean() < 1)


def _at_working_size(pixels: NDArray[np.uint8]) -> Gray:
    """Turn to grey and scale large pictures down, small ones not."""
    gray = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if pixels.ndim == 3 else pixels
    scale = LONG_SIDE / max(gray.shape)
    if scale < 1:
        size = max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    return np.asarray(gray, np.uint8)


def levelled(ink: Gray) -> Gray:
    """Subtract the paper: what is left when all that is narrower than a digit is opened away."""
    side = max(3, round(0.5 * max(ink.shape))) | 1
    paper = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    paper = cv2.blur(paper, (side, side), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.subtract(ink, paper), np.uint8)


def _without_dirt(mask: Gray) -> Gray:
    """Keep the components that make the digit: no specks, no frame, nothing cut by the edge.

    What touches the edge, or spans the picture, stays where nothing else is large enough.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    x, y, width, height, area = np.asarray(stats[1:], np.int64).T
    rows, columns = mask.shape
    outer = (x == 0) | (y == 0) | (x + width == columns) | (y + height == rows)
    outer |= (width > 0.9 * columns) & (height > 0.9 * rows)
    if (area[~outer] > 0.2 * area.max()).any():
        area = np.where(outer, 0, area)
    kept = np.zeros(count, np.uint8)
    kept[1:] = area > SPECK * area.max()
    return kept[np.asarray(labels, np.intp)]
