"""Lines found: ridges of darkness, judged piece by piece and joined over crossing strokes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.lines import BLOCK, Lines, measured, median_of_each
from digitscan.reading.profiles import Profile, Reals, Surroundings
from digitscan.reading.runs import Ints, Runs
from digitscan.types import Gray, Mask

PIECE = 5
"""Blocks of the shortest unbroken piece of a line."""
GAP = 15
"""Blocks that may miss between pieces of one line: a stroke that crosses it."""
LARGEST_JUMP = 2.2
"""Rows, or doublings of darkness, from the end of a piece to the beginning of the next."""
LONG = 12
"""Blocks from which it shows how a piece leans;"""
BENT = 0.05
"""two of a line lean alike, up to this part of their length: a crease meets a ruling aslant."""
PALEST = 10
"""A line is darker than both its sides by more than this, of 255."""
ROUGHEST = 0.5
"""Sum of the three shares by which a line may be uneven: in thickness (share of blocks), in
darkness (twice the typical deviation), in place (rows from block to block, for a thin line).
Rulings on scans and photos come to 0 to 0.4, rows of letters to 0.6 and more."""
THIN = 3.0
"""Rows of a thin line; the place of a thicker one is less certain in proportion."""
GRAIN = 4.0
"""Deviation in darkness, of 255, that any scan has."""
SOLID = 0.6
"""Share of the darkness near by that a thick line has all along."""
THICKEST = 17.0
"""Rows of the thickest ruling; a bar is not a ruling."""


def find_lines(blocks: Gray) -> Lines:
    """Find the lines in a block picture that look like rulings, of any length.

    Unbroken pieces are judged one by one, then those in one line are joined over the gaps that
    crossing strokes leave.
    """
    around = Surroundings.of(blocks)
    pieces, profile = _split(around, *_pieces(around, _ridges(blocks)))
    even = _even(profile, pieces)
    pieces, profile = pieces.keep(even), profile[even[pieces.line]]
    order, line = _joined(pieces, blocks)
    block, row = pieces.block[order], pieces.row[order]
    return measured(profile[order], line, block, row, blocks.shape[0])


def _joined(pieces: Lines, blocks: Gray) -> tuple[Ints, Ints]:
    """Return the samples in order of the joined lines, and each one's line.

    Pieces go on in one another where the second begins about where the first ends, neither is
    far darker, and what is missing between is dark too.
    """
    _, place = pieces.pixels(blocks.shape, thickness=2.0)
    bridged = Runs.through(np.sort(place), blocks.shape[1], GAP)
    first, last = pieces.start, pieces.stop - 1
    begin, end = pieces.row[first], pieces.row[last]
    run = bridged.at(np.rint(begin).astype(np.intp), pieces.block[first])
    group = bridged.connected(beside=1)[run]
    order = np.lexsort((pieces.block[first], group))
    before, after = order[:-1], order[1:]
    pale = np.minimum(pieces.tone[before], pieces.tone[after])
    dark = np.maximum(pieces.tone[before], pieces.tone[after])
    apart = pieces.block[first[after]] - pieces.block[last[before]]
    jump = np.abs(begin[after] - end[before]) - 0.15 * apart + np.log2((dark + 20) / (pale + 20))
    goes_on = (group[before] == group[after]) & (apart > 0) & (jump < LARGEST_JUMP)
    extent = pieces.block[last] - pieces.block[first]
    lean = (end - begin) / np.maximum(BLOCK * extent, 1)
    long = extent >= LONG
    goes_on &= ~(long[before] & long[after] & (np.abs(lean[after] - lean[before]) > BENT))
    for part in (0.2, 0.4, 0.6, 0.8):
        block = np.rint(pieces.block[last[before]] + part * apart).astype(np.intp)
        row = np.rint(end[before] + part * (begin[after] - end[before])).astype(np.intp)
        rows = np.clip(row[:, None] + np.arange(-1, 2), 0, blocks.shape[0] - 1)
        goes_on &= blocks[rows, block[:, None]].max(axis=1, initial=0) > 0.6 * pale
    # The samples of one piece after those of another, which end before it begins.
    count = (last - first + 1)[order]
    moved = first[order] - (np.cumsum(count) - count)
    line = np.cumsum(np.append(True, ~goes_on)[: order.size]) - 1
    return np.arange(pieces.line.size) + np.repeat(moved, count), np.repeat(line, count)


def _ridges(blocks: Gray) -> Mask:
    """Return where a block is darker than the blocks above and below it, along a piece of line.

    The opening along the line leaves only what goes on for a whole piece; rows of letters have
    gaps between and fall away. Thick lines, which rows of small letters resemble most, must be
    solid as well, and are not several lines close together.
    """
    piece = np.ones((1, PIECE), np.uint8)
    along = np.asarray(cv2.erode(blocks, piece), np.uint8)
    fine, medium, thick = (
        np.asarray(cv2.subtract(along, _sides(along, apart))) > PALEST for apart in (3, 5, 9)
    )
    seen = (fine | medium).view(np.uint8)
    beside = cv2.dilate(seen, np.ones((13, 1), np.uint8))
    alone = np.flatnonzero(thick & (np.asarray(beside) == 0))
    darkest = np.asarray(cv2.dilate(blocks, piece), np.uint8).ravel()[alone]
    solid = along.ravel()[alone] > (SOLID * darkest).astype(np.uint8)
    seen.ravel()[alone[solid]] = 1
    return np.asarray(cv2.dilate(seen, piece), np.uint8)


def _sides(picture: Gray, apart: int) -> cv2.typing.MatLike:
    """Return the darker of the two pixels `apart` rows above and below each pixel."""
    ends = np.zeros((2 * apart + 1, 1), np.uint8)
    ends[[0, -1]] = 1
    return cv2.dilate(picture, ends)


def _pieces(around: Surroundings, seen: Mask) -> tuple[Lines, Profile]:
    """Return the unbroken pieces of what may be lines, and what is seen across them."""
    runs = Runs.of(seen)
    label = runs.connected(beside=1, rows=2)
    boxes, _ = runs.measured(label)
    wide, high = boxes[:, 2], boxes[:, 3]
    candidate = (wide >= PIECE) & (high + 1 < 0.6 * wide + THICKEST)
    chosen = candidate[label]
    runs, label = runs[chosen], label[chosen]
    # Places for all blocks of the first candidate, then for those of the next.
    first = np.cumsum(candidate * wide) - candidate * wide - boxes[:, 0]
    ids = np.flatnonzero(candidate)
    line = np.repeat(np.arange(ids.size), wide[ids])
    block = np.arange(line.size) - first[ids][line]
    times, total = runs.heaped(first[label], line.size)
    row = total / np.maximum(times, 1)
    there = times > 0
    line, block, row = line[there], block[there], row[there]
    return _settled(around, around.across(block, row), line, block, row)


def _settled(
    around: Surroundings, profile: Profile, line: Ints, block: Ints, row: Reals
) -> tuple[Lines, Profile]:
    """Return lines set to the middle of their ink, and what is seen across them there.

    `profile` is what is seen across at the samples.
    """
    lines = measured(profile, line, block, row, around.darkest.shape[0])
    return lines, around.again(profile, row, block, lines.row)


def _split(around: Surroundings, pieces: Lines, profile: Profile) -> tuple[Lines, Profile]:
    """Cut pieces where the row or the darkness jumps: there a letter touches the end of a line.

    `profile` is what is seen across at the samples.
    """
    step = np.abs(np.diff(pieces.row, prepend=pieces.row[:1]))
    last = np.append(profile.tone[:1], profile.tone[:-1])
    jump = (step > 1.5) | (
        np.maximum(profile.tone, last) > 1.8 * np.minimum(profile.tone, last) + 20
    )
    jump |= np.diff(pieces.line, prepend=pieces.line[:1]) > 0
    line = np.cumsum(jump).astype(np.intp)
    long = np.flatnonzero(np.bincount(line, minlength=1)[line] >= PIECE - 1)
    line = np.cumsum(np.diff(line[long], prepend=line[long[:1]]) > 0)
    return _settled(around, profile[long], line, pieces.block[long], pieces.row[long])


def _even(profile: Profile, lines: Lines) -> NDArray[np.bool_]:
    """Tell for each line whether it is thin, even and has little attached on one side at least.

    `profile` is what is seen across at the lines' samples.
    """
    up, down, tone = profile.up, profile.down, profile.tone
    line, count = lines.line, lines.start.size
    across, typical = up + down + 1, lines.thickness[line]
    size = np.bincount(line, minlength=count)
    above = np.bincount(line, up > typical + 2, minlength=count) / size
    below = np.bincount(line, down > typical + 2, minlength=count) / size
    plain = (up <= typical + 2) & (down <= typical + 2)
    off = plain & (np.abs(across - typical) > np.maximum(1.5, 0.35 * typical))
    uneven = np.bincount(line, off, minlength=count) / size
    unsteady = median_of_each(np.abs(tone - lines.tone[line]), line, lines.start)
    unsteady = np.maximum(unsteady - GRAIN, 0) / np.maximum(lines.tone, 1)
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
