"""Decided words -> numbers: combs joined, words parted at slashes and dashes, reading order."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from digitscan.reading.bars import find_bars
from digitscan.reading.beside import SPACED, are_spaced, go_on, run_over
from digitscan.reading.decide import DecidedDigit
from digitscan.reading.find import Word
from digitscan.reading.geometry import Ink, corners, map_box, map_groups
from digitscan.reading.group import borders, chains, comb_rows, linked, reading_order
from digitscan.reading.prepare import Prepared
from digitscan.reading.rulings import Rulings
from digitscan.types import Box, Digit, Ints, Kind, Number

LEAST_SURE_HEIGHT = 12
"""Numbers lower than this, in page pixels, are for review: too few dots a stroke to vouch for."""
SLASH_LEAN, SLASH_HIGH = 15.0, 1.2
"""A slash leans by more degrees, and is more times as high as the digits beside it."""
SLASH_BEYOND = 4.0
"""It leans by so many degrees more than the 1s do."""
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
    by a line that counts as a ruling, those that may go on beside their cell or do, those in a comb
    beside one of the `unread` cells, whose ink may be their next digit, a lone 1 outside every
    cell, which any stroke may be, and those that `are_spaced`.
    """
    words = [one.word for one in said]
    digits, bounds = _placed(page, said)
    alone, joined = _doubts(page, words, [len(one.digits) for one in said], unread)
    numbers = []
    places = [(word.cell, max(word.cell, word.last)) for word in words]
    near = run_over(words, comb_rows(page.combs))
    over = [pair for pair in near if len({said[i].kind for i in pair}) == 1]
    outside = {i for pair in over for i in pair}
    for first, *others in linked(chains(places, page.combs), over):
        one = said[first]
        if others:
            own = [digit for i in (first, *others) for digit in digits[i]]
            confidence = math.prod(said[i].confidence for i in (first, *others))
            doubtful = any(joined[i] or i in outside for i in (first, *others))
            least = 1.0 if doubtful else accept
            numbers.append(Number(tuple(own), confidence, one.kind, confidence < least))
            continue
        for part in _parted(one, bounds[first]):
            own = [digits[first][place] for place in part]
            doubtful = alone[first] or _is_lone_stroke(one.word, own)
            review = one.confidence < (1.0 if doubtful else accept)
            numbers.append(Number(tuple(own), one.confidence, one.kind, review))
    order = reading_order([page.box_upright(number.box) for number in numbers])
    return tuple(numbers[i] for i in order)


def _placed(page: Prepared, said: list[Said]) -> tuple[list[list[Digit]], list[list[list[int]]]]:
    """Place the digits of each word on the page; and box their ink in it: x, y, width, height."""
    every = [digit for one in said for digit in one.digits]
    if not every:
        return [[] for _ in said], [[] for _ in said]
    counts = [len(one.digits) for one in said]
    ink = np.concatenate([digit.ink for digit in every], axis=1)
    starts = np.cumsum([0, *(digit.ink.shape[1] for digit in every[:-1])])
    row, first, end = ink
    x, y = np.minimum.reduceat(first, starts), np.minimum.reduceat(row, starts)
    right, bottom = np.maximum.reduceat(end, starts), np.maximum.reduceat(row, starts) + 1
    corner = np.repeat(corners(one.word.box for one in said)[:, :2], counts, axis=0)
    boxes = map_groups(ink, starts, corner, page.ink.to_page, page.ink.page_size)
    digits = iter([Digit(d.value, d.confidence, box) for d, box in zip(every, boxes, strict=True)])
    bounds = iter(np.stack((x, y, right - x, bottom - y), 1).tolist())
    return (
        [list(itertools.islice(digits, count)) for count in counts],
        [list(itertools.islice(bounds, count)) for count in counts],
    )


def _doubts(
    page: Prepared, words: list[Word], counts: list[int], unread: frozenset[int]
) -> tuple[list[bool], list[bool]]:
    """Tell the words that are for review whatever they say: alone, and in a comb with others.

    `counts` is how many digits each has.
    """
    followers = page.combs.tolist()
    beside = {followers[cell] for cell in unread} - {-1}
    beside |= {cell for cell, right in enumerate(followers) if right in unread}
    least = LEAST_SURE_HEIGHT / page.ink.scale
    # In a field's picture the lines are more often the paper's own.
    doubted = np.array(
        [
            word.cell in beside
            or word.height < least
            or (not page.field and is_struck(page.rulings, word))
            for word in words
        ],
        np.bool_,
    )
    if not page.field:
        doubted |= are_spaced(words, counts, page.rulings.cells, comb_rows(page.combs))
    outside = [word for word in page.words if word.cell < 0]
    penned = [word for word in outside if word.penned]  # beside a comb print may stand as close
    if page.part:  # the cut may run through a box
        doubted |= go_on(words, outside, SPACED)
    alone, joined = (doubted | go_on(words, some) for some in (outside, penned))
    return alone.tolist(), joined.tolist()


def boxes_of(page: Prepared, cells: frozenset[int]) -> tuple[Box, ...]:
    """Return the boxes of cells, page pixels, in reading order."""
    size = page.ink.page_size
    boxes = [map_box(page.rulings.cells[cell], page.ink.to_page, size) for cell in sorted(cells)]
    return tuple(boxes[i] for i in reading_order([page.box_upright(box) for box in boxes]))


def _is_lone_stroke(word: Word, digits: list[Digit]) -> bool:
    """Tell whether a number is a single 1 outside every cell."""
    return word.cell < 0 and [digit.value for digit in digits] == [1]


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


def _parted(one: Said, bounds: list[list[int]]) -> list[Sequence[int]]:
    """Part a word where a slash or a dash stands between two of its digits: their places."""
    places: Sequence[int] = range(len(bounds))
    bare = bounds == one.word.parts.tolist() and all(d.value != 1 for d in one.digits[1:-1])
    if len(bounds) < 2 or bare:
        return [places]
    if slashes := slashes_in(one.word, one.digits, [high for *_, high in bounds]):
        places = [place for place in places if place not in slashes]
        bounds = [bounds[place] for place in places]
    word = one.word
    ends = [0, *borders(word.parts, bounds, word.height, word.labels), len(places)]
    return [places[first:last] for first, last in itertools.pairwise(ends)]


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
