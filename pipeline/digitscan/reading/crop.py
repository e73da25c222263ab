"""Ink -> (28, 28) crops, made as MNIST was made."""

from __future__ import annotations

import cv2
import numpy as np

from digitscan.types import Gray

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
    small = np.asarray(cv2.resize(ink, size, interpolation=shrink), dtype=np.float32)
    crop = np.zeros((CROP_SIDE, CROP_SIDE), np.uint8)
    peak = float(small.max())
    if peak == 0:
        return crop
    rows, columns = small.sum(1), small.sum(0)
    total = float(rows.sum())
    middle = (CROP_SIDE - 1) / 2
    top = round(middle - float(rows @ np.arange(size[1])) / total)
    left = round(middle - float(columns @ np.arange(size[0])) / total)
    top = min(max(top, 0), CROP_SIDE - size[1])
    left = min(max(left, 0), CROP_SIDE - size[0])
    crop[top : top + size[1], left : left + size[0]] = np.rint(small * (255 / peak))
    return crop
