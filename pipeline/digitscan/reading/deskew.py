"""How far a page is turned: projection profiles of a small copy."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.types import Gray

WIDEST = 6.0
"""Largest skew searched, degrees."""


def skew_angle(darkness: Gray) -> float:
    """Return the clockwise turn in degrees that sets the page's lines level, 0 when unsure.

    The sum of squared differences between neighbouring rows of the projection profile peaks
    where text lines and rulings lie level (Postl 1986). A picture too small to hold a line of
    text and another is never turned.
    """
    height, width = darkness.shape
    if min(height, width) < 400:
        return 0.0
    factor = 700 / max(height, width)
    small = cv2.resize(darkness, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    _, small = cv2.threshold(small, 60, 255, cv2.THRESH_TOZERO)
    ys, xs = np.nonzero(small)
    if ys.size < 200:
        return 0.0
    weights = small[ys, xs].astype(np.float64)
    x, y = xs - xs.mean(), ys - ys.mean()
    reach = int(np.hypot(*small.shape)) // 2 + 2

    def sharpness(angle: float) -> float:
        radians = np.deg2rad(angle)
        rows = np.rint(x * np.sin(radians) + y * np.cos(radians)).astype(np.intp) + reach
        profile = np.bincount(rows, weights, minlength=2 * reach)
        return float(np.square(np.diff(profile)).sum())

    coarse = np.arange(-WIDEST, WIDEST + 0.1, 0.5)
    best = _peak(coarse, [sharpness(a) for a in coarse])
    fine = best + np.arange(-0.5, 0.51, 0.1)
    best = _peak(fine, [sharpness(a) for a in fine])
    return best if sharpness(best) > 1.15 * sharpness(0.0) and abs(best) < WIDEST else 0.0


def _peak(angles: NDArray[np.float64], scores: list[float]) -> float:
    """Return the angle with the highest score."""
    return float(angles[int(np.argmax(scores))])
