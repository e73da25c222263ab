"""Which lines are rulings: the long ones, and short ones that others of a form hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.crossings import ONWARD, Drawn, Onward, across_at, meeting, onward_of
from digitscan.reading.lines import BLOCK, Lines
from digitscan.reading.profiles import Reals
from digitscan.reading.runs import Ints
from digitscan.reading.scale import DARK, is_part
from digitscan.types import Gray

LONG = 120
"""A ruling this long (working pixels) stands by itself on a page; shorter ones meet others."""
STROKES = 30
"""The same in stroke widths: the base of a large 2 is a long level stroke as well."""
UPRIGHT = 2
"""Upright rulings that stand alone are longer so many times: tall strokes are, underlines not."""
ACROSS = 0.65
"""Share of a part's long side that a ruling runs across."""
SHORT = 900
"""In a part of a page with a shorter long side only lines across most of it count..."""
FRAME = 0.4
"""...those that hold each other across this share of it, as the box around a field does, and `pale`
ones of any length."""
FEW = 6
"""Rulings from which it shows what rulings are like on a page."""
ASIDE = 0.12
"""Lean, as a share of the length, that tells nothing of how others lean."""
LEANING = 0.05
"""By how much more or less a pen's stroke leans than rulings there do, and one row more."""
WAVERING = 3.0
"""A pen's stroke strays from straight more than so many times as far as rulings do..."""
STEADY = 0.15
"""...and by so many rows more..."""
OTHER_TONE = 0.12
"""...where it differs from their darkness by more than this share."""
FARTHEST = 0.4
"""A pen's stroke is shorter than this share of the page."""
CREASE = 0.65
"""What leans aside and has less than this share of the rulings' darkness is a crease."""


def accepted(
    found: list[Lines], blocks: tuple[Gray, Gray], stroke: float, pale: bool = False
) -> list[Lines]:
    """Keep long lines, and short ones both of whose ends meet lines of the other direction.

    `found` and `blocks` are level and upright lines and the block pictures that they are in. A
    line is lengthened to the line that it meets where strokes hide its end. In a part of a page
    short ones that are `pale` count too, or not.
    """
    shapes = blocks[0].shape, blocks[1].shape
    extents = shapes[0][0], shapes[1][0]
    part = is_part(extents, stroke)
    least = _least_length(max(extents), stroke, part)
    long = [
        (lines.length >= times * least) & (lines.filled > 0.7)
        for lines, times in zip(found, (1, UPRIGHT), strict=True)
    ]
    if part:
        through = [_from_edge_to_edge(*which) for which in zip(found, blocks, strict=True)]
        long = [k | across for k, across in zip(long, through, strict=True)]
    share, palest = FRAME if part else 0.0, DARK if pale else 0
    keep = [
        k | ((lines.filled > 0.6) & ((lines.length >= share * extent) | (lines.tone < palest)))
        for k, lines, extent in zip(long, found, extents[::-1], strict=True)
    ]
    crossing = shapes[::-1]
    places = [across_at(f.block, f.row, shape) for f, shape in zip(found, crossing, strict=True)]
    ways = [onward_of(*which) for which in zip(found, blocks, crossing, strict=True)]
    drawn = [Drawn.of(*which) for which in zip(found, ways, shapes, strict=True)]
    near = [pixels.near(k) for pixels, k in zip(drawn, keep, strict=True)]
    keep, near = _settled(found, places, ways, long, keep, drawn, near)
    like = [_like_rulings(*which) for which in zip(found, keep, extents[::-1], strict=True)]
    long, ruled = ([k & alike for k, alike in zip(ks, like, strict=True)] for ks in (long, keep))
    near = _nearer(drawn, near, keep, ruled)
    keep, near = _settled(found, places, ways, long, ruled, drawn, near)
    return [
        _lengthened(lines, way, way.meets(lines.tone, other), k)
        for lines, way, other, k in zip(found, ways, near[::-1], keep, strict=True)
    ]


def _from_edge_to_edge(lines: Lines, block: Gray) -> NDArray[np.bool_]:
    """Tell which lines go from edge to edge of the picture, (H, W) in blocks; (L,) bool."""
    first, last = lines.block[lines.start], lines.block[lines.stop - 1]
    return np.asarray((first <= 1) & (last >= block.shape[1] - 2), np.bool_)


def _settled(
    found: list[Lines],
    places: list[Ints],
    ways: list[Onward],
    long: list[NDArray[np.bool_]],
    keep: list[NDArray[np.bool_]],
    drawn: list[Drawn],
    near: list[Gray],
) -> tuple[list[NDArray[np.bool_]], list[Gray]]:
    """Drop short lines that none of those kept hold until all are held.

    `places` are those of the samples, as `across_at` gives them. `near` is `Drawn.near` of those
    kept, and is returned for those that are left.
    """
    fewer = [True, True]
    while any(fewer):
        left = [  # those that held lines before still do where the others have not become fewer
            long[a] | _held(found[a], places[a], ways[a], near[1 - a], keep[a] & ~long[a])
            if fewer[1 - a]
            else keep[a]
            for a in (0, 1)
        ]
        fewer = [not np.array_equal(*which) for which in zip(keep, left, strict=True)]
        keep, near = left, _nearer(drawn, near, keep, left)
    return keep, near


def _nearer(
    drawn: list[Drawn],
    near: list[Gray],
    keep: list[NDArray[np.bool_]],
    left: list[NDArray[np.bool_]],
) -> list[Gray]:
    """Return `Drawn.near` of the lines that are left, where it is known of those kept before."""
    return [
        known if np.array_equal(before, after) else pixels.near(after)
        for pixels, known, before, after in zip(drawn, near, keep, left, strict=True)
    ]


def _like_rulings(lines: Lines, keep: NDArray[np.bool_], extent: int) -> NDArray[np.bool_]:
    """Tell which lines are like the kept ones: strokes from edge to edge and creases are not.

    `extent` is the page's, in pixels, along the lines.

    They lean aside, or they waver and are of another darkness. How rulings lean may change
    steadily across the page, as it does on a photo.
    """
    lean, waver = _straightness(lines)
    like = keep & (np.abs(lean - np.median(lean[keep])) < ASIDE) if keep.any() else keep
    if np.count_nonzero(like) < FEW:
        return np.ones_like(keep)
    place, weight = lines.row[lines.start], np.sqrt(lines.length)
    tone = float(np.median(lines.tone[like]))
    pale = lines.tone < CREASE * tone
    dark = like & ~pale  # the half at least
    usual = np.poly1d(np.polyfit(place[dark], lean[dark], 1, w=weight[dark]))(place)
    other = np.abs(lines.tone - tone) > OTHER_TONE * tone
    other &= waver > WAVERING * float(np.median(waver[like])) + STEADY
    aside = np.abs(lean - usual) > LEANING + 1 / np.maximum(lines.length, 1)
    far = (lines.length >= FARTHEST * extent) & ~(aside & pale)
    return np.asarray(far | ~(aside | other), np.bool_)


def _straightness(lines: Lines) -> tuple[Reals, Reals]:
    """Return the lean of each line, rows a column, and how far it strays from straight, in rows."""
    count = np.diff(np.append(lines.start, lines.line.size))
    x = lines.block - np.add.reduceat(lines.block, lines.start)[lines.line] / count[lines.line]
    y = lines.row - np.add.reduceat(lines.row, lines.start)[lines.line] / count[lines.line]
    slope = np.bincount(lines.line, x * y) / np.maximum(np.bincount(lines.line, x * x), 1)
    stray = np.bincount(lines.line, (y - slope[lines.line] * x) ** 2) / count
    return slope / BLOCK, np.sqrt(stray)


def _least_length(extent: int, stroke: float, part: bool) -> float:
    """Return how long a ruling that stands alone is at least, for a long side and a stroke width.

    In a part cut from a form the digits are as tall as the picture, so only lines across most
    of it count; the larger the picture, the smaller the writing on it.
    """
    across = ACROSS * extent - 1.2 * max(extent - SHORT, 0)
    return max(LONG, STROKES * stroke, across if part or extent >= SHORT else 0)


def _held(
    lines: Lines, places: Ints, way: Onward, near: Gray, asked: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell for each line whether it is asked for and held by lines of the other direction.

    Either both ends meet one, at once or further on, or three meet it anywhere, as the dividers
    of a comb do. A line much darker than what it meets is a pen's stroke from edge to edge.
    """
    samples = np.flatnonzero(asked[lines.line])
    line = lines.line[samples]
    meets = meeting(lines.tone[line], near.ravel().take(places[samples]))
    begins = meets.copy()
    begins[1:] &= ~meets[:-1] | (line[1:] != line[:-1])
    often = np.bincount(line, begins, minlength=lines.start.size) >= 3
    asking = np.flatnonzero(asked)
    first = np.searchsorted(line, asking)
    last = np.searchsorted(line, asking, side="right") - 1
    ends = meets[np.stack([first, last])]
    ends |= way.meets(lines.tone, near, asking).any(axis=2)
    often[asking] |= ends.all(axis=0)
    return np.asarray(often, np.bool_)


def _lengthened(
    lines: Lines, way: Onward, meets: NDArray[np.bool_], keep: NDArray[np.bool_]
) -> Lines:
    """Return the kept lines, each with its way up to where it first meets another."""
    first = np.where(meets.any(axis=2), meets.argmax(axis=2), -1)
    used = (np.arange(ONWARD) <= first[..., None]) & keep[:, None]
    line = np.broadcast_to(np.arange(keep.size)[:, None], used.shape)[used]
    own = keep[lines.line]
    number = (np.cumsum(keep) - 1).astype(np.intp)
    every = number[np.concatenate([lines.line[own], line])]
    block = np.concatenate([lines.block[own], way.block[used]])
    row = np.concatenate([lines.row[own], way.row[used]])
    order = np.lexsort((block, every))
    return lines.keep(keep).at(every[order], block[order], row[order])
