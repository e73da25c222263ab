"""Thin, even, nearly straight lines of one direction, as samples along each line.

All is written for horizontal lines; vertical ones are found in the transposed picture. The
picture comes in blocks: the mean of `BLOCK` columns. That evens out noise, so that pale lines
stand out, and it makes the work a quarter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.types import Gray

BLOCK = 4
"""Columns that make one block."""
REACH = 14
"""Rows to each side of a line that are looked at to measure it."""

Ints = NDArray[np.intp]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """L lines and their N samples, one for each block of columns that a line passes.

    Samples are sorted by line, then block: `line` (N,) is the sample's line, `block` (N,) its
    block, `row` (N,) float64 the middle of the line there. `start` (L,) is each line's first
    sample. `thickness` (L,) is the median in rows, `tone` (L,) the median darkness, `filled`
    (L,) the share of blocks in which the line was seen, `length` (L,) its extent in pixels.
    """

    line: Ints
    block: Ints
    row: Reals
    start: Ints
    thickness: Reals
    tone: Reals
    filled: Reals
    length: Ints

    @property
    def stop(self) -> Ints:
        """Each line's first sample that is the next line's."""
        return np.append(self.start, self.line.size)[1:]

    def keep(self, which: NDArray[np.bool_]) -> Lines:
        """Return only some lines: `which` is (L,) bool."""
        samples = which[self.line]
        number = np.cumsum(which) - 1
        line = number[self.line[samples]]
        return Lines(
            line,
            self.block[samples],
            self.row[samples],
            np.searchsorted(line, np.arange(int(which.sum()))),
            self.thickness[which],
            self.tone[which],
            self.filled[which],
            self.length[which],
        )

    def at(self, line: Ints, block: Ints, row: Reals) -> Lines:
        """Return the same lines with other samples, sorted by line, then block."""
        start = np.searchsorted(line, np.arange(self.start.size))
        return replace(self, line=line, block=block, row=row, start=start)

    def without_gaps(self) -> Lines:
        """Return the same lines with a sample in every block from their first to their last."""
        if not self.line.size:
            return self
        first, last = self.block[self.start], self.block[self.stop - 1]
        count = last - first + 1
        line = np.repeat(np.arange(count.size), count)
        block = np.arange(line.size) - (np.cumsum(count) - count)[line] + first[line]
        stride = int(last.max(initial=0)) + 2
        row = np.interp(line * stride + block, self.line * stride + self.block, self.row)
        return self.at(line, block, row)

    def paint(
        self, shape: tuple[int, ...], margin: float = 0.0, thickness: float | None = None
    ) -> Gray:
        """Return the block picture, of `shape`, that holds each line's tone, 1 at least.

        Where lines lie on one another the darker one shows.
        """
        picture = np.zeros(shape, np.uint8)
        half = (self.thickness[self.line] if thickness is None else thickness) / 2 + margin
        tone = np.maximum(self.tone, 1).astype(np.uint8)[self.line]
        top = np.rint(self.row + 0.5 - half).astype(np.intp)
        bottom = np.maximum(np.rint(self.row + 0.5 + half).astype(np.intp), top + 1)
        for k in range(int((bottom - top).max(initial=0))):
            rows = top + k
            inside = (rows < bottom) & (rows >= 0) & (rows < shape[0])
            at = rows[inside], self.block[inside]
            picture[at] = np.maximum(picture[at], tone[inside])
        return picture


def blocks_of(darkness: Gray) -> Gray:
    """Return the mean of each block of columns, (H, W / BLOCK rounded up) uint8."""
    smooth = cv2.blur(darkness, (BLOCK, 1))
    rest = -darkness.shape[1] % BLOCK
    whole = cv2.copyMakeBorder(smooth, 0, 0, 0, rest, cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(np.asarray(whole, np.uint8)[:, BLOCK // 2 :: BLOCK])


def measured(blocks: Gray, line: Ints, block: Ints, row: Reals) -> Lines:
    """Return lines from their samples, with the rows set to the middle of the ink."""
    count = int(line[-1]) + 1 if line.size else 0
    start = np.searchsorted(line, np.arange(count))
    up, down, darkest, tone = profile_across(blocks, block, row)
    across = up + down + 1
    thickness = median_of_each(across, line, start)
    plain = across <= thickness[line] + 1.5
    last = np.append(start, line.size)[1:] - 1
    extent = block[last] - block[start] + 1
    return Lines(
        line,
        block,
        np.clip(np.where(plain, darkest + (down - up) / 2, row), 0, blocks.shape[0] - 1),
        start,
        thickness,
        median_of_each(tone, line, start),
        (last - start + 1) / np.maximum(extent, 1),
        extent * BLOCK,
    )


def profile_across(blocks: Gray, block: Ints, row: Reals) -> tuple[Reals, Reals, Reals, Reals]:
    """Return the rows of ink above and below the darkest row, that row, and its darkness."""
    nearest = np.rint(row).astype(np.intp)
    if not row.size:
        return np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0)
    edged = cv2.copyMakeBorder(blocks, REACH, REACH, 0, 0, cv2.BORDER_REPLICATE)
    rows = np.arange(2 * REACH + 1)[:, None] + nearest
    window = np.asarray(edged).take(rows * edged.shape[1] + block)
    near = window[REACH - 2 : REACH + 3]
    tone = near.max(axis=0)
    darkest = (REACH - 2 + (near == tone).argmax(axis=0)).astype(np.int8)
    pale = window <= tone // 2 + window.min(axis=0) // 2 + (tone & window.min(axis=0) & 1)
    place = np.arange(2 * REACH + 1, dtype=np.int8)[:, None]
    above = np.where(pale & (place < darkest), place, np.int8(-1)).max(axis=0)
    below = np.where(pale & (place > darkest), place, np.int8(2 * REACH + 1)).min(axis=0)
    up, down = (np.minimum(run - 1, REACH - 2) for run in (darkest - above, below - darkest))
    middle = np.asarray(nearest + darkest - REACH, np.float64)
    return up.astype(np.float64), down.astype(np.float64), middle, tone.astype(np.float64)


def median_of_each(values: Reals, line: Ints, start: Ints) -> Reals:
    """Return the (upper) median of the samples of each line."""
    size = np.diff(np.append(start, line.size))
    # One sort for all: each line's values, 0 to 255, are moved beyond those of the line before.
    ordered = np.sort(256 * line + values)
    return np.asarray(ordered[start + size // 2] - 256 * np.arange(start.size), np.float64)
