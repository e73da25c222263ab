"""Joined and broken digits: a word's ink -> pieces, and runs of adjacent pieces.

Heuristic over-segmentation (LeCun et al. 1998, section V): cut wherever a border between digits
could be, so that every digit is one run of 1 to 3 adjacent pieces; the reader chooses the runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.find import Ints, Word
from digitscan.types import Floats, Mask

MAX_RUN = 3
"""Most pieces in one digit."""
CUT_SPACING = 0.22
"""Least distance between two cuts, in digit heights."""
CUT_MARGIN = 0.12
"""Least distance of a cut from the component's side, in digit heights."""
MAX_CUT_COST = 3.5
"""Most ink a cut may cross, in stroke widths."""
HOLE_COST = 1.5
"""Added cost, in stroke widths, of cutting through the loop of a 0, 6, 8 or 9."""
RUN_GAP = 0.45
"""Widest gap between the pieces of one digit, in digit heights."""
RUN_WIDTH = 1.9
"""Widest digit, in digit heights."""


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """The pieces of a word and the runs of them that may be one digit; word pixels.

    `labels` is (h, w) int32: 0 for no ink, 1..P for the pieces, left to right. `boxes` is (P, 4)
    int32 (x, y, width, height) and `areas` (P,) int32, the ink of each piece. `runs` is (R, 2)
    int32: first piece (from 0) and count; `run_boxes` (R, 4) int32.
    """

    labels: Ints
    boxes: Ints
    areas: Ints
    runs: Ints
    run_boxes: Ints


def split(word: Word, whole: NDArray[np.bool_], stroke: float) -> Lattice:
    """Cut a word into pieces and list the runs.

    Parameters
    ----------
    word
        The word to cut.
    whole
        (N,) bool, true for each component that needs no cut.
    stroke
        Stroke width in working pixels.
    """
    labels = np.zeros_like(word.labels)
    count = 0
    for index, (x, y, width, height) in enumerate(word.parts.tolist()):
        window = (slice(y, y + height), slice(x, x + width))
        part = word.labels[window] == index + 1
        cuts: list[Ints] = []
        if not whole[index] and height > 0.3 * word.height:
            cuts = find_cuts(part.astype(np.uint8), stroke, word.height)
        columns = np.arange(width, dtype=np.int32)[None]
        piece = np.ones((height, width), np.int32)
        for cut in cuts:
            piece += columns > cut[:, None]
        labels[window] += np.where(part, piece + count, 0)
        count += len(cuts) + 1
    return lattice_of(labels, count, word.height)


def lattice_of(labels: Ints, count: int, height: float) -> Lattice:
    """Order labelled pieces left to right by their mass and list their runs.

    Parameters
    ----------
    labels
        (h, w) int32, 0 for no ink, 1..count for the pieces in any order; a label may be missing.
    count
        Highest label.
    height
        Digit height in the same pixels.
    """
    rows, columns = np.nonzero(labels)
    owner = labels[rows, columns]
    areas = np.bincount(owner, minlength=count + 1)[1:]
    mass = np.bincount(owner, weights=columns, minlength=count + 1)[1:] / np.maximum(areas, 1)
    order = np.argsort(np.where(areas > 0, mass, np.inf), kind="stable")[: np.count_nonzero(areas)]
    rank = np.zeros(count + 1, np.int32)
    rank[order + 1] = np.arange(1, len(order) + 1)
    boxes = _boxes(rank[owner], rows, columns, len(order))
    runs, run_boxes = list_runs(boxes, height)
    return Lattice(rank[labels], boxes, areas[order].astype(np.int32), runs, run_boxes)


def _boxes(owner: Ints, rows: Ints, columns: Ints, count: int) -> Ints:
    """Return the tight box of each owner 1..count from its pixels; (count, 4) int32."""
    low = np.full((count + 1, 2), np.iinfo(np.int32).max, np.int32)
    high = np.zeros((count + 1, 2), np.int32)
    points = np.stack((columns, rows), 1).astype(np.int32)
    np.minimum.at(low, owner, points)
    np.maximum.at(high, owner, points)
    return np.concatenate((low[1:], high[1:] - low[1:] + 1), 1)


def list_runs(boxes: Ints, height: float) -> tuple[Ints, Ints]:
    """List the runs of 1 to 3 adjacent pieces that could be one digit by size and gaps.

    Parameters
    ----------
    boxes
        (P, 4) int32 piece boxes in reading order.
    height
        Digit height in the same pixels.

    Returns
    -------
    tuple[Ints, Ints]
        (R, 2) first piece and count, and (R, 4) the boxes around the runs.
    """
    runs: list[tuple[int, int]] = []
    around: list[tuple[int, int, int, int]] = []
    pieces = boxes.tolist()
    for first, (x, y, width, high) in enumerate(pieces):
        left, top, right, bottom = x, y, x + width, y + high
        runs.append((first, 1))
        around.append((left, top, right - left, bottom - top))
        for last in range(first + 1, min(first + MAX_RUN, len(pieces))):
            x, y, width, high = pieces[last]
            if x - right > RUN_GAP * height:
                break
            left, top = min(left, x), min(top, y)
            right, bottom = max(right, x + width), max(bottom, y + high)
            if right - left > RUN_WIDTH * height:
                break
            runs.append((first, last - first + 1))
            around.append((left, top, right - left, bottom - top))
    return (
        np.array(runs, np.int32).reshape(-1, 2),
        np.array(around, np.int32).reshape(-1, 4),
    )


def find_cuts(part: Mask, stroke: float, height: float) -> list[Ints]:
    """Find where a component may hold the border between two digits.

    Candidates are the paths of least ink from bottom to top (dynamic programming, at most one
    column a row) and straight columns; a path through a loop costs more. The cheapest are taken,
    apart from each other.

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
    paths = np.concatenate((_least_ink_paths(part)[:, starts], straight), 1)
    rows = np.arange(part.shape[0])[:, None]
    ink = part[rows, paths].sum(0, dtype=np.float32)
    ink[len(starts) :] += 0.5  # a straight cut is the second choice at the same ink
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
    """Trace the path of least ink up from every bottom column; (h, w) int32 column by row."""
    height, width = part.shape
    cost: Floats = part[0].astype(np.float32)
    steps = np.zeros((height, width), np.int32)
    side = np.full(1, np.inf, np.float32)
    sideways = np.float32(0.12)  # straight up wins at the same ink
    for row in range(1, height):
        from_left = np.concatenate((side, cost[:-1])) + sideways
        from_right = np.concatenate((cost[1:], side)) + sideways
        choices = np.stack((cost, from_left, from_right))
        best = choices.argmin(0)
        cost = choices.min(0) + part[row]
        steps[row] = np.array([0, -1, 1], np.int32)[best]
    paths = np.empty((height, width), np.int32)
    paths[-1] = np.arange(width)
    for row in range(height - 1, 0, -1):
        paths[row - 1] = paths[row] + steps[row, paths[row]]
    return paths


def _holes(part: Mask) -> NDArray[np.bool_]:
    """Mark the background that the ink encloses; (h, w) bool."""
    outside = cv2.copyMakeBorder(1 - part, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, labels = cv2.connectedComponents(outside, connectivity=4)
    labels = np.asarray(labels)
    return np.asarray((labels != labels[0, 0])[1:-1, 1:-1] & (part == 0), dtype=np.bool_)
