"""What the runs and pieces of words are worth: the segmentation graphs that are read.

Every run of pieces is an arc with the network's score (LeCun et al. 1998, section VI).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.glyphs import NOT_A_DIGIT
from digitscan.reading.slashes import leaning_bars
from digitscan.reading.split import Lattice
from digitscan.reading.stretches import Stretches
from digitscan.types import Floats, Ints

SIZE_WEIGHT = 2.0
"""Weight of a size that does not fit the word against the network's log probability."""
SKIP_WEIGHT = 5.0
"""Cost of leaving out a stroke one digit height long."""
SLASH_DOUBT = 1.5
"""Log score that a stroke which may be a slash loses as a digit."""
SLASH_SKIP = -0.7
"""Score of leaving it out, at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Graphs:
    """The segmentation graphs of words, joined so that the arithmetic of all is done at once.

    `runs` is (R, 2), the first piece and the count of each run, `values` (R, 2) its two likeliest
    digits, `scores` (R, 2) what these are worth, `chances` (R, 2) the network's probabilities and
    `odds` (R,) the log odds of a digit against anything else. `skips` is (P,), what leaving a piece
    out is worth, and `lengths` (P,) its ink, in strokes one digit height long. `run_ends` and
    `ends` are (W + 1,), where each word's runs and pieces begin and end.
    """

    runs: Ints
    values: Ints
    scores: NDArray[np.float64]
    chances: Floats
    odds: Floats
    skips: Floats
    lengths: NDArray[np.float64]
    run_ends: Ints
    ends: Ints

    def of(self, word: int) -> tuple[slice, slice]:
        """Return which runs and pieces are a word's."""
        return (
            slice(self.run_ends[word], self.run_ends[word + 1]),
            slice(self.ends[word], self.ends[word + 1]),
        )


def graphs_of(
    lattices: Sequence[Lattice],
    probability: Floats,
    heights: Sequence[float],
    stroke: float,
    ink: Stretches,
    combed: NDArray[np.bool_] | None = None,
) -> Graphs:
    """Score the runs and pieces of words, at least one, by network and size.

    Parameters
    ----------
    lattices
        The pieces and runs of each word.
    probability
        (R, 11) float32 of all their runs: ten digits, then not one whole digit.
    heights
        The digit height in each word, pixels.
    stroke
        The stroke width, pixels.
    ink
        That of the pieces, as `ink_of` gives it.
    combed
        (W,) bool, the words in cells for one digit: a stroke alone in one is no slash.
    """
    run_counts = np.array([len(lattice.runs) for lattice in lattices])
    counts = np.array([len(lattice.boxes) for lattice in lattices])
    run_ends, ends = np.append(0, np.cumsum(run_counts)), np.append(0, np.cumsum(counts))
    runs = np.concatenate([lattice.runs for lattice in lattices])
    run_boxes = np.concatenate([lattice.run_boxes for lattice in lattices])
    boxes = np.concatenate([lattice.boxes for lattice in lattices])
    run_height = np.repeat(np.array(heights, np.float64), run_counts)
    height = np.repeat(np.array(heights, np.float64), counts)
    bars = leaning_bars(lattices, ink, heights)
    if combed is not None:
        bars &= ~np.repeat(combed & (counts == 1), counts)
    slash = bars[runs[:, 0] + np.repeat(ends[:-1], run_counts)] & (runs[:, 1] == 1)
    top = np.argsort(-probability[:, :NOT_A_DIGIT], axis=1)[:, :2]
    chances = np.take_along_axis(probability, top, 1)
    size = _misfit(run_boxes, run_height) - SLASH_DOUBT * slash
    junk = probability[:, NOT_A_DIGIT]
    lengths = ink.areas / (stroke * height)
    skips = _skip_costs(junk[runs[:, 1] == 1], lengths, boxes, height)
    odds = junk.clip(1e-4, 1 - 1e-4)
    return Graphs(
        runs,
        top,
        np.log(np.maximum(chances, 1e-6)) * runs[:, 1:] + size[:, None],
        chances,
        np.log1p(-odds) - np.log(odds),
        np.where(bars, np.maximum(skips, SLASH_SKIP), skips),
        lengths,
        run_ends,
        ends,
    )


def _misfit(boxes: Ints, height: NDArray[np.float64]) -> NDArray[np.float64]:
    """Score runs by their size, (R,): 0 where it is a digit's, below where it is none."""
    wide, high = boxes[:, 2] / height, boxes[:, 3] / height
    misfit = 6 * np.maximum(0, 0.62 - high) + 1.5 * np.maximum(0, high - 1.6)
    misfit += 3 * np.maximum(0, wide - 1.35)
    return np.asarray(-SIZE_WEIGHT * misfit - 4.0 * (high < 0.42), np.float64)


def _skip_costs(
    junk: Floats, lengths: NDArray[np.float64], boxes: Ints, height: NDArray[np.float64]
) -> Floats:
    """Score leaving a piece out, (P,): dear for much ink, cheap for a dot or what is surely junk.

    `junk` is the network's probability that it is not one whole digit.
    """
    doubt = np.log(np.maximum(junk, 1e-6))
    cost = -SKIP_WEIGHT * np.maximum(0, lengths - 0.12) + 0.3 * np.maximum(doubt, -4)
    high, wide = boxes[:, 3] / height, boxes[:, 2] / height
    mark = (high < 0.35) & (wide < 0.9)
    dash = (high < 0.35) & ~mark
    cost = np.where(mark, np.maximum(cost, -0.25), np.where(dash, np.maximum(cost, -1.0), cost))
    return np.asarray(cost, dtype=np.float32)
