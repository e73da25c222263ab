"""The paper behind the ink: how bright it is everywhere, and where the sheet ends."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.types import Gray, Mask

REACH = 40
"""The paper is seen through marks thinner than this part of the picture's long side."""
DARKEST = 20
"""Paper is never taken for darker, else noise on a black desk would become ink."""
FILLED = 0.92
"""A sheet with a folded or shaded corner still fills this share of its full shape."""
PAPER_SHARE = 0.8
"""A sheet is at least this bright against the plane of its light."""
EVEN = 0.9
"""A picture whose darkest part is brighter than this share of its brightest is all sheet."""


def paper_brightness(gray: Gray) -> Gray:
    """Return the brightness of the bare paper at every pixel; same shape.

    A morphological closing, wider than any stroke, then smoothed.
    """
    reach = max(5, max(gray.shape) // REACH) | 1
    if max(gray.shape) < 400:
        # In a field cut out of a form the strokes are large: the paper is seen further off.
        reach = max(9, max(gray.shape) // 8) | 1
    closed = cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((reach, reach), np.uint8))
    smooth = cv2.blur(cv2.blur(opened, (reach, reach)), (reach, reach))
    return np.maximum(np.asarray(smooth, np.uint8), np.uint8(DARKEST))


def sheet_region(gray: Gray) -> Mask | None:
    """Return the (H, W) mask of a sheet on a darker ground, None where the page fills all.

    A plane of brightness is fitted to the bright part again and again, so that a sheet shaded
    from one side stays whole; what falls far below the plane lies beside the sheet. When the
    rest is not clearly darker, nothing is left out.
    """
    if max(gray.shape) < 400:
        return None
    factor = 250 / max(gray.shape)
    if min(gray.shape) * factor < 1:  # a stripe, no sheet
        return None
    small = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    darkest, brightest, *_ = cv2.minMaxLoc(small)
    if darkest > EVEN * brightest:  # no plane through it leaves anything beside the sheet
        return None
    plane = _fitted_plane(small)
    bright = np.asarray(small > PAPER_SHARE * plane, np.uint8)
    bright = np.asarray(
        cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)), np.uint8
    )
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    sheet = np.zeros(small.shape, np.uint8)
    cv2.fillPoly(sheet, [_simplest_shape(outline)], (1,))
    beside = bright[sheet == 0]
    if not 0.2 < float(sheet.mean()) < 0.98 or (beside.size and beside.mean() > 0.3):
        return None
    trimmed = cv2.erode(
        sheet, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=(1.0,)
    )
    size = (gray.shape[1], gray.shape[0])
    return np.asarray(cv2.resize(trimmed, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _simplest_shape(outline: cv2.typing.MatLike) -> cv2.typing.MatLike:
    """Return the rectangle, else the convex hull, where the outline nearly fills it."""
    area = cv2.contourArea(outline)
    hull = cv2.convexHull(outline)
    rectangle = np.rint(cv2.boxPoints(cv2.minAreaRect(outline))).astype(np.int32)
    if cv2.contourArea(hull) > 0.97 * cv2.contourArea(rectangle):
        return rectangle
    return hull if area > FILLED * cv2.contourArea(hull) else outline


def _fitted_plane(small: cv2.typing.MatLike) -> NDArray[np.float64]:
    """Return the brightness that the paper would have everywhere, as a plane; same shape."""
    height, width = small.shape
    values = np.asarray(small, np.float64)
    otsu, _ = cv2.threshold(small, 0, 1, cv2.THRESH_OTSU)
    paper = np.asarray(small) > otsu
    plane = values
    for _ in range(4):
        inside = np.flatnonzero(paper)[::5]
        if inside.size < 10:
            break
        # The normal equations: three unknowns, thousands of places.
        rows, columns = np.divmod(inside, width)
        near = np.stack([np.ones(inside.size), columns, rows], axis=1)
        known = near.T @ values.ravel()[inside]
        level, across, down = np.linalg.lstsq(near.T @ near, known, rcond=None)[0]
        plane = level + across * np.arange(width) + down * np.arange(height)[:, None]
        before, paper = paper, values > PAPER_SHARE * plane
        if np.array_equal(paper, before):
            break
    return np.clip(plane, 0, 255)
