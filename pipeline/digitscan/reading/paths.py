"""The best path through the runs of a word: what the first reader reads.

Heuristic over-segmentation with a segmentation graph (LeCun et al. 1998, section VI): every run
of pieces is an arc with the network's score; the reading is the path of highest score.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digitscan.reading.confidence import LARGEST_LEAD
from digitscan.reading.glyphs import GlyphDigit, GlyphReading, GlyphText
from digitscan.reading.graphs import Graphs
from digitscan.types import Ints

MAX_PATHS = 6
"""Paths kept at each border."""


Arc = tuple[int, int, int, int, float]
"""First piece, count of pieces, run, value, score."""

Steps = tuple[tuple[int, int], ...]
"""Run and value of each digit, from left to right."""
Path = tuple[float, Steps]
"""Score and steps."""


def read_graphs(graphs: Graphs) -> list[GlyphReading]:
    """Find the best path through the runs of each word, and its lead over the next text.

    Most words have one run a piece: there every piece is its likeliest digit or left out, and the
    next best text is the one with the cheapest single change.
    """
    runs, pieces = np.diff(graphs.run_ends), np.diff(graphs.ends)
    readings: list[GlyphReading | None] = [None] * len(runs)
    single = np.flatnonzero((runs == pieces) & (pieces > 0))
    for word, reading in zip(single.tolist(), _read_singles(graphs, single), strict=True):
        readings[word] = reading
    return [
        _read_paths(graphs, word) if reading is None else reading
        for word, reading in enumerate(readings)
    ]


def _read_singles(graphs: Graphs, words: Ints) -> list[GlyphReading]:
    """Read words with one run a piece."""
    if not len(words):
        return []
    count = np.diff(graphs.ends)[words]
    begin = np.cumsum(count) - count
    place = np.arange(int(count.sum())) - np.repeat(begin, count)
    run, piece = (np.repeat(ends[words], count) + place for ends in (graphs.run_ends, graphs.ends))
    (likely, second), skip = graphs.scores[run].T, graphs.skips[piece]
    taken = likely > skip
    change = np.where(taken, np.maximum(second, skip), likely)
    leads = np.minimum.reduceat(np.maximum(likely, skip) - change, begin).tolist()
    skipped = np.add.reduceat(np.where(taken, 0, graphs.lengths[piece]), begin).tolist()
    run, place = run[taken], place[taken]
    digits = [
        GlyphDigit(*digit)
        for digit in zip(
            graphs.values[run, 0].tolist(),
            graphs.chances[run, 0].tolist(),
            place.tolist(),
            strict=True,
        )
    ]
    odds, ends = graphs.odds[run], np.cumsum(np.add.reduceat(taken, begin, dtype=np.intp)).tolist()
    return [
        GlyphReading(tuple(digits[first:end]), lead, left, odds[first:end])
        for first, end, lead, left in zip([0, *ends], ends, leads, skipped, strict=False)
    ]


def _read_paths(graphs: Graphs, word: int) -> GlyphReading:
    """Read a word by the best paths through its runs."""
    own, pieces = graphs.of(word)
    texts = likely_texts(graphs, word)
    digits = texts[0].digits
    runs = graphs.runs[own].tolist()
    used = {piece for digit in digits for piece in range(runs[digit.run][0], sum(runs[digit.run]))}
    lengths = graphs.lengths[pieces].tolist()
    skipped = sum(length for piece, length in enumerate(lengths) if piece not in used)
    lead = texts[0].score - texts[1].score if len(texts) > 1 else LARGEST_LEAD
    odds = graphs.odds[own][[digit.run for digit in digits]]
    return GlyphReading(digits, lead, float(skipped), odds, texts)


def likely_texts(graphs: Graphs, word: int) -> tuple[GlyphText, ...]:
    """Name the likeliest texts of a word, best first; paths share their digits."""
    own, pieces = graphs.of(word)
    chances = graphs.chances[own].tolist()
    arcs, digits = [], {}
    both = zip(graphs.values[own].tolist(), graphs.scores[own].tolist(), strict=True)
    for run, ((first, count), (values, scores)) in enumerate(
        zip(graphs.runs[own].tolist(), both, strict=True)
    ):
        for value, score, chance in zip(values, scores, chances[run], strict=True):
            arcs.append((first, count, run, value, score))
            digits[run, value] = GlyphDigit(value, chance, run)
    paths = best_paths(pieces.stop - pieces.start, arcs, graphs.skips[pieces].tolist())
    return tuple(GlyphText(tuple(digits[step] for step in path), score) for score, path in paths)


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
