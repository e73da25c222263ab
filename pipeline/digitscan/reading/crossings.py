"""Where lines, and their ways on beyond their ends, meet lines of the other direction."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.lines import BLOCK, Lines
from digitscan.reading.profiles import Reals
from digitscan.reading.runs import Ints, spread
from digitscan.types import Gray

DARKER = 2.0
"""A short ruling is at most about this many times as dark as those it meets."""
MEET = 6
"""Pixels between the end of a ruling and the ruling that it meets."""
ONWARD = 16
"""Blocks beyond the end of a line in which strokes may hide how it goes on."""
LEAST_ONWARD = 8
"""Blocks of the shortest line that is followed beyond its ends; letters have shorter ones."""
STILL = 0.5
"""Share of a line's darkness that is left where it goes on."""


@dataclass(frozen=True, slots=True, eq=False)
class Onward:
    """Where L lines go on beyond their ends, under strokes or broken; (2, L, ONWARD) each.

    First the beginnings, then the ends, walking away. `block` and `row` are places in the block
    picture, inside it; `dark` is true as far as all is dark. `place` is flat in the picture of the
    other direction.
    """

    block: Ints
    row: Reals
    dark: NDArray[np.bool_]
    place: Ints

    def meets(
        self, tone: Reals, near: Gray, which: Ints | slice = slice(None)
    ) -> NDArray[np.bool_]:
        """Tell where the ways of some lines meet lines of the other direction; (2, K, ONWARD).

        `near` is as `Drawn.near` gives it for these, `tone` (L,) how dark the lines are.
        """
        other = near.ravel().take(self.place[:, which])
        return self.dark[:, which] & meeting(tone[which, None], other)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Where lines and their ways onward are near, in a picture of blocks both ways; (P,) each.

    `shape` is that of the picture, whose rows are in the middle of `BLOCK` rows of a block picture.
    `place` is flat, up to MEET pixels above or below the line, `line` the line there and `tone` how
    dark that is; the darkest come last.
    """

    shape: tuple[int, int]
    place: Ints
    line: Ints
    tone: Gray

    @classmethod
    def of(cls, lines: Lines, way: Onward, shape: tuple[int, ...]) -> Drawn:
        """Draw lines and their ways, those one row thick, of a block picture of some `shape`."""
        whole = lines.without_gaps()
        top, bottom = whole.rows(shape[0])
        onward = np.rint(way.row[way.dark]).astype(np.intp)
        line = np.concatenate([whole.line, np.nonzero(way.dark)[1]])
        block = np.concatenate([whole.block, way.block[way.dark]])
        order = np.argsort(lines.tones[line], kind="stable")
        above = np.concatenate([top, onward])[order] - MEET - BLOCK // 2
        below = np.concatenate([bottom, onward + 1])[order] + MEET - BLOCK // 2
        size = -(-shape[0] // BLOCK), shape[1]
        which, row = spread(
            np.maximum(-(-above // BLOCK), 0), np.minimum(-(-below // BLOCK), size[0])
        )
        line = line[order][which]
        return cls(size, row * size[1] + block[order][which], line, lines.tones[line])

    def near(self, keep: NDArray[np.bool_]) -> Gray:
        """Return the tone of the kept lines within MEET pixels of each block, 0 away from them."""
        picture = np.zeros(self.shape, np.uint8)
        kept = np.flatnonzero(keep[self.line])
        picture.ravel()[self.place[kept]] = self.tone[kept]
        beside = np.ones((1, 2 * (MEET // BLOCK) + 1), np.uint8)
        return np.asarray(cv2.dilate(picture, beside), np.uint8)


def onward_of(lines: Lines, blocks: Gray, crossing: tuple[int, ...]) -> Onward:
    """Follow lines beyond both ends, straight on, as far as it stays about as dark.

    `crossing` is the shape of the other direction's block picture.
    """
    ends = np.stack([lines.start, lines.stop - 1])
    back = np.minimum(lines.stop - lines.start - 1, LEAST_ONWARD - 1)
    inner = np.stack([lines.start + back, lines.stop - 1 - back])
    ran = np.maximum(np.abs(lines.block[ends] - lines.block[inner]), 1)
    slope = (lines.row[ends] - lines.row[inner]) / ran
    step = np.arange(1, ONWARD + 1)
    ahead = np.array([-1, 1], np.intp)[:, None, None] * step
    block: Ints = lines.block[ends][..., None] + ahead
    row = lines.row[ends][..., None] + slope[..., None] * step
    inside = (block >= 0) & (block < blocks.shape[1]) & (row >= 0) & (row <= blocks.shape[0] - 1)
    block = np.clip(block, 0, blocks.shape[1] - 1)
    row = np.clip(row, 0, blocks.shape[0] - 1)
    nearest = np.rint(row).astype(np.intp)
    darkest = np.max(
        [blocks[np.clip(nearest + k, 0, blocks.shape[0] - 1), block] for k in (-1, 0, 1)], axis=0
    )
    follows = (ran >= LEAST_ONWARD - 1)[..., None] & inside
    follows &= darkest > STILL * lines.tone[:, None]
    dark = np.logical_and.accumulate(follows, axis=2)
    return Onward(block, row, dark, across_at(block, row, crossing))


def across_at(block: Ints, row: Reals, shape: tuple[int, ...]) -> Ints:
    """Return where places in a block picture lie in what `Drawn.near` gives, flat.

    That is of the other direction's block picture, of `shape`, whose rows are these columns.
    """
    along = np.minimum(block, (shape[0] - 1) // BLOCK)
    across = np.clip(np.rint(row).astype(np.intp) // BLOCK, 0, shape[1] - 1)
    return along * shape[1] + across


def meeting(tone: Reals, other: Gray) -> NDArray[np.bool_]:
    """Tell where lines of some tone meet `other` ones; a pen's stroke is much darker than those."""
    return np.asarray((other > 0) & (tone < DARKER * other + 30), np.bool_)
