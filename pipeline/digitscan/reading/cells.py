"""Cells: the bounded faces between rulings."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.types import Box, Mask

SMALLEST = 0.008
"""Least width and height of a cell, as a share of the short side."""
LARGEST = 0.4
"""A face that takes more of the page than this is the page, not a cell."""
FULL = 0.7
"""Share of its bounding box that a cell fills."""


def find_cells(horizontal: Mask, vertical: Mask) -> tuple[tuple[Box, ...], NDArray[np.int32]]:
    """Return the cells and the (H, W) int32 picture of their indices plus one.

    A face stands curl, keystone and small skew, as no straight line is assumed. Rulings are
    lengthened a little so that corners with gaps close.
    """
    height, width = horizontal.shape
    grid = cv2.max(
        cv2.dilate(horizontal, np.ones((1, 9), np.uint8)),
        cv2.dilate(vertical, np.ones((9, 1), np.uint8)),
    )
    _, labelled, stats, _ = cv2.connectedComponentsWithStats(
        (np.asarray(grid) == 0).view(np.uint8), connectivity=4
    )
    labels, stats = np.asarray(labelled, np.int32), np.asarray(stats, np.int32)
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    area = stats[:, cv2.CC_STAT_AREA]
    least = max(8.0, SMALLEST * min(height, width))
    good = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    good &= (wide >= least) & (high >= least) & (area >= FULL * wide * high)
    good &= area <= LARGEST * height * width
    good[0] = False
    found = np.nonzero(good)[0]
    index = np.zeros(len(stats), np.int32)
    index[found] = np.arange(1, found.size + 1)
    boxes = tuple(_inside(labels, int(face), stats[face]) for face in found)
    return boxes, index[labels]


def _inside(labels: NDArray[np.int32], face: int, stats: NDArray[np.int32]) -> Box:
    """Return the upright box of a face: rows and columns that it fills by at least half."""
    x, y, width, height = (int(v) for v in stats[:4])
    inside = labels[y : y + height, x : x + width] == face
    columns = np.nonzero(2 * inside.sum(0) >= height)[0]
    rows = np.nonzero(2 * inside.sum(1) >= width)[0]
    if not columns.size or not rows.size:
        return Box(x, y, width, height)
    return Box.from_corners(
        x + int(columns[0]), y + int(rows[0]), x + int(columns[-1]) + 1, y + int(rows[-1]) + 1
    )
