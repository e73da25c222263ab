"""Where the labels of an annotated page go: beside their number, over as little as possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.types import Box, Page

Corners: TypeAlias = NDArray[np.intp]
"""(..., 4) first column and row of boxes, and first column and row outside."""

RIGHT = 2
"""Of the four places of a label, in order above, below, right and left, the first beside."""

_COARSE = 8
"""Page pixels a side that one value of the busyness map stands for."""

_DISLIKE = (0.0, 0.02, 0.03, 0.3)
"""What a label above, below, right and left costs beyond what it hides, in shares of its area."""

_ROWS = 256
"""Labels compared with all others at a time, so that a full page costs little memory."""

_BLOCK = 128
"""Labels whose choices are weighed at a time, for the same reason."""

_WRITTEN = 3
"""What a label costs over a number or another label, for what it costs over print all black."""

PITCH = 0.68
"""Least distance of two digits of a label, in shares of its height."""


@dataclass(frozen=True, slots=True)
class Label:
    """A place for the digits read: its box and each digit's middle column, page pixels."""

    box: Box
    columns: tuple[float, ...]


def place_labels(
    frames: Sequence[Box], digits: Sequence[Sequence[Box]], height: int, gap: int, page: Page
) -> list[Label]:
    """Find a place for one label a number, all in page pixels.

    `frames` are the boxes around the numbers and `digits` their digits' boxes. A label goes above
    or below, each reading over its digit, or beside, wherever it hides the least: no number, no
    label placed before, as little as possible of what else is on the page.
    """
    around = np.array([_corners(frame) for frame in frames], np.intp).reshape(-1, 4)
    above = _above(digits, PITCH * height)
    options, shifts = _options(around, above, height, gap, page)
    costs = _covered(options, _busyness(page)) + _areas(options) * _DISLIKE
    costs += _WRITTEN * _hidden(options, around)
    places = _chosen(options, costs)
    chosen = np.arange(len(places)), np.array(places, np.intp)
    boxes, moved = options[chosen].tolist(), shifts[chosen].tolist()
    return [
        Label(Box.from_corners(*box), tuple([column + shift for column in columns]))
        for box, shift, columns in zip(
            boxes, moved, _columns(frames, above, places, height, gap), strict=True
        )
    ]


def _above(digits: Sequence[Sequence[Box]], pitch: float) -> list[list[float]]:
    """Give the middles of each number's digits, moved apart where they are closer than `pitch`."""
    middles = [[box.x + box.width / 2 for box in boxes] for boxes in digits]
    every = np.array([middle for number in middles for middle in number])
    word = np.repeat(np.arange(len(middles)), np.array([len(boxes) for boxes in digits], np.intp))
    close = (every[1:] < every[:-1] + pitch) & (word[1:] == word[:-1])
    for index in set(word[1:][close].tolist()):
        middles[index] = spread(middles[index], pitch)
    return middles


def spread(columns: Sequence[float], pitch: float) -> list[float]:
    """Move ascending columns apart until neighbours are `pitch` from each other, about the mean."""
    places: list[float] = []
    for column in columns:
        places.append(max(column, places[-1] + pitch) if places else column)
    shift = (sum(places) - sum(columns)) / max(1, len(places))
    return [place - shift for place in places]


def _columns(
    frames: Sequence[Box],
    above: Sequence[Sequence[float]],
    places: Sequence[int],
    height: int,
    gap: int,
) -> Iterator[Sequence[float]]:
    """Give the digits' middles of each label where it goes: above or below, right or left."""
    pitch = PITCH * height
    for frame, columns, place in zip(frames, above, places, strict=True):
        if place < RIGHT:
            yield columns
        elif place == RIGHT:
            yield [frame.right + gap + pitch * (i + 0.8) for i in range(len(columns))]
        else:
            yield [frame.x - gap - pitch * (i + 0.8) for i in reversed(range(len(columns)))]


def _options(
    frames: Corners, above: Sequence[Sequence[float]], height: int, gap: int, page: Page
) -> tuple[Corners, NDArray[np.float64]]:
    """Give the boxes of labels in those places, (N, 4, 4), moved onto the page they would leave.

    `above` are the middles of the digits above and below. Returns how far the boxes were moved to
    the right, too; (N, 4).
    """
    pitch = PITCH * height
    begin, end = np.array([(columns[0], columns[-1]) for columns in above]).reshape(-1, 2).T
    far = pitch * (np.array([len(columns) for columns in above]) - 1 + 0.8)
    right, left = frames[:, 2] + gap, frames[:, 0] - gap
    first = np.stack([begin, begin, right + pitch * 0.8, left - far], axis=1)
    last = np.stack([end, end, right + far, left - pitch * 0.8], axis=1)
    left, right = np.rint(first - _margin(height)), np.rint(last + _margin(height))
    wide = right - left
    shift = np.maximum(0, -left) - np.maximum(0, right - page.width)
    y, bottom = frames[:, 1], frames[:, 3]
    level = np.rint((y + bottom) / 2 - height / 2)
    top = np.stack([y - gap - height, bottom + gap, level, level], axis=1)
    x, y = np.maximum(0, left + shift), np.maximum(0, np.minimum(top, page.height - height))
    return np.stack([x, y, x + wide, y + height], axis=-1).astype(np.intp), shift


def _margin(height: int) -> float:
    """Return how far a label reaches beyond the middle of its first and last digit."""
    return 0.8 * PITCH * height


def _busyness(page: Page) -> NDArray[np.float64]:
    """Sum up how much stands where: (H / 8 + 1, W / 8 + 1) integral, about 0 to 1 a place."""
    # Every fourth pixel is enough to see where something stands, and much quicker than all.
    rows, columns = max(1, page.height // _COARSE), max(1, page.width // _COARSE)
    some = cv2.resize(page.pixels, (2 * columns, 2 * rows), interpolation=cv2.INTER_NEAREST)
    small = cv2.resize(some, (columns, rows), interpolation=cv2.INTER_AREA)
    contrast = cv2.absdiff(small, cv2.blur(small, (9, 9)))
    strongest = np.maximum.reduce(cv2.split(contrast))
    # Letters fill a third of their line: what they cover weighs as the whole line.
    return np.asarray(cv2.integral(strongest), np.float64) * (3 / 255)


def _covered(boxes: Corners, busy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weigh what boxes, (..., 4), would cover, in page pixels of full contrast; (...,)."""
    rows, columns = busy.shape
    x, right = (np.minimum(columns - 1, boxes[..., k] // _COARSE) for k in (0, 2))
    y, bottom = (np.minimum(rows - 1, boxes[..., k] // _COARSE) for k in (1, 3))
    total = busy[bottom, right] - busy[y, right] - busy[bottom, x] + busy[y, x]
    return np.asarray(total * (_COARSE * _COARSE), np.float64)


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.right, box.bottom


def _areas(boxes: Corners) -> Corners:
    """Return the areas of boxes, (..., 4), 0 for what has none; (...,)."""
    return _shared(boxes, boxes)


def _shared(boxes: Corners, others: Corners) -> Corners:
    """Count the pixels that boxes and others, (..., 4) each, share; (...,)."""
    first = np.maximum(boxes[..., :2], others[..., :2])
    last = np.minimum(boxes[..., 2:], others[..., 2:])
    sides = np.maximum(last - first, 0)
    return np.asarray(sides[..., 0] * sides[..., 1], np.intp)


def _hidden(options: Corners, frames: Corners) -> Corners:
    """Count the pixels of frames, (N, 4), that each option, (M, 4, 4), covers; (M, 4)."""
    index, other = _meetings(options, frames)
    hidden = np.zeros(options.shape[:2], np.intp)
    np.add.at(hidden, index, _shared(options[index], frames[other][:, None]))
    return hidden


def _chosen(options: Corners, costs: NDArray[np.float64]) -> list[int]:
    """Choose the cheapest option of each label, (N, 4, 4) at (N, 4), one label after the other.

    What is chosen makes the options of later labels dearer by the pixels that it shares with them.
    """
    hulls = _hulls(options)
    places: list[int] = []
    for start in range(0, len(options), _BLOCK):
        index, other = _meetings(options[start : start + _BLOCK], hulls)
        after = other > index + start
        index, later = index[after], other[after]
        shared = _WRITTEN * _shared(options[index + start][:, :, None], options[later][:, None])
        block = costs[start : start + _BLOCK]
        ends = np.searchsorted(index, np.arange(len(block) + 1)).tolist()
        for cost, (first, last) in zip(block, pairwise(ends), strict=True):
            places.append(int(cost.argmin()))
            costs[later[first:last]] += shared[first:last, places[-1]]
    return places


def _meetings(options: Corners, boxes: Corners) -> tuple[Corners, Corners]:
    """Return which options, (M, 4, 4), have a box, (N, 4), near; (P,) each, options ascending."""
    x, y, right, bottom = boxes.T
    found = [np.zeros(0, np.intp)]
    hulls = _hulls(options)
    for start in range(0, len(hulls), _ROWS):
        left, top, end, base = hulls[start : start + _ROWS].T[..., None]
        near = (x < end) & (y < base) & (right > left) & (bottom > top)
        found.append(np.flatnonzero(near) + start * len(boxes))
    return np.divmod(np.concatenate(found), max(1, len(boxes)))


def _hulls(options: Corners) -> Corners:
    """Return the box around each four options; (N, 4, 4) to (N, 4)."""
    return np.concatenate([options[..., :2].min(axis=1), options[..., 2:].max(axis=1)], axis=1)
