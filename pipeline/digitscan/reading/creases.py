"""Creases of folded paper: pale straight lines aslant over the page, taken out of the ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.clean import Ink
from digitscan.reading.components import Components, places
from digitscan.reading.profiles import Reals
from digitscan.reading.rulings import MARGIN, Rulings, remove_rulings
from digitscan.types import Mask

LEAST_LENGTH = 7.0
"""A piece of a crease is at least so many strokes long."""
THICKEST = 1.3
"""And at most so many strokes thick."""
SEEDS = 8
"""The longest pieces, from which creases are followed."""
BESIDE = 2.5
"""Pixels by which the middle of a piece may lie beside its crease."""
ASIDE = 0.05
"""Radians by which a piece may lean otherwise than its crease, and two pixels at its ends."""
ACROSS = 0.25
"""Share of the page's shorter side that a crease runs across."""
ALONE = 0.25
"""Share of its way that its pieces take; on the rest it may hang on strokes."""
INKED = 0.65
"""Share of its way on which there is ink; 1s in a column are farther apart."""
STEP = 4
"""Of the ink every so manieth row and column tells how dark it is."""
PALER = 0.65
"""A crease is at most this dark against the page's ink."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """P straight pieces: `middle` (P, 2) x and y, `along` (P, 2) unit vectors, `length` (P,)."""

    middle: Reals
    along: Reals
    length: Reals


def without_creases(ink: Ink, rulings: Rulings, found: Components) -> Ink:
    """Return the ink without creases, the same object where there are none.

    `ink` is without its rulings, `found` are its components. Rulings are level or upright; what is
    straight, thin, pale and goes on from piece to piece over a good part of the page is a crease.
    """
    pieces = _pieces(ink, found)
    if pieces is not None:
        for first, last in _creases(pieces, min(ink.mask.shape)):
            tone = _tone_along(ink, rulings, first, last)
            if tone:
                ink = _without(ink, first, last, tone)
    return ink


def _pieces(ink: Ink, found: Components) -> _Pieces | None:
    """Return the components that are long, thin and straight, None where they are too few."""
    _, labels, stats = found
    length = np.hypot(stats[:, 2], stats[:, 3])
    thin = length >= LEAST_LENGTH * ink.stroke
    thin &= stats[:, 4] <= THICKEST * ink.stroke * length
    thin[0] = False
    chosen = np.flatnonzero(thin)
    if length[chosen].sum() < ACROSS * ALONE * min(labels.shape):
        return None
    chosen = chosen[_tone_inside(ink, stats[chosen]) <= PALER * _pen(ink)]
    if length[chosen].sum() < ACROSS * ALONE * min(labels.shape):
        return None
    middle, along, straight = [], [], []
    for index in chosen.tolist():
        x, y, width, height = stats[index, :4].tolist()
        rows, columns = places(labels[y : y + height, x : x + width] == index)
        points = np.stack([columns + x, rows + y])
        spread, axes = np.linalg.eigh(np.cov(points))
        middle.append(points.mean(axis=1))
        along.append(axes[:, 1])
        straight.append(12 * spread[0] < (THICKEST * ink.stroke) ** 2)
    kept = np.array(straight, np.bool_)
    return _Pieces(np.array(middle)[kept], np.array(along)[kept], length[chosen][kept])


def _tone_inside(ink: Ink, stats: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Return the greatest darkness in the middle of components, where straight ones have ink."""
    x, y = stats[:, 0] + stats[:, 2] // 2, stats[:, 1] + stats[:, 3] // 2
    near = np.arange(-1, 2)
    rows = np.clip(y + near[:, None, None], 0, ink.mask.shape[0] - 1)
    columns = np.clip(x + near[:, None], 0, ink.mask.shape[1] - 1)
    pictures = [ink.darkness] if ink.pen is None else [ink.darkness, ink.pen]
    darkest = [picture[rows, columns].max(axis=(0, 1)) for picture in pictures]
    return np.asarray(np.max(darkest, axis=0), np.uint8)


def _pen(ink: Ink) -> float:
    """Return the median darkness of the page's ink, from a sparse sample."""
    inked = ink.darkness[::STEP, ::STEP][ink.mask[::STEP, ::STEP] > 0]
    return float(np.median(inked)) if inked.size else 0.0


def _creases(pieces: _Pieces, extent: int) -> list[tuple[Reals, Reals]]:
    """Return both ends, (x, y), of the lines on which pieces lie one behind the other."""
    lines = []
    free = np.ones(pieces.length.size, np.bool_)
    for seed in np.argsort(-pieces.length)[:SEEDS].tolist():
        members, direction = _followed(pieces, seed, free)
        away = (pieces.middle - pieces.middle[seed]) @ direction
        start = float((away - pieces.length / 2)[members].min(initial=0))
        stop = float((away + pieces.length / 2)[members].max(initial=0))
        long = stop - start >= ACROSS * extent
        alone = pieces.length[members].sum() >= ALONE * (stop - start)
        if free[seed] and long and alone:
            free &= ~members
            first, last = (pieces.middle[seed] + end * direction for end in (start, stop))
            lines.append((first, last))
    return lines


def _followed(
    pieces: _Pieces, seed: int, free: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], Reals]:
    """Return which pieces lie on the best line through a seed and another piece, and its way."""
    way = pieces.middle - pieces.middle[seed]
    far = np.hypot(*way.T)
    lean = ASIDE + 2 / pieces.length
    best, direction = np.arange(far.size) == seed, pieces.along[seed]
    for other in np.flatnonzero(free & (far > 1)).tolist():
        across = np.array([-way[other, 1], way[other, 0]]) / far[other]
        if abs(pieces.along[seed] @ across) < lean[seed]:
            members = free & (np.abs(way @ across) < BESIDE)
            members &= np.abs(pieces.along @ across) < lean
            if pieces.length[members].sum() > pieces.length[best].sum():
                best, direction = members, way[other] / far[other]
    return best, direction


def _tone_along(ink: Ink, rulings: Rulings, first: Reals, last: Reals) -> int:
    """Return how dark a crease is, 0 where there is too little ink or it is as dark as a pen's."""
    steps = round(float(np.hypot(*(last - first))))
    columns, rows = np.rint(np.linspace(first, last, steps)).astype(np.intp).T
    height, width = ink.mask.shape
    inside = (rows > 1) & (rows < height - 2) & (columns > 1) & (columns < width - 2)
    near = np.arange(-1, 2)[:, None]
    if not inside.any():
        return 0
    rows, columns = rows[inside] + near, columns[inside] + near
    inked = ink.mask[rows, columns].max(axis=0) > 0
    ruled = np.maximum(
        rulings.horizontal[rows[1], columns[1]], rulings.vertical[rows[1], columns[1]]
    )
    tone = float(np.median(ink.darkness[rows, columns].max(axis=0)[inked])) if inked.any() else 0.0
    return int(tone) if (inked | (ruled > 0)).mean() >= INKED and tone <= PALER * _pen(ink) else 0


def _without(ink: Ink, first: Reals, last: Reals, tone: int) -> Ink:
    """Take out what a crease leaves, but not the strokes that cross it, as with a ruling."""
    band = np.zeros_like(ink.mask)
    ahead = last - first
    ends = [tuple(np.rint(end).astype(int).tolist()) for end in (first - ahead, last + ahead)]
    cv2.line(band, ends[0], ends[1], (tone,), round(THICKEST * ink.stroke + 2 * MARGIN))
    nothing: Mask = np.zeros_like(band)
    level = abs(ahead[0]) > abs(ahead[1])
    lines = (band, nothing) if level else (nothing, band)
    return remove_rulings(ink, Rulings(*lines, (), np.zeros((0, 0), np.uint16)))
