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

from digitscan.types import Gray, Mask

BLOCK = 4
"""Columns that make one block."""
PIECE = 5
"""Blocks of the shortest unbroken piece of a line."""
GAP = 15
"""Blocks that may miss between pieces of one line: a stroke that crosses it."""
LARGEST_JUMP = 2.2
"""Rows, or doublings of darkness, from the end of a piece to the beginning of the next."""
PALEST = 10
"""A line is darker than both its sides by more than this, of 255."""
REACH = 14
"""Rows to each side of a line that are looked at to measure it."""
ROUGHEST = 0.5
"""Sum of the three shares by which a line may be uneven: in thickness (share of blocks), in
darkness (twice the typical deviation), in place (rows from block to block, for a thin line).
Rulings on scans and photos come to 0 to 0.4, rows of letters to 0.6 and more."""
THIN = 3.0
"""Rows of a thin line; the place of a thicker one is less certain in proportion."""
GRAIN = 4.0
"""Deviation in darkness, of 255, that any scan has."""
THICKEST = 11.0
"""Rows of the thickest ruling; a bar is not a ruling."""

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

    def without_gaps(self) -> Lines:
        """Return the same lines with a sample in every block from their first to their last."""
        if not self.line.size:
            return self
        first, last = self.block[self.start], self.block[self.stop - 1]
        count = last - first + 1
        start = np.cumsum(count) - count
        line = np.repeat(np.arange(count.size), count)
        block = np.arange(line.size) - start[line] + first[line]
        stride = int(last.max(initial=0)) + 2
        row = np.interp(line * stride + block, self.line * stride + self.block, self.row)
        return replace(self, line=line, block=block, row=row, start=start)

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


def find_lines(blocks: Gray) -> Lines:
    """Find the lines in a block picture that look like rulings, of any length.

    Unbroken pieces are judged one by one, then those in one line are joined over the gaps that
    crossing strokes leave.
    """
    pieces = _pieces(blocks, _ridges(blocks))
    order, line = _joined(pieces, blocks)
    return _measured(blocks, line, pieces.block[order], pieces.row[order])


def _joined(pieces: Lines, blocks: Gray) -> tuple[Ints, Ints]:
    """Return the samples in order of the joined lines, and each one's line.

    Pieces go on in one another where the second begins about where the first ends, neither is
    far darker, and what is missing between is dark too.
    """
    painted = pieces.paint(blocks.shape, thickness=2.0)
    bridged = cv2.morphologyEx(painted, cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8))
    _, labelled = cv2.connectedComponents(np.asarray(bridged, np.uint8))
    first, last = pieces.start, pieces.stop - 1
    begin, end = pieces.row[first], pieces.row[last]
    group = np.asarray(labelled, np.int32)[np.rint(begin).astype(np.intp), pieces.block[first]]
    order = np.lexsort((pieces.block[first], group))
    before, after = order[:-1], order[1:]
    pale = np.minimum(pieces.tone[before], pieces.tone[after])
    dark = np.maximum(pieces.tone[before], pieces.tone[after])
    apart = pieces.block[first[after]] - pieces.block[last[before]]
    jump = np.abs(begin[after] - end[before]) - 0.15 * apart + np.log2((dark + 20) / (pale + 20))
    goes_on = (group[before] == group[after]) & (apart > 0) & (jump < LARGEST_JUMP)
    for part in (0.2, 0.4, 0.6, 0.8):
        block = np.rint(pieces.block[last[before]] + part * apart).astype(np.intp)
        row = np.rint(end[before] + part * (begin[after] - end[before])).astype(np.intp)
        rows = np.clip(row[:, None] + np.arange(-1, 2), 0, blocks.shape[0] - 1)
        goes_on &= blocks[rows, block[:, None]].max(axis=1, initial=0) > 0.6 * pale
    number = np.empty(order.size, np.intp)
    number[order] = np.cumsum(np.append(True, ~goes_on)[: order.size]) - 1
    line = number[pieces.line]
    samples = np.lexsort((pieces.block, line))
    return samples, line[samples]


def _ridges(blocks: Gray) -> Mask:
    """Return where a block is darker than the blocks above and below it, along a piece of line.

    The opening along the line leaves only what goes on for a whole piece; rows of letters have
    gaps between and fall away. Thick lines, which rows of small letters resemble most, must be
    solid as well, and are not several lines close together.
    """
    piece = np.ones((1, PIECE), np.uint8)
    along = cv2.erode(blocks, piece)
    solid = np.asarray(along, np.float32) > 0.6 * np.asarray(cv2.dilate(blocks, piece))
    fine, medium, thick = (
        np.asarray(cv2.subtract(along, _sides(along, apart))) > PALEST for apart in (3, 5, 9)
    )
    thin = (fine | medium).view(np.uint8)
    beside = np.asarray(cv2.dilate(thin, np.ones((13, 1), np.uint8))) > 0
    seen = np.maximum(thin, (thick & solid & ~beside).view(np.uint8))
    return np.asarray(cv2.dilate(seen, piece), np.uint8)


def _sides(picture: cv2.typing.MatLike, apart: int) -> cv2.typing.MatLike:
    """Return the darker of the two pixels `apart` rows above and below each pixel."""
    ends = np.zeros((2 * apart + 1, 1), np.uint8)
    ends[[0, -1]] = 1
    return cv2.dilate(picture, ends)


def _pieces(blocks: Gray, seen: Mask) -> Lines:
    """Return the unbroken pieces that are thin, even, smooth and have little attached."""
    joined = cv2.dilate(seen, np.ones((2, 1), np.uint8))
    _, labelled, stats, _ = cv2.connectedComponentsWithStats(joined)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    candidate = (wide >= PIECE) & (high < 0.6 * wide + THICKEST)
    candidate[0] = False
    places = np.flatnonzero(seen)
    labels = np.asarray(labelled, np.int32).ravel()[places]
    places, labels = places[candidate[labels]], labels[candidate[labels]]
    width = blocks.shape[1]
    keys, inverse, times = np.unique(
        labels.astype(np.int64) * width + places % width, return_inverse=True, return_counts=True
    )
    row = np.bincount(inverse, places // width, minlength=keys.size) / np.maximum(times, 1)
    _, line = np.unique(keys // width, return_inverse=True)
    pieces = _split(blocks, _measured(blocks, line, (keys % width).astype(np.intp), row))
    return pieces.keep(_even(blocks, pieces))


def _split(blocks: Gray, pieces: Lines) -> Lines:
    """Cut pieces where the row or the darkness jumps: there a letter touches the end of a line."""
    tone = _profile(blocks, pieces.block, pieces.row)[3]
    step = np.abs(np.diff(pieces.row, prepend=pieces.row[:1]))
    last = np.append(tone[:1], tone[:-1])
    jump = (step > 1.5) | (np.maximum(tone, last) > 1.8 * np.minimum(tone, last) + 20)
    jump |= np.diff(pieces.line, prepend=pieces.line[:1]) > 0
    line = np.cumsum(jump).astype(np.intp)
    long = np.bincount(line, minlength=1)[line] >= PIECE - 1
    _, line = np.unique(line[long], return_inverse=True)
    return _measured(blocks, line, pieces.block[long], pieces.row[long])


def _measured(blocks: Gray, line: Ints, block: Ints, row: Reals) -> Lines:
    """Return lines from their samples, with the rows set to the middle of the ink."""
    count = int(line[-1]) + 1 if line.size else 0
    start = np.searchsorted(line, np.arange(count))
    up, down, darkest, tone = _profile(blocks, block, row)
    across = up + down + 1
    thickness = _median(across, line, start)
    plain = across <= thickness[line] + 1.5
    last = np.append(start, line.size)[1:] - 1
    extent = block[last] - block[start] + 1
    return Lines(
        line,
        block,
        np.where(plain, darkest + (down - up) / 2, row),
        start,
        thickness,
        _median(tone, line, start),
        (last - start + 1) / np.maximum(extent, 1),
        extent * BLOCK,
    )


def _even(blocks: Gray, lines: Lines) -> NDArray[np.bool_]:
    """Tell for each line whether it is thin, even and has little attached on one side at least."""
    up, down, _, tone = _profile(blocks, lines.block, lines.row)
    line, count = lines.line, lines.start.size
    across, typical = up + down + 1, lines.thickness[line]
    size = np.bincount(line, minlength=count)
    above = np.bincount(line, up > typical + 2, minlength=count) / size
    below = np.bincount(line, down > typical + 2, minlength=count) / size
    plain = (up <= typical + 2) & (down <= typical + 2)
    off = plain & (np.abs(across - typical) > np.maximum(1.5, 0.35 * typical))
    uneven = np.bincount(line, off, minlength=count) / size
    unsteady = _median(np.abs(tone - lines.tone[line]), line, lines.start)
    unsteady = np.maximum(unsteady - GRAIN, 0) / lines.tone
    both = plain & ~off & np.roll(plain & ~off, 1)
    both[lines.start] = False
    step = np.abs(np.diff(lines.row, prepend=lines.row[:1]))
    steps = np.maximum(np.bincount(line, both, minlength=count), 1)
    wander = np.bincount(line, step * both, minlength=count) / steps
    wander /= np.maximum(lines.thickness / THIN, 1)
    return (
        (lines.thickness <= THICKEST)
        & (np.minimum(above, below) < 0.25)
        & (np.maximum(above, below) < 0.6)
        & (uneven + 2 * unsteady + wander < ROUGHEST)
    )


def _profile(blocks: Gray, block: Ints, row: Reals) -> tuple[Reals, Reals, Reals, Reals]:
    """Return the rows of ink above and below the darkest row, that row, and its darkness."""
    height = blocks.shape[0]
    nearest = np.rint(row).astype(np.intp)
    offsets = np.arange(-REACH, REACH + 1)
    window = blocks[np.clip(nearest[:, None] + offsets, 0, height - 1), block[:, None]]
    if not row.size:
        return np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0)
    near = window[:, REACH - 2 : REACH + 3]
    darkest = REACH - 2 + near.argmax(axis=1)
    tone = near.max(axis=1).astype(np.float64)
    dark = window > ((tone + window.min(axis=1)) / 2)[:, None]
    up, down = np.zeros(row.size), np.zeros(row.size)
    going_up, going_down = np.ones(row.size, bool), np.ones(row.size, bool)
    index = np.arange(row.size)
    for k in range(1, REACH - 1):
        going_up &= dark[index, np.maximum(darkest - k, 0)]
        going_down &= dark[index, np.minimum(darkest + k, 2 * REACH)]
        up += going_up
        down += going_down
    return up, down, np.asarray(nearest + darkest - REACH, np.float64), tone


def _median(values: Reals, line: Ints, start: Ints) -> Reals:
    """Return the (upper) median of the samples of each line."""
    order = np.lexsort((values, line))
    size = np.diff(np.append(start, line.size))
    return np.asarray(values[order][start + size // 2], np.float64)
