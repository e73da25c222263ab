"""Strokes that may be a slash as well as a 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.bars import bars_of
from digitscan.reading.split import Lattice
from digitscan.reading.stretches import Stretches
from digitscan.types import Ints

LEAST_LEAN = 15.0
"""Degrees beyond the writing's slant from which a straight stroke may be a slash."""
HIGHER = 1.15
"""Or it stands between digits and is so many times as high."""


def leaning_bars(
    lattices: Sequence[Lattice], ink: Stretches, heights: Sequence[float]
) -> NDArray[np.bool_]:
    """Tell the pieces that are one straight stroke leaning right: more than the rest, or higher.

    As high as a digit, they may be a slash as well as a 1. (P,) bool for the pieces of all words;
    `ink` is theirs.
    """
    ends = np.cumsum([0] + [len(lattice.boxes) for lattice in lattices])
    lean, straight = bars_of(ink.ink, ink.owner, int(ends[-1]))
    tall = np.concatenate([lattice.boxes[:, 3] for lattice in lattices])
    high = tall > 0.8 * np.repeat(heights, np.diff(ends))
    bars = straight & high & (lean > LEAST_LEAN) & (lean < 60)
    others = high & ~straight
    for word in np.unique(np.searchsorted(ends, np.flatnonzero(bars), "right")).tolist():
        own = slice(ends[word - 1], ends[word])
        bars[own] &= _stands_out(lean[own], tall[own], others[own])
    return np.asarray(bars, np.bool_)


def _stands_out(
    lean: NDArray[np.float64], tall: Ints, others: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell the pieces of a word that lean more than its `others`, or are higher and between."""
    if not others.any():
        return np.ones(len(lean), np.bool_)
    aslant = lean > np.clip(np.median(lean[others]), 0, 40) + LEAST_LEAN
    higher = tall > HIGHER * np.median(tall[others])
    higher[[0, -1]] = False
    return np.asarray(aslant | higher, np.bool_)
