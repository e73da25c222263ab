"""Joined and broken digits: a word's ink -> pieces, and runs of adjacent pieces.

Heuristic over-segmentation (LeCun et al. 1998, section V): cut wherever a border between digits
could be, so that every digit is one run of 1 to 3 adjacent pieces; the reader chooses the runs.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.bars import find_bars
from digitscan.reading.components import places
from digitscan.reading.cuts import find_cuts
from digitscan.reading.find import Word
from digitscan.reading.punctuation import TALL, find_marks
from digitscan.reading.stretches import Stretches, stretches_of
from digitscan.types import Ints

JOINED_WIDTH = 0.6
"""A component narrower than this share of the digit height is not cut."""
MAX_RUN = 3
"""Most pieces in one digit."""
RUN_GAP = 0.45
"""Widest gap between the pieces of one digit, in digit heights."""
RUN_WIDTH = 1.9
"""Widest digit, in digit heights."""


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """The pieces of a word and the runs of them that may be one digit; word pixels.

    `labels` is (h, w) int32: 0 for no ink, 1..P for the pieces, left to right. `boxes` is (P, 4)
    int32 (x, y, width, height) and `parts` (P,) int32, which of the word's components each is, ~i
    for a part of component i. `runs` is (R, 2) int32: first piece (from 0) and count; `run_boxes`
    (R, 4) int32.
    """

    labels: Ints
    boxes: Ints
    parts: Ints
    runs: Ints
    run_boxes: Ints


def split_words(
    words: Sequence[Word], whole: Sequence[NDArray[np.bool_]], stroke: float
) -> list[Lattice]:
    """Cut each word into pieces and list its runs, as `split` does.

    Most are whole digits beside one another, which is told for all words at once.
    """
    if not words:
        return []
    counts = np.array([len(word.parts) for word in words])
    begin = np.cumsum(counts) - counts
    x, _, width, high = np.concatenate([word.parts for word in words]).T
    follows = np.append(x[1:], 0)
    follows[begin - 1] = np.iinfo(np.int32).max  # none follows the last one of a word
    least = np.repeat(TALL * np.array([word.height for word in words]), counts)
    clear = np.concatenate(whole) & (high > least) & (x + width <= follows)
    plain = np.logical_and.reduceat(clear, begin).tolist()
    return [
        _singles(word) if known else split(word, own, stroke)
        for word, own, known in zip(words, whole, plain, strict=True)
    ]


def _singles(word: Word) -> Lattice:
    """Return the lattice of a word whose components are a digit each, beside one another."""
    return Lattice(word.labels, word.parts, *_alone(len(word.parts)), word.parts)


@cache
def _alone(count: int) -> tuple[Ints, Ints]:
    """Return so many pieces that are a component each, and the runs of one piece; unchangeable."""
    pieces = np.arange(count, dtype=np.int32)
    runs = np.stack((pieces, np.ones_like(pieces)), 1)
    for array in (pieces, runs):
        array.setflags(write=False)
    return pieces, runs


def split(word: Word, whole: NDArray[np.bool_], stroke: float) -> Lattice:
    """Cut a word into pieces and list the runs.

    Parameters
    ----------
    word
        The word to cut.
    whole
        (N,) bool, true for each component that surely is one digit.
    stroke
        Stroke width in working pixels.
    """
    kept = np.flatnonzero(~find_marks(word.parts, word.height)).tolist()
    boxes: list[list[int]] = word.parts.tolist()
    cuts = [[] if whole[index] else _cuts_in(word, index, boxes[index], stroke) for index in kept]
    if kept and not any(cuts):
        ends = [(boxes[index][0], boxes[index][0] + boxes[index][2]) for index in kept]
        if all(end <= begin for (_, end), (begin, _) in itertools.pairwise(ends)):
            return _uncut(word, kept, whole[kept])
    parts: list[int] = []
    digits: list[bool] = []
    number = np.zeros(len(word.parts) + 1, np.int32)
    for index, some in zip(kept, cuts, strict=True):
        number[index + 1] = len(parts) + 1
        parts += [~index] * (len(some) + 1) if some else [index]
        digits += [bool(whole[index])] * (len(some) + 1)
    labels = number.take(word.labels)
    for index, some in zip(kept, cuts, strict=True):
        x, y, width, height = word.parts[index].tolist()
        window = (slice(y, y + height), slice(x, x + width))
        for cut in some:  # what lies beyond it is the next piece
            beyond = np.arange(width, dtype=np.int32) > cut[:, None]
            labels[window] += beyond & (word.labels[window] == index + 1)
    return lattice_of(labels, parts, digits, word.height)


def _cuts_in(word: Word, index: int, box: list[int], stroke: float) -> list[Ints]:
    """Find where a component may be cut: where it is wide and no bar; as `find_cuts` gives them."""
    x, y, width, height = box
    if width <= JOINED_WIDTH * word.height or height <= 0.3 * word.height:
        return []
    part = (word.labels[y : y + height, x : x + width] == index + 1).astype(np.uint8)
    return [] if find_bars(part, 1)[1][0] else find_cuts(part, stroke, word.height)


def _uncut(word: Word, kept: list[int], whole: NDArray[np.bool_]) -> Lattice:
    """Return the lattice of a word whose pieces are its `kept` components, beside one another."""
    labels, boxes = word.labels, word.parts[kept]
    if len(kept) < len(word.parts):
        number = np.zeros(len(word.parts) + 1, np.int32)
        number[np.array(kept) + 1] = np.arange(1, len(kept) + 1)
        labels = number.take(labels)
    runs, run_boxes = list_runs(boxes, whole, word.height)
    return Lattice(labels, boxes, np.array(kept, np.int32), runs, run_boxes)


def lattice_of(labels: Ints, parts: Sequence[int], whole: Sequence[bool], height: float) -> Lattice:
    """Order labelled pieces left to right by their mass and list their runs.

    Parameters
    ----------
    labels
        (h, w) int32, 0 for no ink, from 1 on for the pieces in any order; a label may be missing.
    parts
        The component that each piece is, by label, ~i for a part of component i.
    whole
        Which pieces surely are one digit, by label.
    height
        Digit height in the same pixels.
    """
    count = len(parts)
    rows, columns = places(labels > 0)
    owner = labels[rows, columns]
    areas = np.bincount(owner, minlength=count + 1)[1:]
    mass = np.bincount(owner, weights=columns, minlength=count + 1)[1:] / np.maximum(areas, 1)
    order = np.argsort(np.where(areas > 0, mass, np.inf), kind="stable")[: np.count_nonzero(areas)]
    if not np.array_equal(order, np.arange(count)):
        rank = np.zeros(count + 1, np.int32)
        rank[order + 1] = np.arange(1, len(order) + 1)
        owner, labels = rank[owner], rank[labels]
    owner = owner - 1
    left, right = _extent(owner, columns, len(order), labels.shape[1])
    top, bottom = _extent(owner, rows, len(order), labels.shape[0])
    boxes = np.stack((left, top, right - left, bottom - top), 1).astype(np.int32)
    own = np.array(parts, np.int32)[order]
    runs, run_boxes = list_runs(boxes, np.array(whole, np.bool_)[order], height)
    return Lattice(labels, boxes, own, runs, run_boxes)


def _extent(owner: Ints, places: Ints, count: int, size: int) -> tuple[Ints, Ints]:
    """Return the first place of each owner's pixels along one axis, and the end; (count,) each."""
    taken = np.zeros((count, size), np.bool_)
    taken[owner, places] = True
    return taken.argmax(1), size - taken[:, ::-1].argmax(1)


def list_runs(boxes: Ints, whole: NDArray[np.bool_], height: float) -> tuple[Ints, Ints]:
    """List the runs of 1 to 3 adjacent pieces that could be one digit by size and gaps.

    At most one of them is `whole`.

    Parameters
    ----------
    boxes
        (P, 4) int32 piece boxes in reading order.
    whole
        (P,) bool, true for each piece that surely is one digit.
    height
        Digit height in the same pixels.

    Returns
    -------
    tuple[Ints, Ints]
        (R, 2) first piece and count, and (R, 4) the boxes around the runs.
    """
    runs: list[tuple[int, int]] = []
    around: list[tuple[int, int, int, int]] = []
    pieces, digit = boxes.tolist(), whole.tolist()
    for first, (x, y, width, high) in enumerate(pieces):
        left, top, right, bottom = x, y, x + width, y + high
        runs.append((first, 1))
        around.append((left, top, right - left, bottom - top))
        for last in range(first + 1, min(first + MAX_RUN, len(pieces))):
            x, y, width, high = pieces[last]
            if x - right > RUN_GAP * height or digit[first : last + 1].count(True) > 1:
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


def ink_of(lattices: Sequence[Lattice]) -> Stretches:
    """Return the ink of the pieces of words, counted through all of them."""
    return stretches_of(
        [lattice.labels for lattice in lattices], [len(lattice.boxes) for lattice in lattices]
    )
