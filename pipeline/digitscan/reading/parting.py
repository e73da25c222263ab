"""Ink parted into what a coloured pen wrote and print; rulings go on beneath the pen."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from digitscan.reading.bits import Bits
from digitscan.reading.clean import Ink
from digitscan.reading.pens import LONGEST, STEP, Pen
from digitscan.reading.runs import true_places
from digitscan.types import Gray, Ints, Mask

JOINED = 0.6
"""Stroke widths without its colour over which a pen's stroke goes on: it ran over print there."""
PARTED = 0.4
"""Stroke widths around a pen's ink in which print is cut away, so that the two are no one piece."""
HIDDEN = 9.0
"""Stroke widths of a ruling hidden at most where it is seen to one side of strokes only."""
SEEN = 1.3
"""Stroke widths of it that are seen there."""
FAINT = 0.5
"""Share of the usual darkness of a pen's ink that its own reaches where it is faint among print."""
PALEST = 16
"""Darkness, of 255, above which it is one."""
BROADEST = 13
"""Pixels across from which what is seen is no ruling of this direction: a band of the other one."""
SLIM = 0.7
"""Share of what is seen to one side alone that must be less broad: the rest crosses others."""


def print_alone(darkness: Gray, pen: Pen) -> tuple[Gray, Gray]:
    """Return the darkness of print, what the pen hides of level and of upright rulings mended.

    A ruling goes on beneath the pen where it is seen to one side at least, where that is no band of
    rulings of the other direction.
    """
    hidden = np.asarray(cv2.dilate(pen.mask, np.ones((3, 3), np.uint8)), np.uint8)
    bare = darkness * (np.uint8(1) - hidden)
    steep, covered = (np.asarray(cv2.transpose(part), np.uint8) for part in (bare, hidden))
    upright = cv2.transpose(_mended(steep, covered, pen.stroke))
    return _mended(bare, hidden, pen.stroke), np.asarray(upright, np.uint8)


def _mended(bare: Gray, hidden: Mask, stroke: float) -> Gray:
    """Return `bare` with level lines going on where it is `hidden`, (H, W) 0/1.

    `stroke` is the width of what hides them. `bare` is 0 there.
    """
    hidden[:, [0, -1]] = 0  # each stretch begins and ends in one row
    covered, flat = hidden.ravel(), bare.ravel()
    border = true_places(covered[1:] != covered[:-1])
    start, stop = border[::2] + 1, border[1::2]
    away = np.arange(1, max(2, round(SEEN * stroke)) + 1)[:, None]
    seen, there = _beside(start, stop, away, bare.shape[1])
    near = (flat.take(seen, mode="clip") * there).min(axis=1)
    lined = np.flatnonzero(near.max(axis=0) > PALEST)
    near, count = near[:, lined], (stop - start + 1)[lined]
    slim = (_is_slim(bare, seen[..., lined]) & there[..., lined]).mean(axis=1) >= SLIM
    both = near.min(axis=0)
    alone = np.where(count > HIDDEN * stroke, 0, (near * slim).max(axis=0))
    tone = np.where(both > PALEST, both, alone)
    along = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    mended = flat.copy()
    mended[np.repeat(start[lined], count) + along] = np.repeat(tone, count)
    return mended.reshape(bare.shape)


def _beside(start: Ints, stop: Ints, away: Ints, width: int) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the places before and after stretches of rows, and whether they are in their rows.

    Stretches lie in the flat picture of so many columns from `start` to `stop`, (N,); the places
    are so many pixels `away`, (S, 1), from them: (2, S, N) both. What is level goes on for some
    pixels: the side of an upright ruling does not.
    """
    most = len(away)
    inside = np.stack([start % width > most, stop % width < width - 1 - most])
    places = np.stack([start - away, stop + away])
    return places, np.broadcast_to(inside[:, None], places.shape)


def _is_slim(bare: Gray, places: Ints) -> NDArray[np.bool_]:
    """Tell where a picture is far darker than what is BROADEST there: an opening of few places.

    `places` are flat, of any shape.
    """
    row, column = np.divmod(places, bare.shape[1])
    rows = row[..., None] + np.arange(1 - BROADEST, BROADEST)
    across = bare[np.clip(rows, 0, len(bare) - 1), column[..., None]]
    broad = sliding_window_view(across, BROADEST, axis=-1).min(axis=-1).max(axis=-1)
    return np.asarray(across[..., BROADEST - 1] - broad > PALEST, np.bool_)


def with_pen(whole: Ink, bare: Ink, pen: Pen, bands: tuple[Gray, Gray]) -> Ink:
    """Return `bare`, the ink without rulings, with all that the pen wrote and parted from print.

    `whole` is the ink with rulings, `bands` are (H, W) level and upright ones, 0 beside them: a
    stroke goes on across a ruling, not along it.
    """
    colored = Bits.of(pen.mask)
    some = slice(None, None, STEP), slice(None, None, STEP)
    penned = whole.darkness[some][(whole.mask[some] & pen.mask[some]) > 0]
    # A whole number: NumPy compares bytes with others ten times more slowly.
    faint = int(FAINT * np.median(penned)) if penned.size else 255
    inked = Bits.of(whole.mask) | Bits.of(whole.darkness > faint)
    written = colored & inked
    stroke = pen.stroke
    joined = min(LONGEST, round(JOINED * stroke))
    level, plumb = Bits.of(bands[0]), Bits.of(bands[1])
    for upright, along in ((True, plumb & ~level), (False, level & ~plumb)):
        written = written | (written.closed(joined, upright) & inked & ~along)
    parted = min(LONGEST, 2 * max(2, round(PARTED * stroke)) + 1)
    around = written.dilated(parted, upright=True).dilated(parted, upright=False)
    printed = (~around).unpacked()
    pen_ink = written.unpacked()
    own = np.asarray(cv2.dilate(pen_ink, np.ones((3, 3), np.uint8)), np.uint8)
    return replace(
        bare,
        mask=np.asarray(cv2.bitwise_or(cv2.bitwise_and(bare.mask, printed), pen_ink), np.uint8),
        darkness=bare.darkness * printed,
        pen=whole.darkness * own,
    )
