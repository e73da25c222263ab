"""From the strip network's two heads to the likeliest digit strings and their boxes.

The center head says where digits are and which; the CTC head, which looks at whole columns, says
what string stands there. A string's score is the sum of both log probabilities, so that each head
corrects the other: the center head brings the candidates, CTC weighs them as wholes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import log
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.strip_format import (
    BLANK,
    CLASSES,
    OBJECTNESS,
    OFFSET_UNIT,
    OFFSETS,
    PRINTED,
    SIZES,
    STRIDE,
    USUAL_HEIGHT,
    USUAL_WIDTH,
)
from digitscan.types import Floats

FAINTEST = 0.08
"""Objectness below which a peak of the center head is no candidate."""
SAME_PLACE = 0.5
"""Candidates that overlap by more than this (IoU) are one digit seen twice."""
INSIDE = 0.85
"""So are those of which the smaller lies in the other by more than this share."""
BEAM = 24
"""Strings kept while candidates are added one by one."""
LEAST_CLASS = 0.01
"""Probability below which a class of a candidate is not tried; at most three are."""
NO_BOXES = -7.0
"""Center score of a string that only the CTC head proposes, at best."""


@dataclass(frozen=True, slots=True)
class Place:
    """One digit of a string: value, probability, and its box (left, top, right, bottom).

    The box is in pixels of the network's input and need not be whole; `printed` are the log odds
    that a machine set it.
    """

    value: int
    probability: float
    box: tuple[float, float, float, float]
    printed: float


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Places that may hold a digit, from left to right.

    `objectness` is (N,), `classes` (N, 10) probabilities, `boxes` (N, 4) left, top, right, bottom,
    `printed` (N,) log odds of print.
    """

    objectness: Floats
    classes: Floats
    boxes: Floats
    printed: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What one look at a strip says: log probabilities by column, and strings with their places.

    `columns` is (T, 11) float32; `strings` maps a text to its center score and places; `floor` is
    the center score that texts not among them get.
    """

    columns: Floats
    strings: dict[str, tuple[float, tuple[Place, ...]]]
    floor: float


def log_softmax(logits: Floats) -> Floats:
    """Turn logits into log probabilities along the last axis."""
    shifted = logits - logits.max(-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)), np.float32)


def candidates(center: Floats) -> Candidates:
    """Find the peaks of the center head's map, (12, W/4, 16) logits, one for each place."""
    found = 1 / (1 + np.exp(-center[..., OBJECTNESS]))
    peaks = (found >= cv2.dilate(found, np.ones((3, 3), np.uint8))) & (found > FAINTEST)
    rows, columns = np.nonzero(peaks)
    order = np.argsort(-found[rows, columns], kind="stable")
    rows, columns = rows[order], columns[order]
    cells = center[rows, columns]
    middles = np.stack([columns, rows], -1) * STRIDE + STRIDE / 2 + OFFSET_UNIT * cells[:, OFFSETS]
    sizes = np.exp(np.clip(cells[:, SIZES], -2, 2)) * [USUAL_WIDTH, USUAL_HEIGHT]
    boxes = np.hstack([middles - sizes / 2, middles + sizes / 2])
    sides = boxes.tolist()
    kept: list[int] = []
    for index, box in enumerate(sides):
        if not any(_same_place(box, sides[other]) for other in kept):
            kept.append(index)
    kept.sort(key=lambda index: sides[index][0] + sides[index][2])
    return Candidates(
        np.asarray(found[rows, columns][kept], np.float32),
        np.exp(log_softmax(cells[kept][:, CLASSES])),
        np.asarray(boxes[kept], np.float32),
        cells[kept][:, PRINTED],
    )


def _same_place(a: Sequence[float], b: Sequence[float]) -> bool:
    """Tell whether two boxes (left, top, right, bottom) are the same digit seen twice."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return False
    shared = wide * high
    area_a, area_b = (a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1])
    together = area_a + area_b - shared
    return shared / together > SAME_PLACE or shared / min(area_a, area_b) > INSIDE


Spelled: TypeAlias = tuple[float, str, tuple[Place, ...]]
"""A choice of candidates and their classes: its log score, its text, where each digit is."""


def likely_strings(found: Candidates) -> list[Spelled]:
    """List the likeliest choices of candidates and their classes, best first."""
    beam: list[Spelled] = [(0.0, "", ())]
    for options in _options(found):
        longer = [
            (score + gain, text + sign, (*places, *place))
            for gain, sign, place in options
            for score, text, places in beam
        ]
        longer.sort(key=lambda entry: -entry[0])
        beam = longer[:BEAM]
    return beam


def _options(found: Candidates) -> list[list[Spelled]]:
    """List what each candidate may be, no digit or one."""
    likeliest = np.argsort(-found.classes, axis=1, kind="stable")[:, :3].tolist()
    candidate = zip(
        found.objectness.tolist(),
        likeliest,
        found.classes.tolist(),
        map(tuple, found.boxes.tolist()),
        found.printed.tolist(),
        strict=True,
    )
    every = []
    for objectness, values, classes, box, printed in candidate:
        here = min(max(objectness, 0.02), 0.98)
        # The map's peaks run low where digits touch: a likely place is trusted more than it says.
        taken = here**0.5 if here > 0.3 else here
        options: list[Spelled] = [(log(1 - min(taken, 0.98)), "", ())]
        for value in values:
            if classes[value] < LEAST_CLASS:
                break
            place = Place(value, objectness * classes[value], box, printed)
            options.append((log(taken) + log(classes[value]), str(value), (place,)))
        every.append(options)
    return every


def greedy_text(columns: Floats) -> str:
    """Read the CTC head alone, (T, 11): the best class of each column, repeats and blanks out."""
    best = columns.argmax(-1).tolist()
    return "".join(str(value) for value, _ in groupby(best) if value != BLANK)


def ctc_log_probabilities(columns: Floats, texts: Sequence[Sequence[str]]) -> list[Floats]:
    """Compute the log probability of texts, each summed over its alignments.

    The forward recursion of Graves et al. (ICML 2006, eq. 6), all texts at once.

    Parameters
    ----------
    columns
        (S, T, 11) log probabilities of S strips of one width.
    texts
        What may stand in each of the strips.

    Returns
    -------
    list[Floats]
        For each strip (len(texts),).
    """
    counts = [len(proposed) for proposed in texts]
    every = [text for proposed in texts for text in proposed]
    length = 2 * max((len(text) for text in every), default=0) + 1
    signs = np.full((len(every), length), BLANK)
    for row, text in enumerate(every):
        signs[row, 1 : 2 * len(text) : 2] = [int(c) for c in text]
    skips = np.zeros(signs.shape)
    skips[:, 2:] = (signs[:, 2:] != BLANK) & (signs[:, 2:] != signs[:, :-2])
    # Plain products: what is less likely than the smallest double counts as impossible.
    likely = np.exp(columns.astype(np.float64)).swapaxes(0, 1).reshape(columns.shape[1], -1)
    signs += (BLANK + 1) * np.repeat(np.arange(len(texts)), counts)[:, None]  # of each strip's own
    forward = np.zeros((len(every), length + 2))  # two columns of padding before the first sign
    forward[:, 2:4] = likely[0].take(signs[:, :2])
    for column in likely[1:]:
        reached = skips * forward[:, :-2]
        reached += forward[:, 1:-1]
        reached += forward[:, 2:]
        np.multiply(reached, column.take(signs), out=forward[:, 2:])
    ends = 2 * np.array([len(text) for text in every], int) + 2
    rows = np.arange(len(every))
    both = forward[rows, ends] + forward[rows, ends - 1]  # an empty text's second is padding
    logs = np.log(np.maximum(both, np.finfo(np.float64).tiny)).astype(np.float32)
    return np.split(logs, np.cumsum(counts)[:-1])


def evidence(center: Floats, ctc: Floats) -> Evidence:
    """Gather what both heads say: center (12, W/4, 16) and ctc (W/4, 11) logits of one strip."""
    columns = log_softmax(ctc)
    beam = likely_strings(candidates(center))
    strings: dict[str, tuple[float, tuple[Place, ...]]] = {}
    for score, text, places in beam:
        strings.setdefault(text, (score, places))
    floor = min(NO_BOXES, beam[-1][0] - 1)
    text, most_likely = greedy_text(columns), beam[0][2]
    if text not in strings and len(text) == len(most_likely):  # same places, other digits
        renamed = tuple(
            replace(place, value=int(sign)) for sign, place in zip(text, most_likely, strict=True)
        )
        strings[text] = floor, renamed
    return Evidence(columns, strings, floor)


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A text, its score (log scale, mean over the looks) and where its digits are.

    `look` is the index of the look whose places these are.
    """

    text: str
    score: float
    places: tuple[Place, ...]
    look: int


def rank(strips: Sequence[Sequence[Evidence]]) -> list[list[Ranked]]:
    """Rank for each strip all texts that any look at it proposes with boxes, best first."""
    texts = [sorted({text for look in looks for text in look.strings}) for looks in strips]
    scores = [np.zeros(len(proposed)) for proposed in texts]
    for strip, look, by_column in _by_column(strips, texts):
        by_place = [
            look.strings[text][0] if text in look.strings else look.floor for text in texts[strip]
        ]
        # A look that misses a digit altogether should not veto what all others see.
        scores[strip] += (np.maximum(by_column, -20.0) + by_place) / len(strips[strip])
    return [_sorted(*entry) for entry in zip(strips, texts, scores, strict=True)]


def _by_column(
    strips: Sequence[Sequence[Evidence]], texts: Sequence[Sequence[str]]
) -> Iterator[tuple[int, Evidence, Floats]]:
    """Ask the CTC head of every look for its strip's texts: strip, look, (len(texts),) logs."""
    width: defaultdict[int, list[tuple[int, Evidence]]] = defaultdict(list)
    for strip, looks in enumerate(strips):
        for look in looks:
            width[len(look.columns)].append((strip, look))
    for same in width.values():
        columns = np.stack([look.columns for _, look in same])
        logs = ctc_log_probabilities(columns, [texts[strip] for strip, _ in same])
        for (strip, look), by_column in zip(same, logs, strict=True):
            yield strip, look, by_column


def _sorted(
    looks: Sequence[Evidence], texts: Sequence[str], scores: NDArray[np.float64]
) -> list[Ranked]:
    """Put one strip's texts in order, each with the places of the first look that proposes it."""
    ranked = []
    for text, score in zip(texts, scores.tolist(), strict=True):
        index = next(i for i, look in enumerate(looks) if text in look.strings)
        ranked.append(Ranked(text, score, looks[index].strings[text][1], index))
    return sorted(ranked, key=lambda entry: (-entry.score, entry.text))
