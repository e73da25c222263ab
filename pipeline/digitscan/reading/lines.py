"""Thin, even, nearly straight lines of one direction, as samples along each line.

All is written for horizontal lines; vertical ones are found in the transposed picture. The
picture comes in blocks: the mean of `BLOCK` columns. That evens out noise, so that pale lines
stand out, and it makes the work a quarter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.profiles import Profile, Reals
from digitscan.reading.runs import Ints, spread
from digitscan.types import Gray

BLOCK = 4
"""Columns that make one block."""


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
        line, block = spread(first, last + 1)
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
        line, place = self.pixels(shape, margin, thickness)
        tone = self.tones[line]
        darkest_last = np.argsort(tone, kind="stable")
        picture.ravel()[place[darkest_last]] = tone[darkest_last]
        return picture

    @property
    def tones(self) -> Gray:
        """The tone of each line as a picture holds it; (L,) uint8, 1 at least."""
        return np.maximum(self.tone, 1).astype(np.uint8)

    def pixels(
        self, shape: tuple[int, ...], margin: float = 0.0, thickness: float | None = None
    ) -> tuple[Ints, Ints]:
        """Return the pixels of the lines in a block picture of `shape`: (P,) line, (P,) flat place.

        Lines are as thick as they are, or all of one `thickness`, and `margin` to each side.
        """
        top, bottom = self.rows(shape[0], margin, thickness)
        line, row = spread(top, bottom)
        return self.line[line], row * shape[1] + self.block[line]

    def rows(
        self, height: int, margin: float = 0.0, thickness: float | None = None
    ) -> tuple[Ints, Ints]:
        """Return the first row of each sample, as `pixels` takes them, and the one below its last.

        They are those in a picture of some `height`.
        """
        half = (self.thickness[self.line] if thickness is None else thickness) / 2 + margin
        top = np.rint(self.row + 0.5 - half).astype(np.intp)
        bottom = np.maximum(np.rint(self.row + 0.5 + half).astype(np.intp), top + 1)
        return np.maximum(top, 0), np.minimum(bottom, height)


def blocks_of(flat: Gray, steep: Gray | None = None) -> tuple[Gray, Gray]:
    """Return the block pictures for level lines and, of the transposed picture, for upright ones.

    `flat` and `steep`, (H, W) both, are where the former and the latter are searched: `flat` where
    only that is given. The blocks are (H, W / BLOCK rounded up) and (W, H / BLOCK rounded up)
    uint8; the last row or column fills the last block.
    """
    rows, columns = (-size % BLOCK for size in flat.shape)
    high = _filled(flat if steep is None else steep, rows, 0)
    upright = _mean([high[row::BLOCK] for row in range(BLOCK)])
    # As a picture of so many channels: OpenCV parts those quicker than NumPy strides columns.
    side_by_side = _filled(flat, 0, columns).reshape(len(flat), -1, BLOCK)
    level = _mean([np.asarray(part, np.uint8) for part in cv2.split(side_by_side)])
    return level, np.asarray(cv2.transpose(upright), np.uint8)


def _filled(picture: Gray, rows: int, columns: int) -> Gray:
    """Return a picture with its last row and column repeated."""
    if not (rows or columns):
        return picture
    edges = cv2.copyMakeBorder(picture, 0, rows, 0, columns, cv2.BORDER_REPLICATE)
    return np.asarray(edges, np.uint8)


def _mean(parts: Sequence[Gray]) -> Gray:
    """Return the mean of `BLOCK` pictures, rounded up."""
    total = np.full(parts[0].shape, BLOCK - 1, np.uint16)
    for part in parts:
        total += part
    return np.asarray(total // BLOCK, np.uint8)


def measured(profile: Profile, line: Ints, block: Ints, row: Reals, rows: int) -> Lines:
    """Return lines from their samples, with the row set to the middle of the ink.

    `profile` is what is seen across at the samples, `rows` how many there are in the picture.
    """
    count = int(line[-1]) + 1 if line.size else 0
    start = np.searchsorted(line, np.arange(count))
    across = profile.up + profile.down + 1
    thickness = median_of_each(across, line, start)
    plain = across <= thickness[line] + 1.5
    middle = profile.darkest + (profile.down - profile.up) / 2
    last = np.append(start, line.size)[1:] - 1
    extent = block[last] - block[start] + 1
    return Lines(
        line,
        block,
        np.clip(np.where(plain, middle, row), 0, rows - 1),
        start,
        thickness,
        median_of_each(profile.tone, line, start),
        (last - start + 1) / np.maximum(extent, 1),
        extent * BLOCK,
    )


def median_of_each(values: Reals, line: Ints, start: Ints) -> Reals:
    """Return the (upper) median of the samples of each line, whole numbers from 0 to 255."""
    size = np.diff(np.append(start, line.size))
    # One sort for all: each line's values are moved beyond those of the line before.
    ordered = np.sort((256 * line + values).astype(np.int32))  # twice as fast as float64
    return np.asarray(ordered[start + size // 2] - 256 * np.arange(start.size), np.float64)
