"""Where a component may hold the border between two joined digits."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.types import Floats, Ints, Mask

CUT_SPACING = 0.22
"""Least distance between two cuts, in digit heights."""
CUT_MARGIN = 0.12
"""Least distance of a cut from the component's side, in digit heights."""
MAX_CUT_COST = 3.5
"""Most ink a cut may cross, in stroke widths."""
HOLE_COST = 1.5
"""Added cost, in stroke widths, of cutting through the loop of a 0, 6, 8 or 9."""
PATH_ROWS = 40
"""Rows of the picture on which cuts are traced."""
SIDEWAYS = np.float32(0.12)
"""Cost of a path's step to the side: straight wins at the same ink."""


def find_cuts(part: Mask, stroke: float, height: float) -> list[Ints]:
    """Find where a component may hold the border between two digits.

    Candidates are the paths of least ink from bottom to top (dynamic programming, at most one
    column a row), straight columns, and lines from a valley of the upper outline to one of the
    lower; a path through a loop costs more. The cheapest are taken, apart from each other.

    Parameters
    ----------
    part
        (h, w) 0/1, one connected component.
    stroke
        Stroke width in the same pixels.
    height
        Digit height in the same pixels.

    Returns
    -------
    list[Ints]
        For each cut (h,) int32: the last column left of it in every row; ordered left to right.
    """
    margin = max(2, round(CUT_MARGIN * height))
    width = part.shape[1]
    if width < max(0.3 * height, 2.2 * stroke, 2 * margin + 1):
        return []
    starts = np.arange(margin, width - margin, dtype=np.int32)
    straight = np.broadcast_to(starts, (part.shape[0], len(starts)))
    valleys = _valley_paths(part, height)
    paths = np.concatenate((_least_ink_paths(part)[:, starts], straight, valleys), 1)
    rows = np.arange(part.shape[0])[:, None]
    ink = part[rows, paths].sum(0, dtype=np.float32)
    ink[len(starts) : 2 * len(starts)] += 0.5  # straight is the second choice at the same ink
    ink[2 * len(starts) :] -= stroke  # a border that the outline shows is the first choice
    through_hole = _holes(part)[rows, paths].sum(0) > 0.08 * height
    cost = ink + HOLE_COST * stroke * through_hole
    middle = paths.mean(0)
    most = max(1, round(2.2 * width / height))
    chosen: list[int] = []
    for index in np.argsort(cost, kind="stable").tolist():
        if cost[index] > MAX_CUT_COST * stroke or len(chosen) == most:
            break
        inside = margin <= middle[index] <= width - margin
        apart = all(abs(middle[index] - middle[other]) >= CUT_SPACING * height for other in chosen)
        if inside and apart:
            chosen.append(index)
    chosen.sort(key=lambda index: float(middle[index]))
    return [paths[:, index].astype(np.int32) for index in chosen]


def _least_ink_paths(part: Mask) -> Ints:
    """Trace the path of least ink up from every bottom column; (h, w) int32 column by row.

    Traced on a picture about 40 rows high, which is as fine as a border between digits is.
    """
    rows, columns = part.shape
    factor = max(1, round(rows / PATH_ROWS))
    if factor == 1:
        return _trace(part.astype(np.float32))
    size = (-(-columns // factor), -(-rows // factor))
    small = cv2.resize(part.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    coarse = _trace(np.asarray(small, dtype=np.float32)) * factor + factor // 2
    fine = coarse.repeat(factor, 0)[:rows].repeat(factor, 1)[:, :columns]
    return np.asarray(np.minimum(fine, columns - 1), dtype=np.int32)


def _trace(part: Floats) -> Ints:
    """Trace at full resolution, by dynamic programming from the top row down."""
    height, width = part.shape
    cost = np.full((height, width + 2), np.inf, np.float32)
    cost[0, 1:-1] = part[0]
    best = np.empty(width, np.float32)
    for last, here, ink in zip(cost, cost[1:, 1:-1], part[1:], strict=False):
        aside = last + SIDEWAYS
        np.minimum(aside[:-2], aside[2:], out=best)
        np.minimum(best, last[1:-1], out=best)
        np.add(best, ink, out=here)
    last, aside = cost[:-1, 1:-1], cost[:-1] + SIDEWAYS
    left, right = aside[:, :-2], aside[:, 2:]
    shift = np.where(left <= right, np.int32(-1), np.int32(1))
    shift[last <= np.minimum(left, right)] = 0
    paths = np.empty((height, width), np.int32)
    paths[-1] = np.arange(width)
    for row in range(height - 1, 0, -1):
        np.add(paths[row], shift[row - 1].take(paths[row]), out=paths[row - 1])
    return paths


def _valley_paths(part: Mask, height: float) -> Ints:
    """Join each valley of the upper outline with the near valleys of the lower; (h, K) int32."""
    rows = part.shape[0]
    inked = part.any(0)
    upper = np.where(inked, part.argmax(0), rows)
    lower = np.where(inked, rows - 1 - part[::-1].argmax(0), -1)
    every = np.arange(rows, dtype=np.float32)
    paths = []
    for above in _valleys(upper, height):
        for below in _valleys(-lower, height):
            if abs(above - below) > 0.35 * height or upper[above] > lower[below]:
                continue
            ends = (float(upper[above]), max(float(lower[below]), float(upper[above]) + 1))
            paths.append(np.rint(np.interp(every, ends, (above, below))).astype(np.int32))
    return np.stack(paths, 1) if paths else np.zeros((rows, 0), np.int32)


def _valleys(depth: NDArray[np.intp], height: float) -> list[int]:
    """Find the columns where an outline dips deepest between two higher sides."""
    reach = max(2, round(0.06 * height))
    rise = 0.08 * height
    window = np.ones((1, 2 * reach + 1), np.uint8)
    peaks = np.asarray(cv2.dilate(depth.astype(np.float32)[None], window))[0] <= depth
    left = np.minimum.accumulate(depth)
    right = np.minimum.accumulate(depth[::-1])[::-1]
    columns = np.flatnonzero(peaks & (depth - left >= rise) & (depth - right >= rise))
    chosen: list[int] = []
    for column in columns.tolist():
        if not chosen or column - chosen[-1] > reach:
            chosen.append(column)
    return chosen


def _holes(part: Mask) -> NDArray[np.bool_]:
    """Mark the background that the ink encloses; (h, w) bool."""
    outside = cv2.copyMakeBorder(1 - part, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, labels = cv2.connectedComponents(outside, connectivity=4)
    labels = np.asarray(labels)
    return np.asarray((labels != labels[0, 0])[1:-1, 1:-1] & (part == 0), dtype=np.bool_)
