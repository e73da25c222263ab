"""The first reader: runs of pieces, classified one by one, and the best path through them.

Heuristic over-segmentation with a segmentation graph (LeCun et al. 1998, section VI): every run
of pieces is an arc with the network's score; the reading is the path of highest score.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.bars import find_bars
from digitscan.reading.crop import mnist_crop
from digitscan.reading.find import Ints, Word
from digitscan.reading.split import Lattice
from digitscan.types import Floats, Gray

NOT_A_DIGIT = 10
"""The network's class for anything but one whole digit."""
SIZE_WEIGHT = 2.0
"""Weight of a size that does not fit the word against the network's log probability."""
SKIP_WEIGHT = 5.0
"""Cost of leaving out a stroke one digit height long."""
LEAST_LEAN = 15.0
"""Degrees beyond the writing's slant from which a straight stroke may be a slash."""
HIGHER = 1.15
"""Or it stands between digits and is so many times as high."""
SLASH_DOUBT = 1.5
"""Log score that such a stroke loses as a digit."""
SLASH_SKIP = -0.7
"""Score of leaving it out, at least."""
MAX_PATHS = 6
"""Paths kept at each border; only the best and the next best text are used."""


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
    """What the first reader makes of a word.

    `alternatives` are the likeliest texts, best first: the first is the reading. `skipped` is the
    ink that its path leaves out, in strokes one digit height long; `odds` is (k,) float32, for each
    of its digits the log odds of a digit against anything else.
    """

    alternatives: tuple[GlyphText, ...]
    skipped: float
    odds: Floats

    @property
    def digits(self) -> tuple[GlyphDigit, ...]:
        """The digits on the best path."""
        return self.alternatives[0].digits

    @property
    def text(self) -> str:
        """The digits as a string."""
        return self.alternatives[0].text


def part_crops(word: Word, chosen: Ints) -> list[Gray]:
    """Crop whole components of a word; one (28, 28) uint8 for each index in `chosen`."""
    crops = []
    for index in chosen.tolist():
        x, y, width, height = word.parts[index].tolist()
        window = (slice(y, y + height), slice(x, x + width))
        crops.append(mnist_crop(_ink(word.darkness[window], word.labels[window] == index + 1)))
    return crops


def run_crops(word: Word, lattice: Lattice, digit: Floats) -> list[Gray]:
    """Crop the runs that are not known yet; one (28, 28) uint8 a run.

    `digit` is (N, 11), the network's probabilities of the word's components, 0 where unknown.
    """
    crops = []
    unknown = ~_known_runs(lattice, digit).any(1)
    for (first, count), (x, y, width, height) in zip(
        lattice.runs[unknown].tolist(), lattice.run_boxes[unknown].tolist(), strict=True
    ):
        window = (slice(y, y + height), slice(x, x + width))
        labels = lattice.labels[window]
        own = (labels > first) & (labels <= first + count)
        crops.append(mnist_crop(_ink(word.darkness[window], own)))
    return crops


def run_scores(lattice: Lattice, digit: Floats, fresh: Floats) -> Floats:
    """Join the scores of all runs, (R, 11): those known by `digit` and those of `run_crops`."""
    scores = _known_runs(lattice, digit)
    scores[~scores.any(1)] = fresh
    return scores


def _known_runs(lattice: Lattice, digit: Floats) -> Floats:
    """Return the probabilities of the runs that are a whole component, 0 for others; (R, 11)."""
    first, count = lattice.runs.T
    part = np.where(count == 1, lattice.parts[first], -1)
    return np.concatenate((digit, np.zeros((1, digit.shape[1]), np.float32)))[part]


_RAISED = np.minimum(np.arange(256) * 5 // 4, 255).astype(np.uint8)


def _ink(darkness: Gray, own: NDArray[np.bool_]) -> Gray:
    """Keep the darkness of a glyph's own ink, a little raised so that full ink is full."""
    return np.asarray(cv2.LUT(darkness * own, _RAISED), np.uint8)


def read_lattice(
    lattice: Lattice, probability: Floats, height: float, stroke: float
) -> GlyphReading:
    """Find the best path through a word's runs.

    Parameters
    ----------
    lattice
        The pieces and runs.
    probability
        (R, 11) float32 of each run: ten digits, then not one whole digit.
    height, stroke
        Digit height and stroke width in the lattice's pixels.
    """
    bars = leaning_bars(lattice, height)
    arcs = _arcs(lattice, probability, height, bars)
    skips = _skip_costs(lattice, probability, height, stroke)
    skips = np.where(bars, np.maximum(skips, SLASH_SKIP), skips)
    paths = best_paths(len(lattice.boxes), arcs, skips)
    texts = tuple(
        GlyphText(tuple(GlyphDigit(v, float(probability[run, v]), run) for run, v in path), score)
        for score, path in paths
    )
    chosen = paths[0][1]
    used = {
        piece for run, _ in chosen for piece in range(lattice.runs[run, 0], lattice.runs[run].sum())
    }
    left_out = [lattice.areas[piece] for piece in range(len(lattice.areas)) if piece not in used]
    skipped = float(sum(left_out)) / (stroke * height)
    junk = probability[[run for run, _ in chosen], NOT_A_DIGIT].clip(1e-4, 1 - 1e-4)
    return GlyphReading(texts, skipped, np.log1p(-junk) - np.log(junk))


Arc = tuple[int, int, int, int, float]
"""First piece, count of pieces, run, value, score."""


def leaning_bars(lattice: Lattice, height: float) -> NDArray[np.bool_]:
    """Tell the pieces that are one straight stroke leaning right: more than the rest, or higher.

    (P,) bool. As high as a digit, they may be a slash as well as a 1.
    """
    lean, straight = find_bars(lattice.labels, len(lattice.boxes))
    tall = lattice.boxes[:, 3]
    high = tall > 0.8 * height
    bars = straight & high & (lean > LEAST_LEAN) & (lean < 60)
    others = high & ~straight
    if bars.any() and others.any():
        aslant = lean > np.clip(np.median(lean[others]), 0, 40) + LEAST_LEAN
        higher = tall > HIGHER * np.median(tall[others])
        higher[[0, -1]] = False
        bars &= aslant | higher
    return np.asarray(bars, np.bool_)


def _arcs(
    lattice: Lattice, probability: Floats, height: float, bars: NDArray[np.bool_]
) -> list[Arc]:
    """Score the two likeliest digits of every run by network and size."""
    logs = np.log(np.maximum(probability, 1e-6))
    wide = lattice.run_boxes[:, 2] / height
    high = lattice.run_boxes[:, 3] / height
    misfit = 6 * np.maximum(0, 0.62 - high) + 1.5 * np.maximum(0, high - 1.6)
    misfit += 3 * np.maximum(0, wide - 1.35)
    size = -SIZE_WEIGHT * misfit - 4.0 * (high < 0.42)
    size -= SLASH_DOUBT * (bars[lattice.runs[:, 0]] & (lattice.runs[:, 1] == 1))
    top = np.argsort(-probability[:, :NOT_A_DIGIT], axis=1)[:, :2]
    scores = np.take_along_axis(logs, top, 1) * lattice.runs[:, 1:] + size[:, None]
    arcs = zip(lattice.runs.tolist(), top.tolist(), scores.tolist(), strict=True)
    return [
        (first, count, run, value, score)
        for run, ((first, count), values, both) in enumerate(arcs)
        for value, score in zip(values, both, strict=True)
    ]


def _skip_costs(lattice: Lattice, probability: Floats, height: float, stroke: float) -> Floats:
    """Score leaving a piece out: dear for much ink, cheap for a dot or what is surely junk."""
    junk = np.log(np.maximum(probability[:, NOT_A_DIGIT], 1e-6))
    single = lattice.runs[:, 1] == 1
    length = lattice.areas / (stroke * height)
    cost = -SKIP_WEIGHT * np.maximum(0, length - 0.12) + 0.3 * np.maximum(junk[single], -4)
    high, wide = lattice.boxes[:, 3] / height, lattice.boxes[:, 2] / height
    mark = (high < 0.35) & (wide < 0.9)
    dash = (high < 0.35) & ~mark
    cost = np.where(mark, np.maximum(cost, -0.25), np.where(dash, np.maximum(cost, -1.0), cost))
    return np.asarray(cost, dtype=np.float32)


Path = tuple[float, tuple[tuple[int, int], ...]]
"""Score, and the (run, value) pairs from left to right."""


def best_paths(pieces: int, arcs: list[Arc], skips: Floats) -> list[Path]:
    """Find the paths of highest score from the first piece to the last, best first.

    Parameters
    ----------
    pieces
        How many pieces stand in a row.
    arcs
        First piece, count, run, value and score of each arc.
    skips
        (pieces,) score of leaving each piece out.

    Returns
    -------
    list[Path]
        The best paths that read different texts.
    """
    by_first: list[list[Arc]] = [[] for _ in range(pieces)]
    for arc in arcs:
        by_first[arc[0]].append(arc)
    states: list[dict[str, Path]] = [{} for _ in range(pieces + 1)]
    states[0][""] = (0.0, ())

    def offer(border: int, text: str, score: float, path: tuple[tuple[int, int], ...]) -> None:
        state = states[border]
        if text not in state or state[text][0] < score:
            state[text] = (score, path)

    for piece in range(pieces):
        best = sorted(states[piece].items(), key=lambda item: -item[1][0])[:MAX_PATHS]
        for text, (score, path) in best:
            offer(piece + 1, text, score + float(skips[piece]), path)
            for _, count, run, value, gain in by_first[piece]:
                offer(piece + count, text + str(value), score + gain, (*path, (run, value)))
    return sorted(states[pieces].values(), key=lambda item: -item[0])[:MAX_PATHS]
