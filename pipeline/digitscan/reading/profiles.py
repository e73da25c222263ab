"""What is seen across lines: how far up and down their ink goes, and how dark it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.runs import Ints
from digitscan.types import Gray

REACH = 14
"""Rows to each side of a line that are looked at to measure it."""
TOGETHER = 3
"""Steps that all go together, as most end within them; then only those that are left."""
NEAR = 2
"""Rows to each side of where a line is thought to be in which its darkest row is searched."""

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is seen across lines at N places; (N,) each.

    The rows of ink above (`up`) and below (`down`) the `darkest` row, and how dark that is.
    """

    up: Reals
    down: Reals
    darkest: Reals
    tone: Reals

    def __getitem__(self, which: NDArray[np.bool_] | Ints) -> Profile:
        """Return some of the places."""
        return Profile(self.up[which], self.down[which], self.darkest[which], self.tone[which])

    def renewed(self, which: Ints, seen: Profile) -> Profile:
        """Return what is seen where some of the places were looked at anew."""
        values = [self.up.copy(), self.down.copy(), self.darkest.copy(), self.tone.copy()]
        for value, new in zip(values, (seen.up, seen.down, seen.darkest, seen.tone), strict=True):
            value[which] = new
        return Profile(*values)


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """A block picture prepared for looking across lines.

    `edged` is the picture with its first and last row repeated `REACH` times, `darkest` and
    `palest`, of the picture's shape, are what is darkest within two rows and palest within `REACH`.
    """

    edged: Gray
    darkest: Gray
    palest: Gray

    @classmethod
    def of(cls, blocks: Gray) -> Surroundings:
        """Prepare a block picture."""
        edged = cv2.copyMakeBorder(blocks, REACH, REACH, 0, 0, cv2.BORDER_REPLICATE)
        return cls(
            np.asarray(edged, np.uint8),
            np.asarray(cv2.dilate(blocks, np.ones((2 * NEAR + 1, 1), np.uint8)), np.uint8),
            np.asarray(cv2.erode(blocks, np.ones((2 * REACH + 1, 1), np.uint8)), np.uint8),
        )

    def again(self, seen: Profile, at: Reals, block: Ints, row: Reals) -> Profile:
        """Look across lines at (N,) places; `seen` is what was seen at rows `at` of the blocks."""
        moved = np.flatnonzero(np.rint(at) != np.rint(row))
        return seen.renewed(moved, self.across(block[moved], row[moved]))

    def across(self, block: Ints, row: Reals) -> Profile:
        """Look across lines at (N,) places."""
        width = self.edged.shape[1]
        edged = self.edged.ravel()
        place = np.rint(row).astype(np.intp) * width + block
        tone, palest = self.darkest.ravel().take(place), self.palest.ravel().take(place)
        at = place + (REACH - NEAR) * width
        at += width * _walk(edged, at, width, np.less, tone, 2 * NEAR)
        pale = tone // 2 + palest // 2 + (tone & palest & 1)
        up, down = (
            _walk(edged, at + step, step, np.greater, pale, REACH - 2) for step in (-width, width)
        )
        middle = at // width - REACH
        return Profile(*(np.asarray(v, np.float64) for v in (up, down, middle, tone)))


def _walk(
    picture: Gray, place: Ints, step: int, on: Callable[..., Any], limit: Gray, most: int
) -> Ints:
    """Count from each place the steps over pixels of which `on(pixel, limit)` is true; (N,).

    `picture` and `place` are flat, `limit` is (N,); no more than `most` steps are taken.
    """
    going = np.ones(place.size, np.bool_)
    count = np.zeros(place.size, np.uint8)
    for _ in range(min(TOGETHER, most)):
        going &= on(picture.take(place), limit)
        count += going.view(np.uint8)
        place = place + step
    (walker,) = going.nonzero()
    place, limit = place.take(walker), limit.take(walker)
    for steps in range(TOGETHER + 1, most + 1):
        (on_it,) = on(picture.take(place), limit).nonzero()
        if not on_it.size:
            break
        walker, place, limit = walker.take(on_it), place.take(on_it) + step, limit.take(on_it)
        count[walker] = steps
    return count.astype(np.intp)
