"""Ink parted into what a coloured pen wrote and print; rulings go on beneath the pen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
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
    bare = np.asarray(cv2.multiply(darkness, np.uint8(1) - hidden), np.uint8)
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
    seen = max(2, round(SEEN * stroke))
    broad = np.asarray(cv2.morphologyEx(bare, cv2.MORPH_OPEN, np.ones((BROADEST, 1), np.uint8)))
    slim = np.asarray(cv2.subtract(bare, broad), np.uint8) > PALEST
    sides = [
        (near.min(axis=0), near.min(axis=0) * (of_line.mean(axis=0) >= SLIM))
        for near, of_line in zip(
            _beside(bare, start, stop, seen), _beside(slim, start, stop, seen), strict=True
        )
    ]
    both = np.minimum(sides[0][0], sides[1][0])
    tone = np.where(both > PALEST, both, np.maximum(sides[0][1], sides[1][1]))
    count = stop - start + 1
    tone[(count > HIDDEN * stroke) & (both <= PALEST)] = 0
    lined = np.flatnonzero(tone)
    count = count[lined]
    along = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    mended = flat.copy()
    mended[np.repeat(start[lined], count) + along] = np.repeat(tone[lined], count)
    return mended.reshape(bare.shape)


def _beside(
    picture: NDArray[Any], start: Ints, stop: Ints, seen: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the pixels before and after stretches of rows; (`seen`, N) each.

    Stretches lie in the flat picture from `start` to `stop`; 0 where the row ends before. What is
    level goes on for some pixels: the side of an upright ruling does not.
    """
    width, flat = picture.shape[1], picture.ravel()
    near = np.arange(1, seen + 1)[:, None]
    before = flat.take(start - near, mode="clip") * (start % width > seen)
    after = flat.take(stop + near, mode="clip") * (stop % width < width - 1 - seen)
    return before, after


def with_pen(whole: Ink, bare: Ink, pen: Pen, bands: tuple[Gray, Gray]) -> Ink:
    """Return `bare`, the ink without rulings, with all that the pen wrote and parted from print.

    `whole` is the ink with rulings, `bands` are (H, W) level and upright ones, 0 beside them: a
    stroke goes on across a ruling, not along it.
    """
    colored = Bits.of(pen.mask)
    some = whole.darkness[::STEP, ::STEP]
    usual = np.median(some[(whole.mask & pen.mask)[::STEP, ::STEP] > 0])
    inked = Bits.of(whole.mask) | Bits.of(whole.darkness > FAINT * usual)
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
    own = cv2.dilate(pen_ink, np.ones((3, 3), np.uint8))
    return replace(
        bare,
        mask=np.asarray(cv2.bitwise_or(cv2.bitwise_and(bare.mask, printed), pen_ink), np.uint8),
        darkness=np.asarray(cv2.multiply(bare.darkness, printed), np.uint8),
        pen=np.asarray(cv2.multiply(whole.darkness, own), np.uint8),
    )
