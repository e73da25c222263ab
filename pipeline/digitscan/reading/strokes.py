"""Strokes that stand on level rulings: teeth of combs, sides of boxes, digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.lines import BLOCK, Lines
from digitscan.reading.profiles import Reals
from digitscan.reading.runs import Ints
from digitscan.types import Gray

CLEAR = 3
"""Pixels above a ruling in which its soft edge may lie."""
DARK = 0.5
"""Share of the ruling's darkness that a tooth has at least."""
LOWEST = 7
"""Pixels of the shortest tooth above that."""
TALLEST, AT_ONCE = 160, 32
"""Pixels of the tallest tooth, and how many of them are looked at together: most end soon."""
THICKER = 4
"""Pixels by which a tooth may be thicker than the ruling that it stands on."""
DARKER = 1.7
"""How many times as dark as the ruling teeth may be; a pen's strokes on a pale one are darker."""
MOST = 60
"""A ruling with more strokes upon it is no comb's."""


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """What stands on rulings, left to right on each; (N,) each.

    The ruling that it stands on, column and row of the foot, and whether it is about as thin and
    as dark as that, as a tooth is.
    """

    line: Ints
    column: Reals
    foot: Ints
    slender: NDArray[np.bool_]

    def keep(self, which: NDArray[np.bool_]) -> Strokes:
        """Return only some strokes: `which` is (N,) bool."""
        return Strokes(self.line[which], self.column[which], self.foot[which], self.slender[which])


def strokes_on(lines: Lines, darkness: Gray) -> Strokes:
    """Find what stands on lines without gaps; nothing on those with one stroke or very many."""
    width, tones = darkness.shape[1], lines.tone.astype(np.intp)
    columns = (lines.block[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    line = np.repeat(lines.line, BLOCK)
    # All lines behind one another, each no farther than its last sample.
    upto, far = np.minimum(columns, lines.block[lines.stop - 1][line] * BLOCK), width + BLOCK
    middle = np.interp(line * far + upto, lines.line * far + lines.block * BLOCK, lines.row)
    rows = np.rint(middle - lines.thickness[line] / 2).astype(np.intp) - CLEAR
    inside = (rows >= LOWEST) & (columns < width)
    line, columns, rows = line[inside], columns[inside], rows[inside]
    near = darkness.ravel().take(rows * width + columns - width * np.arange(LOWEST)[:, None])
    dark = near.min(axis=0, initial=255) > DARK * tones[line]
    changes = np.append(line[1:] != line[:-1], True)[: line.size]
    start = np.flatnonzero(dark & np.append(True, ~dark[:-1] | changes[:-1])[: line.size])
    stop = np.flatnonzero(dark & (changes | np.append(~dark[1:], True)[: line.size])) + 1
    count = np.bincount(line[start], minlength=lines.start.size)
    few = ((count >= 2) & (count <= MOST))[line[start]]
    start, stop = start[few], stop[few]
    at = (start + stop - 1) // 2
    line, foot = line[at], rows[at]
    first = np.searchsorted(np.flatnonzero(changes), at)  # lines before it that have samples
    begin = np.append(0, np.flatnonzero(changes) + 1)[first]
    column = columns[begin] + (start + stop - 1) / 2 - begin
    slender = stop - start <= lines.thickness[line] + THICKER
    tone = darkness[foot - LOWEST // 2, column.astype(np.intp)]
    return Strokes(line, column, foot, slender & (tone <= DARKER * tones[line]))


def heights_of(strokes: Strokes, least: Reals, darkness: Gray, level: Gray) -> Ints:
    """Measure strokes: (N,) rows that are darker than `least`, (N,).

    It is 0 where one is no slender stroke that ends free above.
    """
    slender = np.flatnonzero(strokes.slender)
    foot, middle = strokes.foot[slender], strokes.column[slender].astype(np.intp)
    width, dark, ruled = darkness.shape[1], darkness.ravel(), level.ravel()
    height, crossed = np.zeros(slender.size, np.intp), np.zeros(slender.size, np.bool_)
    going = np.arange(slender.size)
    for first in range(0, TALLEST, AT_ONCE):
        high = first + np.arange(min(AT_ONCE, TALLEST - first))[:, None]
        up = np.maximum(foot[going] - high, 0) * width
        at, beside = up + middle[going], up + np.maximum(middle[going] - 1, 0)
        seen = np.maximum(dark.take(at), dark.take(beside)) > least[slender[going]]
        tooth = np.logical_and.accumulate(seen & (foot[going] >= high), axis=0)
        height[going] += tooth.sum(axis=0)
        crossed[going] |= ((ruled.take(at) > 0) & tooth).any(axis=0)
        going = going[tooth[-1]]
    beyond = level[np.maximum(foot - height - CLEAR, 0), middle] > 0
    heights = np.zeros(strokes.line.size, np.intp)
    heights[slender] = np.where((height < TALLEST) & ~beyond & ~crossed, height, 0)
    return heights
