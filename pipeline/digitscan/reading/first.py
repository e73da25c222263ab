"""The first reader on a page: words cut into pieces and read by the best path through these."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from digitscan.reading.alone import alone_features
from digitscan.reading.engine import GlyphScores
from digitscan.reading.find import Word
from digitscan.reading.glyphs import (
    NOT_A_DIGIT,
    GlyphReading,
    known_runs,
    run_inks,
    run_scores,
)
from digitscan.reading.graphs import Graphs, graphs_of
from digitscan.reading.look import Look
from digitscan.reading.paths import likely_texts, read_graphs
from digitscan.reading.prepare import Prepared, timed
from digitscan.reading.split import Lattice, ink_of, split_words
from digitscan.reading.stretches import Stretches
from digitscan.reading.together import parted
from digitscan.types import Floats, Gray, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A page's words that are read, cut into pieces.

    `known` is (R, 11), what the first look said of their runs, 0 for the others; `inks` are those
    of the others, grouped by word.
    """

    words: list[Word]
    lattices: list[Lattice]
    known: Floats
    inks: list[list[Gray]]


@dataclass(frozen=True, slots=True, eq=False)
class First:
    """What the first reader makes of words: one entry each.

    `pieces` is the ink of their pieces, `alone` describes them for the model of this reader alone.
    """

    graphs: Graphs
    pieces: list[Stretches]
    readings: list[GlyphReading]
    alone: list[Floats | None]

    def in_full(self, word: int) -> GlyphReading:
        """Return the reading of a word with all its likely texts."""
        return replace(self.readings[word], alternatives=likely_texts(self.graphs, word))


def cut(page: Prepared, looks: list[Look], wanted: list[int]) -> Cut:
    """Cut a page's wanted words into pieces, and out of it what is to be classified yet."""
    words, seen = [page.words[i] for i in wanted], [looks[i] for i in wanted]
    with timed(page.seconds, "split"):
        lattices = split_words(words, [look.whole for look in seen], page.ink.stroke)
    if not words:
        return Cut([], [], np.zeros((0, NOT_A_DIGIT + 1), np.float32), [])
    with timed(page.seconds, "glyphs"):
        known = known_runs(lattices, [look.digit for look in seen])
        unknown = parted(np.asarray(~known.any(1)), [len(lattice.runs) for lattice in lattices])
        found = zip(words, lattices, unknown, strict=True)
        inks = [run_inks(*word) for word in found if word[2].any()]
    return Cut(words, lattices, known, inks)


def read_first(
    page: Prepared, cuts: Cut, scores: GlyphScores, looks: list[Look], rows: Ints
) -> First:
    """Read a page's cut words, at least one.

    Parameters
    ----------
    scores
        Those of the runs that were not known.
    looks
        What the first look said of the words.
    rows
        (N,), the comb that each word stands in or -1.
    """
    with timed(page.seconds, "glyphs"):
        lattices, combed = cuts.lattices, np.asarray(rows >= 0)
        heights, ink = [word.height for word in cuts.words], ink_of(lattices)
        chances = run_scores(cuts.known, scores.digit)
        graphs = graphs_of(lattices, chances, heights, page.ink.stroke, ink, combed)
        readings = read_graphs(graphs)
        pieces = ink.parted([len(lattice.boxes) for lattice in lattices])
        return First(graphs, pieces, readings, alone_features(lattices, readings, looks, combed))
