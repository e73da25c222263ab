"""The best path through the runs of a word: what the first reader reads.

Heuristic over-segmentation with a segmentation graph (LeCun et al. 1998, section VI): every run
of pieces is an arc with the network's score; the reading is the path of highest score.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.glyphs import NOT_A_DIGIT, GlyphDigit, GlyphReading, GlyphText
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
MAX_PATHS = 6
"""Paths kept at each border; only the best and the next best text are used."""


Arc = tuple[int, int, int, int, float]
"""First piece, count of pieces, run, value, score."""

Steps = tuple[tuple[int, int], ...]
"""Run and value of each digit, from left to right."""
Path = tuple[float, Steps]
"""Score and steps."""


@dataclass(frozen=True, slots=True, eq=False)
class _Joined:
    """The lattices of many words joined, so that the arithmetic of all is done at once.

    `runs`, `run_boxes` and `probability` hold the runs of all words, `boxes` and `areas` their
    pieces; `piece` is (R,), the first piece of each run counted through all words. `run_height` is
    (R,) and `height` (P,), the digit heights of their words. `run_ends` and `ends` are where each
    word's runs and pieces end.
    """

    runs: Ints
    run_boxes: Ints
    probability: Floats
    piece: Ints
    run_height: Floats
    run_ends: Ints
    boxes: Ints
    areas: Ints
    height: Floats
    ends: Ints


def _join(
    lattices: Sequence[Lattice],
    probabilities: Sequence[Floats],
    heights: Sequence[float],
    areas: Ints,
) -> _Joined:
    """Join lattices, at least one; `areas` are those of all their pieces."""
    run_counts = [len(lattice.runs) for lattice in lattices]
    counts = [len(lattice.boxes) for lattice in lattices]
    ends = np.cumsum(counts)
    runs = np.concatenate([lattice.runs for lattice in lattices])
    return _Joined(
        runs,
        np.concatenate([lattice.run_boxes for lattice in lattices]),
        np.concatenate(probabilities),
        runs[:, 0] + np.repeat(ends - counts, run_counts),
        np.repeat(np.array(heights, np.float64), run_counts),
        np.cumsum(run_counts),
        np.concatenate([lattice.boxes for lattice in lattices]),
        areas,
        np.repeat(np.array(heights, np.float64), counts),
        ends,
    )


def read_lattices(
    lattices: Sequence[Lattice],
    probabilities: Sequence[Floats],
    heights: Sequence[float],
    stroke: float,
    ink: Stretches,
    combed: NDArray[np.bool_] | None = None,
) -> list[GlyphReading]:
    """Find the best path through the runs of each word.

    Parameters
    ----------
    lattices
        The pieces and runs of each word.
    probabilities
        For each word (R, 11) float32 of its runs: ten digits, then not one whole digit.
    heights
        The digit height in each word, pixels.
    stroke
        The stroke width, pixels.
    ink
        That of the pieces, as `ink_of` gives it.
    combed
        (W,) bool, the words in cells for one digit: a stroke alone in one is no slash.
    """
    if not lattices:
        return []
    joined = _join(lattices, probabilities, heights, ink.areas)
    bars = leaning_bars(lattices, ink, heights)
    if combed is not None:
        counts = np.array([len(lattice.boxes) for lattice in lattices])
        bars &= ~np.repeat(combed & (counts == 1), counts)
    arcs = _arcs(joined, bars)
    skips = _skip_costs(joined, stroke)
    skips = np.where(bars, np.maximum(skips, SLASH_SKIP), skips).tolist()
    junk = joined.probability[:, NOT_A_DIGIT].clip(1e-4, 1 - 1e-4)
    odds = np.log1p(-junk) - np.log(junk)
    probability, areas = joined.probability.tolist(), joined.areas.tolist()
    run_ends, ends = [0, *joined.run_ends.tolist()], [0, *joined.ends.tolist()]
    readings = []
    for index, (lattice, height) in enumerate(zip(lattices, heights, strict=True)):
        own = slice(run_ends[index], run_ends[index + 1])
        pieces = slice(ends[index], ends[index + 1])
        costs = skips[pieces]
        paths = best_paths(len(costs), arcs[index], costs)
        skipped = _left_out(lattice, areas[pieces], paths[0][1]) / (stroke * height)
        chosen = [run for run, _ in paths[0][1]]
        texts = _texts(paths, probability[own])
        readings.append(GlyphReading(texts, skipped, odds[own][chosen]))
    return readings


def _texts(paths: Sequence[Path], probability: Sequence[Sequence[float]]) -> tuple[GlyphText, ...]:
    """Return the text of each path; paths share their digits."""
    digits: dict[tuple[int, int], GlyphDigit] = {}
    texts = []
    for score, path in paths:
        for step in path:
            if step not in digits:
                run, value = step
                digits[step] = GlyphDigit(value, probability[run][value], run)
        texts.append(GlyphText(tuple([digits[step] for step in path]), score))
    return tuple(texts)


def _left_out(lattice: Lattice, areas: Sequence[int], path: Sequence[tuple[int, int]]) -> float:
    """Count the pixels of the pieces that no run of a path holds; `areas` are theirs."""
    runs = lattice.runs.tolist()
    used = {piece for run, _ in path for piece in range(runs[run][0], sum(runs[run]))}
    return float(sum(area for piece, area in enumerate(areas) if piece not in used))


def _arcs(joined: _Joined, bars: NDArray[np.bool_]) -> list[list[Arc]]:
    """Score the two likeliest digits of every run by network and size; the arcs of each word."""
    logs = np.log(np.maximum(joined.probability, 1e-6))
    wide = joined.run_boxes[:, 2] / joined.run_height
    high = joined.run_boxes[:, 3] / joined.run_height
    misfit = 6 * np.maximum(0, 0.62 - high) + 1.5 * np.maximum(0, high - 1.6)
    misfit += 3 * np.maximum(0, wide - 1.35)
    size = -SIZE_WEIGHT * misfit - 4.0 * (high < 0.42)
    size -= SLASH_DOUBT * (bars[joined.piece] & (joined.runs[:, 1] == 1))
    top = np.argsort(-joined.probability[:, :NOT_A_DIGIT], axis=1)[:, :2]
    scores = np.take_along_axis(logs, top, 1) * joined.runs[:, 1:] + size[:, None]
    arcs = zip(joined.runs.tolist(), top.tolist(), scores.tolist(), strict=True)
    return [
        [
            (first, count, run, value, score)
            for run, ((first, count), values, both) in enumerate(itertools.islice(arcs, runs))
            for value, score in zip(values, both, strict=True)
        ]
        for runs in np.diff(joined.run_ends, prepend=0).tolist()
    ]


def _skip_costs(joined: _Joined, stroke: float) -> Floats:
    """Score leaving a piece out: dear for much ink, cheap for a dot or what is surely junk."""
    single = joined.runs[:, 1] == 1  # one run of each piece
    junk = np.log(np.maximum(joined.probability[single, NOT_A_DIGIT], 1e-6))
    length = joined.areas / (stroke * joined.height)
    cost = -SKIP_WEIGHT * np.maximum(0, length - 0.12) + 0.3 * np.maximum(junk, -4)
    high, wide = joined.boxes[:, 3] / joined.height, joined.boxes[:, 2] / joined.height
    mark = (high < 0.35) & (wide < 0.9)
    dash = (high < 0.35) & ~mark
    cost = np.where(mark, np.maximum(cost, -0.25), np.where(dash, np.maximum(cost, -1.0), cost))
    return np.asarray(cost, dtype=np.float32)


def best_paths(pieces: int, arcs: Sequence[Arc], skips: Sequence[float]) -> list[Path]:
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
    by_first: list[list[tuple[int, str, float, Steps]]] = [[] for _ in range(pieces)]
    for first, count, run, value, gain in arcs:
        by_first[first].append((first + count, str(value), gain, ((run, value),)))
    states: list[dict[str, Path]] = [{} for _ in range(pieces + 1)]
    states[0][""] = (0.0, ())
    for piece, (onward, skip) in enumerate(zip(by_first, skips, strict=True)):
        best = sorted(states[piece].items(), key=_by_score)[:MAX_PATHS]
        nothing: Steps = ()
        steps = [(states[piece + 1], "", skip, nothing)]
        steps += [(states[border], sign, gain, step) for border, sign, gain, step in onward]
        for text, (score, path) in best:
            for state, sign, gain, step in steps:
                longer, total = text + sign, score + gain
                if longer not in state or state[longer][0] < total:
                    state[longer] = (total, path + step)
    return [path for _, path in sorted(states[pieces].items(), key=_by_score)[:MAX_PATHS]]


def _by_score(entry: tuple[str, Path]) -> float:
    return -entry[1][0]
