"""Decided words -> numbers: combs joined, words parted at slashes and dashes, reading order."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.bars import find_bars
from digitscan.reading.decide import DecidedDigit
from digitscan.reading.find import Word
from digitscan.reading.geometry import Ink, corners, map_box, map_groups
from digitscan.reading.group import borders, chains, reading_order
from digitscan.reading.links import WORD_GAP
from digitscan.reading.prepare import Prepared
from digitscan.reading.rulings import Rulings
from digitscan.types import Box, Digit, Ints, Kind, Number

LEAST_SURE_HEIGHT = 12
"""Numbers lower than this, in page pixels, are for review: too few dots a stroke to vouch for."""
SLASH_LEAN, SLASH_HIGH = 15.0, 1.2
"""A slash leans by more degrees, and is more times as high as the digits beside it."""
SLASH_BEYOND = 4.0
"""It leans by so many degrees more than the 1s do."""
SPACED = 2.5
"""Single digits outside every cell, side by side at so many heights, may be of one number."""
AS_HIGH = 0.6
"""Ink beside a cell shares so much of the height of a number in it where the number may go on."""
STRUCK = 0.7
"""Part of a word's width that a line through its middle takes to strike it."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What a word was decided to say: its digits, left to right, and how sure that is."""

    word: Word
    kind: Kind
    digits: tuple[DecidedDigit, ...]
    confidence: float


def numbers_of(
    page: Prepared, said: list[Said], unread: frozenset[int], accept: float
) -> tuple[Number, ...]:
    """Make numbers of words in reading order.

    Those less sure than `accept` are for review, those too small to vouch for, those struck through
    by a line that counts as a ruling, those that may go on beside their cell, those in a comb
    beside one of the `unread` cells, whose ink may be their next digit, a lone 1 outside every
    cell, which any stroke may be, and single digits side by side outside cells.
    """
    followers = page.combs.tolist()
    beside = {followers[cell] for cell in unread} - {-1}
    beside |= {cell for cell, right in enumerate(followers) if right in unread}
    least_height = LEAST_SURE_HEIGHT / page.scale
    outside = [word for word in page.words if word.cell < 0]
    words = [one.word for one in said]
    going_on = go_on(words, outside)
    penned = go_on(words, [word for word in outside if word.penned])
    spaced = np.zeros(len(said), np.bool_) if page.field else are_spaced(said)
    bounds = iter(_bounds([digit.ink for one in said for digit in one.digits]))
    own = [list(itertools.islice(bounds, len(one.digits))) for one in said]
    parts: list[list[Said]] = []
    accepted: list[float] = []
    places = [(one.word.cell, max(one.word.cell, one.word.last)) for one in said]
    for group in chains(places, page.combs):
        if len(group) > 1:
            found = [[said[i] for i in group]]
        else:
            found = [[part] for part in _parted(said[group[0]], own[group[0]])]
        doubtful = any(said[i].word.cell in beside for i in group)
        # Beside a comb print may stand as close.
        doubtful |= bool(going_on[group[0]] if len(group) == 1 else penned[group].any())
        doubtful |= min(said[i].word.height for i in group) < least_height
        doubtful |= bool(spaced[group[0]])
        # In a field's picture the lines are more often the paper's own.
        doubtful |= not page.field and any(is_struck(page.rulings, said[i].word) for i in group)
        parts += found
        accepted += [1.0 if doubtful or _is_lone_stroke(part) else accept for part in found]
    numbers = _numbers(page, parts, accepted)
    order = reading_order([page.box_upright(number.box) for number in numbers])
    return tuple(numbers[i] for i in order)


def boxes_of(page: Prepared, cells: frozenset[int]) -> tuple[Box, ...]:
    """Return the boxes of cells, page pixels, in reading order."""
    size = page.ink.page_size
    boxes = [map_box(page.rulings.cells[cell], page.ink.to_page, size) for cell in sorted(cells)]
    return tuple(boxes[i] for i in reading_order([page.box_upright(box) for box in boxes]))


def _is_lone_stroke(part: list[Said]) -> bool:
    """Tell whether a number is a single 1 outside every cell."""
    (first, *others) = part
    return not others and first.word.cell < 0 and [d.value for d in first.digits] == [1]


def go_on(words: Sequence[Word], outside: Sequence[Word]) -> NDArray[np.bool_]:
    """Tell which numbers in cells may go on beside them: ink as high follows at a digit's gap.

    `outside` are words outside every cell; (W,) bool.
    """
    own = corners(word.box for word in words)[:, :, None]
    height = np.array([word.height for word in words], np.float64)[:, None]
    left, top, right, bottom = corners(word.box for word in outside).T
    gap = np.maximum(left - own[:, 2], own[:, 0] - right)
    shared = np.minimum(bottom, own[:, 3]) - np.maximum(top, own[:, 1])
    near = (gap < WORD_GAP * height) & (shared > AS_HIGH * height)
    inside = np.array([word.cell >= 0 for word in words], np.bool_)
    return np.asarray(near.any(axis=1) & inside, np.bool_)


def are_spaced(said: Sequence[Said]) -> NDArray[np.bool_]:
    """Tell the single digits that stand side by side outside every cell, or in one large one; (N,).

    The boxes around them may not have been found: then they are one number.
    """
    found = np.zeros(len(said), np.bool_)
    lone = [i for i, one in enumerate(said) if len(one.digits) == 1]
    left, top, right, bottom = corners(said[i].word.box for i in lone).T.astype(np.float64)
    cell = np.array([said[i].word.cell for i in lone], np.int32)
    high = bottom - top
    gap = left - right[:, None]
    shared = np.minimum(bottom, bottom[:, None]) - np.maximum(top, top[:, None])
    least = np.minimum(high, high[:, None])
    near = (cell == cell[:, None]) & (gap > -0.5 * least) & (gap < SPACED * least)
    near &= (shared > AS_HIGH * least) & ~np.eye(len(lone), dtype=np.bool_)
    found[lone] = (near | near.T).any(axis=1)
    return found


def is_struck(rulings: Rulings, word: Word) -> bool:
    """Tell whether a ruling runs through the middle of a word: a strike may count as one.

    The border of its own cell is none.
    """
    box, inset = word.box, word.box.height // 4
    top, bottom = box.y + inset, box.bottom - inset
    if word.cell >= 0:
        cell = rulings.cells[word.cell]
        top, bottom = max(top, cell.y), min(bottom, cell.bottom)
    band = rulings.horizontal[top : max(top, bottom), box.x : box.right]
    if not band.size or cv2.countNonZero(band) <= STRUCK * band.shape[1]:
        return False
    return bool((band > 0).any(axis=0).mean() > STRUCK)


def _parted(one: Said, bounds: list[list[int]]) -> list[Said]:
    """Part a word where a slash or a dash stands between two of its digits."""
    bare = bounds == one.word.parts.tolist() and all(d.value != 1 for d in one.digits[1:-1])
    if len(one.digits) < 2 or bare:
        return [one]
    slashes = slashes_in(one.word, one.digits, [high for *_, high in bounds])
    if slashes:
        kept = [place for place in range(len(bounds)) if place not in slashes]
        one = replace(one, digits=tuple(one.digits[place] for place in kept))
        bounds = [bounds[place] for place in kept]
    word = one.word
    ends = [0, *borders(word.parts, bounds, word.height, word.labels), len(one.digits)]
    return [
        Said(one.word, one.kind, one.digits[first:last], one.confidence)
        for first, last in itertools.pairwise(ends)
    ]


def slashes_in(word: Word, digits: Sequence[DecidedDigit], heights: Sequence[int]) -> list[int]:
    """Return the places of the 1s between digits that are slashes: bare, leaning, higher than they.

    Where a writer's 1s lean as much none of them is. `heights` are those of the digits' ink.
    """
    ones = [place for place, digit in enumerate(digits) if digit.value == 1]
    parts = word.parts[:, 3].tolist()
    high = []
    for place in ones:
        if 0 < place < len(digits) - 1:
            least = SLASH_HIGH * statistics.median([*heights[:place], *heights[place + 1 :]])
            if max(parts) > least:  # to tell which component it is costs more
                component = _component(word.labels, digits[place].ink)
                if component and parts[component - 1] > least:
                    high.append(place)
    if not high:  # to tell how they lean costs more
        return []
    lean = {place: _lean(word.labels, digits[place].ink) for place in ones}
    slashes = [place for place in high if lean[place] > SLASH_LEAN]
    usual = max((lean[place] for place in ones if place not in slashes), default=0.0)
    return [] if any(lean[place] < usual + SLASH_BEYOND for place in slashes) else slashes


def _component(labels: Ints, ink: Ink) -> int:
    """Return the label of the component that most of a digit's ink is of, 0 for none."""
    rows, first, end = ink
    height, width = labels.shape
    # Ink that was too faint for the contours may lie beside the word.
    inside = rows.clip(0, height - 1), first.clip(0, width - 1)
    return int(np.bincount(labels[inside], end - first).argmax())


def _lean(labels: Ints, ink: Ink) -> float:
    """Return how far the component of a digit's ink leans, 0 if it is no bare stroke."""
    component = _component(labels, ink)
    lean, straight = find_bars(labels == component, 1)
    return float(lean[0]) if component and straight[0] else 0.0


def _bounds(groups: Sequence[Ink]) -> list[list[int]]:
    """Return the box of each digit's ink in its word: x, y, width, height."""
    if not groups:
        return []
    starts = np.cumsum([0] + [len(rows) for rows, *_ in groups[:-1]])
    rows, first, end = (np.concatenate(along) for along in zip(*groups, strict=True))
    x, y = np.minimum.reduceat(first, starts), np.minimum.reduceat(rows, starts)
    right, bottom = np.maximum.reduceat(end, starts), np.maximum.reduceat(rows, starts) + 1
    boxes: list[list[int]] = np.stack((x, y, right - x, bottom - y), 1).tolist()
    return boxes


def _numbers(page: Prepared, parts: list[list[Said]], accepted: list[float]) -> list[Number]:
    """Make numbers, each of the words of neighbouring comb cells or of one word."""
    every = [(one.word.box, digit.ink) for part in parts for one in part for digit in one.digits]
    boxes = iter(
        map_groups(
            [ink for _, ink in every],
            [(box.x, box.y) for box, _ in every],
            page.ink.to_page,
            page.ink.page_size,
        )
    )
    numbers = []
    for part, accept in zip(parts, accepted, strict=True):
        digits = tuple(
            Digit(digit.value, digit.confidence, next(boxes))
            for said in part
            for digit in said.digits
        )
        confidence = math.prod(said.confidence for said in part)
        numbers.append(Number(digits, confidence, part[0].kind, confidence < accept))
    return numbers
