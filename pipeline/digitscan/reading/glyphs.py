"""The first reader: runs of pieces, classified one by one, and what it makes of a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.find import Word
from digitscan.reading.split import Lattice
from digitscan.types import Floats, Gray

NOT_A_DIGIT = 10
"""The network's class for anything but one whole digit."""
_RAISED = np.minimum(np.arange(256) * 5 // 4, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class GlyphDigit:
    """A digit on the best path: value, network probability, and the run it is made of."""

    value: int
    probability: float
    run: int


@dataclass(frozen=True, slots=True, eq=False)
class GlyphText:
    """A text that the first reader finds possible: its digits and its path's score, 0 for certain.

    Scores are on a log scale.
    """

    digits: tuple[GlyphDigit, ...]
    score: float

    @property
    def text(self) -> str:
        """The digits as a string."""
        return "".join(str(digit.value) for digit in self.digits)


@dataclass(frozen=True, slots=True, eq=False)
class GlyphReading:
    """What the first reader makes of a word: the digits on its best path.

    `lead` is by how far they lead the next best text, log scale. `skipped` is the ink that the path
    leaves out, in strokes one digit height long; `odds` is (k,) float32, for each digit the log
    odds of a digit against anything else. `alternatives` are the likeliest texts, best first, the
    reading itself among them: only where another reader is asked, too.
    """

    digits: tuple[GlyphDigit, ...]
    lead: float
    skipped: float
    odds: Floats
    alternatives: tuple[GlyphText, ...] = ()

    @property
    def text(self) -> str:
        """The digits as a string."""
        return "".join([str(digit.value) for digit in self.digits])


def part_inks(word: Word, chosen: Sequence[int]) -> list[Gray]:
    """Cut whole components out of a word, ink bright on 0; one for each index in `chosen`."""
    if not chosen:
        return []
    boxes = word.parts.tolist()
    darkness = raised(word.darkness)
    if _are_apart(boxes):  # there is no other ink in a component's box
        darkness *= (word.labels > 0).view(np.uint8)
        return [darkness[y : y + h, x : x + w] for x, y, w, h in [boxes[i] for i in chosen]]
    inks = []
    for index in chosen:
        x, y, width, height = boxes[index]
        window = (slice(y, y + height), slice(x, x + width))
        inks.append(darkness[window] * (word.labels[window] == index + 1).view(np.uint8))
    return inks


def _are_apart(boxes: Sequence[Sequence[int]]) -> bool:
    """Tell whether boxes, left to right, share no column."""
    end = 0
    for x, _, width, _ in boxes:
        if x < end:
            return False
        end = x + width
    return True


def run_inks(word: Word, lattice: Lattice, wanted: NDArray[np.bool_]) -> list[Gray]:
    """Cut out the `wanted` runs, (R,) bool, ink bright on 0."""
    inks: list[Gray] = []
    darkness = raised(word.darkness)
    for (first, count), (x, y, width, height) in zip(
        lattice.runs[wanted].tolist(), lattice.run_boxes[wanted].tolist(), strict=True
    ):
        window = (slice(y, y + height), slice(x, x + width))
        labels = lattice.labels[window]
        own = (labels > first) & (labels <= first + count)
        inks.append(darkness[window] * own)
    return inks


def known_runs(lattices: Sequence[Lattice], digits: Sequence[Floats]) -> Floats:
    """Return the probabilities of the runs that are a whole component, 0 for others; (R, 11).

    The runs are those of all lattices, at least one. `digits` are (N, 11), the network's
    probabilities of each word's components, 0 where unknown.
    """
    pieces = np.array([len(lattice.boxes) for lattice in lattices])
    runs = np.array([len(lattice.runs) for lattice in lattices])
    before = np.cumsum([0] + [len(digit) for digit in digits[:-1]])
    parts = np.concatenate([lattice.parts for lattice in lattices])
    of = np.where(parts < 0, ~parts, parts) + np.repeat(before, pieces)
    first, count = np.concatenate([lattice.runs for lattice in lattices]).T
    first = first + np.repeat(np.cumsum(pieces) - pieces, runs)
    own, last = of[first], first + count - 1
    alike = (own == of[last]) & (own == of[first + count // 2])  # of MAX_RUN pieces, all
    known: Floats = np.concatenate(digits)[own]
    known[~alike | (count < np.bincount(of)[own])] = 0
    return known


def run_scores(known: Floats, fresh: Floats) -> Floats:
    """Join the scores of all runs, (R, 11): those known before and those of `run_inks`."""
    scores = known.copy()
    scores[~known.any(1)] = fresh
    return scores


def raised(darkness: Gray) -> Gray:
    """Raise the darkness of ink by a quarter, so that full ink is full."""
    return np.asarray(cv2.LUT(darkness, _RAISED), np.uint8)
