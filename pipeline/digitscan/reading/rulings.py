"""Lines, boxes and combs of a form: found, kept as structure, removed from the ink."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.cells import find_cells
from digitscan.reading.clean import Ink
from digitscan.types import Box, Gray, Mask

SHORTEST = 1 / 70
"""Shortest piece of a ruling, as a share of the short side."""
LONG = 200
"""A ruling this long (working pixels) stands by itself; shorter ones must meet others."""
MEET = 4
"""Pixels between the end of a ruling and the ruling that it meets."""


@dataclass(frozen=True, slots=True, eq=False)
class Rulings:
    """The printed structure of a page, in working pixels.

    `horizontal` and `vertical` are (H, W) masks of the pixels that belong to rulings. `cells`
    are the bounded faces between them: boxes, table cells and comb cells, each the tight inside.
    `labels` is (H, W) int32: 0 outside every cell, else the cell's index plus one.
    """

    horizontal: Mask
    vertical: Mask
    cells: tuple[Box, ...]
    labels: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Runs of pixels across a ruling, one per column: (N,) integer arrays."""

    x: NDArray[np.intp]
    top: NDArray[np.intp]
    bottom: NDArray[np.intp]


def find_rulings(ink: Ink) -> Rulings:
    """Find the rulings and the cells between them."""
    faint = _faint_lines(ink)
    across = _candidates(faint)
    upright = _candidates(np.ascontiguousarray(faint.T))
    horizontal, vertical = _accept(across, upright)
    cells, labels = find_cells(horizontal, vertical)
    return Rulings(horizontal, vertical, cells, labels)


def remove_rulings(ink: Ink, rulings: Rulings) -> Ink:
    """Return the ink without rulings.

    A ruling is cut only where the run of ink across it is about as thick as the ruling; a
    stroke that crosses or touches it makes that run longer and stays whole.
    """
    mask, darkness = _cut(ink.mask, ink.darkness, rulings.horizontal)
    turned = np.ascontiguousarray(rulings.vertical.T)
    mask, darkness = _cut(np.ascontiguousarray(mask.T), np.ascontiguousarray(darkness.T), turned)
    return replace(
        ink, mask=np.ascontiguousarray(mask.T), darkness=np.ascontiguousarray(darkness.T)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Candidates:
    """Horizontal pieces that may be rulings, described one per row of the arrays."""

    labels: NDArray[np.int32]
    length: NDArray[np.intp]
    left: NDArray[np.intp]
    left_y: NDArray[np.intp]
    right: NDArray[np.intp]
    right_y: NDArray[np.intp]
    sound: NDArray[np.bool_]
    filled: NDArray[np.float64]


def _faint_lines(ink: Ink) -> Mask:
    """Return ink at a low threshold, because rulings are often paler than the pen."""
    local = cv2.add(cv2.boxFilter(ink.darkness, -1, (31, 31)), 12)
    faint = cv2.compare(ink.darkness, local, cv2.CMP_GT)
    enough = cv2.compare(ink.darkness, 45, cv2.CMP_GT)
    return np.asarray(cv2.max(cv2.min(cv2.min(faint, enough), 1), ink.mask), np.uint8)


def _candidates(mask: Mask) -> _Candidates:
    """Find thin, even, unattached horizontal pieces."""
    height, width = mask.shape
    piece = max(16, round(min(height, width) * SHORTEST))
    thickest = max(5, min(height, width) // 160)
    thick = cv2.dilate(mask, np.ones((2, 1), np.uint8))
    joined = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    opened = _mask(cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, piece), np.uint8)))
    runs = _runs(opened)
    fat = runs.bottom - runs.top + 1 > thickest + 1
    for k in range(int((runs.bottom - runs.top).max(initial=0)) + 1):
        rows = runs.top[fat] + k
        inside = rows <= runs.bottom[fat]
        opened[rows[inside], runs.x[fat][inside]] = 0
    runs = _Runs(runs.x[~fat], runs.top[~fat], runs.bottom[~fat])
    bridged = cv2.morphologyEx(
        cv2.dilate(opened, np.ones((3, 1), np.uint8)),
        cv2.MORPH_CLOSE,
        np.ones((1, max(9, piece // 2)), np.uint8),
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bridged)
    labels = np.where(opened > 0, labels, 0).astype(np.int32)
    which = labels[runs.top, runs.x]
    columns = np.maximum(np.bincount(which, minlength=count), 1)
    thickness = runs.bottom - runs.top + 1
    mean = np.bincount(which, thickness, minlength=count) / columns
    uneven = np.abs(thickness - mean[which]) > np.maximum(1.5, 0.35 * mean[which])
    rough = np.bincount(which, uneven, minlength=count) / columns
    above = mask[np.maximum(runs.top - 3, 0), runs.x]
    below = mask[np.minimum(runs.bottom + 3, height - 1), runs.x]
    attached = np.bincount(which, above | below, minlength=count) / columns
    length = stats[:, cv2.CC_STAT_WIDTH].astype(np.intp)
    rise = stats[:, cv2.CC_STAT_HEIGHT]
    sound = (length >= 1.3 * piece) & (attached < 0.4) & (rough < 0.35)
    sound &= (mean <= thickest + 1) & (rise < 0.15 * length + thickest + 4)
    sound[0] = False
    order = np.argsort(runs.x, kind="stable")
    middle = (runs.top + runs.bottom) // 2
    left_y = np.zeros(count, np.intp)
    right_y = np.zeros(count, np.intp)
    left_y[which[order[::-1]]] = middle[order[::-1]]
    right_y[which[order]] = middle[order]
    left = stats[:, cv2.CC_STAT_LEFT].astype(np.intp)
    return _Candidates(
        labels,
        length,
        left,
        left_y,
        left + length - 1,
        right_y,
        sound,
        columns / np.maximum(length, 1),
    )


def _accept(across: _Candidates, upright: _Candidates) -> tuple[Mask, Mask]:
    """Keep long rulings, and short ones both of whose ends meet others."""
    height, width = across.labels.shape
    keep = []
    for found, extent in ((across, width), (upright, height)):
        long = max(LONG, 0.5 * extent if extent < 900 else extent / 7)
        keep.append(found.sound & (found.length >= long) & (found.filled > 0.7))
    long_ones = [k.copy() for k in keep]
    if max(height, width) >= 900:
        keep = [
            k | (c.sound & (c.filled > 0.85)) for k, c in zip(keep, (across, upright), strict=True)
        ]
    for _ in range(4):
        masks = [_paint(c, k) for c, k in zip((across, upright), keep, strict=True)]
        before = sum(int(k.sum()) for k in keep)
        for axis, found in enumerate((across, upright)):
            other = np.ascontiguousarray(masks[1 - axis].T)
            near = cv2.dilate(other, np.ones((2 * MEET + 1, 2 * MEET + 1), np.uint8))
            meets = (near[found.left_y, found.left] > 0) & (near[found.right_y, found.right] > 0)
            keep[axis] = long_ones[axis] | (keep[axis] & meets)
        if sum(int(k.sum()) for k in keep) == before:
            break
    return _paint(across, keep[0]), np.ascontiguousarray(_paint(upright, keep[1]).T)


def _paint(found: _Candidates, keep: NDArray[np.bool_]) -> Mask:
    """Return the mask of the kept candidates."""
    return keep.astype(np.uint8)[found.labels]


def _runs(mask: Mask) -> _Runs:
    """Return the vertical runs of a mask, sorted by column, then row."""
    turned = np.zeros((mask.shape[1], mask.shape[0] + 2), np.int8)
    turned[:, 1:-1] = mask.T
    x, edge = np.nonzero(np.diff(turned, axis=1))
    return _Runs(x[::2], edge[::2], edge[1::2] - 1)


def _cut(mask: Mask, darkness: Gray, ruling: Mask) -> tuple[Mask, Gray]:
    """Remove one direction's rulings from mask and darkness."""
    runs = _runs(ruling)
    if not runs.x.size:
        return mask, darkness
    height = mask.shape[0]
    slack = 2
    reach = 2
    above = np.ones(runs.x.size, bool)
    below = above.copy()
    for k in range(1, slack + reach + 1):
        above &= mask[np.maximum(runs.top - k, 0), runs.x] > 0
        below &= mask[np.minimum(runs.bottom + k, height - 1), runs.x] > 0
    cut = ~(above | below)
    mask, darkness = mask.copy(), darkness.copy()
    x, top, bottom = runs.x[cut], runs.top[cut] - slack, runs.bottom[cut] + slack
    for k in range(int((bottom - top).max(initial=0)) + 1):
        rows = np.clip(top + k, 0, height - 1)
        inside = top + k <= bottom
        mask[rows[inside], x[inside]] = 0
        darkness[rows[inside], x[inside]] = 0
    return mask, darkness


def _mask(image: object) -> Mask:
    """Tell the type checker what OpenCV returned."""
    return np.asarray(image, np.uint8)
