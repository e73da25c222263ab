"""A sheet photographed from low down is set flat by its outline."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.geometry import Homography, Size
from digitscan.types import Mask

LEAST_TAPER = 6.0
"""Degrees between opposite sides up to which a sheet is read as it is."""
FILLED = 0.96
"""A sheet fills this share of the four-sided shape around it."""
COARSEST = 0.06
"""Part of the outline's length by which that shape may leave the outline."""
BORDER = 2
"""Pixels from the picture's border within which the sheet is cut off, not ended."""
MARGIN = 0.02
"""What is kept around the sheet, as a share of its sides."""


def flattening(sheet: Mask) -> tuple[Homography, Size] | None:
    """Return the map from the flat sheet to the picture, and the flat sheet's size.

    None where the sheet has no four corners in the picture, or hardly tapers: turning is enough
    then, and whatever stands beside the sheet stays in sight. `sheet` is (H, W), 1 on the sheet.
    """
    corners = _corners(sheet)
    if corners is None or _taper(corners) < LEAST_TAPER:
        return None
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    width, height = float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))
    x, y = MARGIN * width, MARGIN * height
    flat = np.array([(x, y), (width + x, y), (width + x, height + y), (x, height + y)], np.float32)
    to_sheet = np.asarray(cv2.getPerspectiveTransform(flat, corners), np.float64)
    return to_sheet, (round(width + 2 * x), round(height + 2 * y))


def _corners(sheet: Mask) -> NDArray[np.float32] | None:
    """Return the (4, 2) corners of a sheet from the left upper one clockwise, None if not four."""
    outlines, _ = cv2.findContours(sheet, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(max(outlines, key=cv2.contourArea))
    length = cv2.arcLength(hull, closed=True)
    for part in np.arange(0.01, COARSEST, 0.01):
        shape = np.asarray(cv2.approxPolyDP(hull, part * length, closed=True), np.float32)[:, 0]
        if len(shape) <= 4:
            break
    if len(shape) != 4 or np.count_nonzero(sheet) < FILLED * cv2.contourArea(shape):
        return None
    last = np.array(sheet.shape[::-1]) - 1
    near = np.concatenate([shape <= BORDER, shape >= last - BORDER], axis=1)
    if (near & np.roll(near, -1, axis=0)).any():
        return None
    first = int(shape.sum(axis=1).argmin())
    clockwise = np.roll(shape, -first, axis=0)
    if clockwise[1, 0] - clockwise[1, 1] < clockwise[3, 0] - clockwise[3, 1]:
        clockwise = np.roll(clockwise[::-1], 1, axis=0)
    return clockwise


def _taper(corners: NDArray[np.float32]) -> float:
    """Return the larger of the angles between opposite sides, degrees."""
    sides = np.roll(corners, -1, axis=0) - corners
    lean = np.degrees(np.arctan2(sides[:, 1], sides[:, 0]))
    apart = np.abs((lean[:2] - lean[2:]) % 360 - 180)
    return float(apart.max())
