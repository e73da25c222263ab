"""Open combs: teeth that stand on a level ruling at equal distances part cells for one digit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.cells import ONE_DIGIT, Boxes, Labels
from digitscan.reading.lines import BLOCK, Ints, Lines, Reals
from digitscan.types import Gray

CLEAR = 3
"""Pixels above a ruling in which its soft edge may lie."""
LOWEST = 7
"""Pixels of the shortest tooth above that."""
TALLEST = 160
"""Pixels of the tallest tooth."""
DARK = 0.5
"""Share of the ruling's darkness that a tooth has at least."""
THICKER = 4
"""Pixels by which a tooth may be thicker than the ruling that it stands on."""
DARKER = 1.7
"""How many times as dark as the ruling teeth may be; a pen's strokes on a pale one are darker."""
EVEN = 0.1
"""Share, two pixels at least, by which teeth differ in height from what is usual among them."""
OFF = 0.025
"""Share of their distance by which teeth may stand beside their places; a side twice as much."""
OFF_PIXELS = 2.0
"""The same at least, in pixels."""
MISSED = 2
"""Teeth in a row that strokes may hide."""
NARROWEST = 22
"""Pixels from tooth to tooth; letters stand closer together."""
ALONE = 0.5
"""Share of all that stands on the ruling along the comb that is teeth."""
LEAST = 4
"""Teeth of a comb, the sides of the box that it stands in included."""
MOST = 60
"""A ruling with more strokes upon it is no comb's."""
BESIDE = 5
"""Pixels of paper to both sides of a tooth."""
BARE = 0.5
"""Share of the teeth and sides beside which it is bare, of sides always; letters stand in words."""
HIDDEN = 0.7
"""Share of its height that is dark where a tooth stands hidden among strokes."""
ABOVE = 1.2
"""Height of the cells of a comb that is no part of a box, in distances of its teeth."""


@dataclass(frozen=True, slots=True)
class Comb:
    """Teeth and sides at columns `places`, left to right, that part one row of cells.

    They stand on row `foot`, the teeth `height` high, `thick` wide and as dark as `tone`. `box` is
    the index of the cell that they part, whose sides are the first and the last place; -1 where
    all are teeth.
    """

    places: Reals
    foot: int
    height: int
    thick: float
    tone: int
    box: int

    @property
    def teeth(self) -> Reals:
        """The columns of the teeth."""
        return self.places if self.box < 0 else self.places[1:-1]


@dataclass(frozen=True, slots=True, eq=False)
class _Strokes:
    """What stands on a ruling, left to right: columns and rows of the feet, heights; (N,) each.

    The height is 0 where it is no narrow stroke that ends free above.
    """

    column: Reals
    foot: Ints
    height: Ints

    def keep(self, which: NDArray[np.bool_]) -> _Strokes:
        return _Strokes(self.column[which], self.foot[which], self.height[which])


def find_combs(
    across: Lines, darkness: Gray, level: Gray, cells: Boxes, labels: Labels
) -> list[Comb]:
    """Find the open combs on a page.

    Parameters
    ----------
    across
        Its level rulings, which `level`, (H, W) uint8, shows: 0 beside them.
    darkness
        (H, W) uint8, the page at working scale.
    cells, labels
        As `find_cells` gives them.
    """
    combs = []
    whole = across.without_gaps()
    for k, (first, last) in enumerate(zip(whole.start, whole.stop, strict=True)):
        thick, tone = float(whole.thickness[k]), int(whole.tone[k])
        columns = np.arange(whole.block[first] * BLOCK, (whole.block[last - 1] + 1) * BLOCK)
        columns = columns[columns < darkness.shape[1]]
        middle = np.interp(columns, whole.block[first:last] * BLOCK, whole.row[first:last])
        rows = np.rint(middle - thick / 2).astype(np.intp) - CLEAR
        strokes = _strokes_on(columns, rows, thick + THICKER, tone, darkness, level)
        if 2 <= strokes.column.size <= MOST:
            above = np.clip(strokes.foot - LOWEST, 0, None)
            box = labels[above, np.rint(strokes.column).astype(np.intp)].astype(np.intp) - 1
            for index in np.unique(box).tolist():
                side = _sides(cells[index], thick) if index >= 0 else np.zeros(0)
                comb = _comb_of(strokes.keep(box == index), side, thick, darkness, DARK * tone)
                if comb is not None:
                    combs.append(Comb(*comb, thick, tone, index))
    return combs


def _sides(cell: NDArray[np.intp], thick: float) -> Reals:
    """Return the columns of the rulings to the left and to the right of a cell."""
    half = thick / 2 + CLEAR / 2
    return np.array([cell[0] - half, cell[0] + cell[2] + half])


def _strokes_on(
    columns: Ints, rows: Ints, widest: float, tone: int, darkness: Gray, level: Gray
) -> _Strokes:
    """Find what stands on a line of some tone: a tooth is as dark, and `widest` at most.

    `columns` and `rows` are (N,) the places right above the line.
    """
    least = DARK * tone
    inside = rows >= LOWEST
    columns, rows = columns[inside], rows[inside]
    width = darkness.shape[1]
    near = darkness.ravel().take(rows * width + columns - width * np.arange(LOWEST)[:, None])
    near = near.min(axis=0, initial=255)
    edges = np.flatnonzero(np.diff(near > least, prepend=False, append=False))
    start, stop = edges[::2], edges[1::2]
    if not 0 < start.size <= MOST:
        return _Strokes(np.zeros(0), np.zeros(0, np.intp), np.zeros(0, np.intp))
    at = (start + stop - 1) / 2
    foot, column = rows[at.astype(np.intp)], columns[0] + at
    high = np.arange(TALLEST)[:, None]
    up, middle = np.maximum(foot - high, 0), column.astype(np.intp)
    seen = np.maximum(darkness[up, middle], darkness[up, np.maximum(middle - 1, 0)]) > least
    tooth = np.logical_and.accumulate(seen & (foot >= high), axis=0)
    height = tooth.sum(axis=0)
    beyond = level[np.maximum(foot - height - CLEAR, 0), middle] > 0
    free = (stop - start <= widest) & (darkness[foot - LOWEST // 2, middle] <= DARKER * tone)
    free &= (height < TALLEST) & ~(beyond | ((level[up, middle] > 0) & tooth).any(axis=0))
    return _Strokes(column, foot, np.where(free, height, 0))


def _comb_of(
    strokes: _Strokes, sides: Reals, thick: float, darkness: Gray, least: float
) -> tuple[Reals, int, int] | None:
    """Return the places, the foot and the height of the comb that strokes make, if they do."""
    free = strokes.keep(strokes.height > 0)
    usual = float(np.median(free.height)) if free.height.size else 0.0
    alike = free.keep(np.abs(free.height - usual) <= max(2.0, EVEN * usual))
    if alike.column.size + sides.size < LEAST:
        return None
    foot, height = int(np.median(alike.foot)), int(np.median(alike.height))
    bare = _beside(alike.column, thick, foot, height, darkness) <= least
    if np.count_nonzero(bare) + sides.size < BARE * LEAST:
        return None
    places = _regular(alike.column, sides)
    if places.size < LEAST or not np.isin(sides, places[[0, -1]]).all():
        return None
    stands = np.isin(places, np.concatenate([alike.column, sides]))
    stands |= _hidden(places, foot, height, darkness, least)
    along = (strokes.column > places[0] - 1) & (strokes.column < places[-1] + 1)
    alone = places.size - sides.size >= ALONE * np.count_nonzero(along)
    bare &= np.isin(alike.column, places)
    comb = stands.all() and alone and np.count_nonzero(bare) + sides.size >= BARE * places.size
    return (places, foot, height) if comb else None


def _beside(columns: Reals, thick: float, foot: int, height: int, darkness: Gray) -> Gray:
    """Return the darkest spot on the paper to both sides of each stroke; (N,) uint8."""
    near = round(thick / 2) + CLEAR
    far = np.arange(near, near + BESIDE)
    beside = np.rint(columns).astype(np.intp)[:, None] + np.concatenate([-far, far])
    strip = darkness[foot - height + 1 : foot + 1]
    return np.asarray(strip[:, np.clip(beside, 0, darkness.shape[1] - 1)].max(axis=(0, 2)))


def _regular(teeth: Reals, sides: Reals) -> Reals:
    """Return the longest row of places at one distance, those missed among strokes included.

    A place that is missed counts half against the row. `sides` are the places where it begins and
    ends, or none.
    """
    known = np.sort(np.concatenate([teeth, sides]))
    best, found = 0.0, np.zeros(0)
    apart = np.unique(np.concatenate([known[k:] - known[:-k] for k in (1, 2)]))
    apart = apart[(apart >= NARROWEST) & (apart <= ONE_DIGIT)]
    for first in known[:1] if sides.size else known:
        for pitch in apart:
            row = _walk(known, float(first), float(pitch), sides)
            score = 1.5 * np.count_nonzero(np.isin(row, known)) - 0.5 * row.size
            if score > best:
                best, found = score, row
    return found


def _walk(known: Reals, first: float, pitch: float, sides: Reals) -> Reals:
    """Go from place to place at a distance, over those missed; return the places."""
    row, missed = [first], 0
    while missed <= MISSED and row[-1] < known[-1]:
        expected = row[-1] + pitch
        nearest = float(known[np.abs(known - expected).argmin()])
        beside = nearest in sides or row[-1] in sides
        off = max(OFF_PIXELS, OFF * pitch) * (2 if beside else 1)
        missed = 0 if abs(nearest - expected) <= off else missed + 1
        row.append(nearest if not missed else expected)
    return np.array(row[: len(row) - missed])


def _hidden(
    places: Reals, foot: int, height: int, darkness: Gray, least: float
) -> NDArray[np.bool_]:
    """Tell where all is dark between a tooth's foot and its top; (N,) bool."""
    columns = np.rint(places).astype(np.intp)[:, None] + np.arange(-2, 3)
    columns = np.clip(columns, 0, darkness.shape[1] - 1)
    tooth = darkness[foot - height + 1 : foot + 1][:, columns].max(axis=2)
    return np.asarray((tooth > least).mean(axis=0) >= HIDDEN, np.bool_)


def comb_cells(combs: list[Comb], cells: Boxes, labels: Labels) -> tuple[Boxes, Labels]:
    """Return the cells with those of combs in place of the boxes they part, and their labels."""
    if not combs:
        return cells, labels
    added: list[tuple[int, int, int, int]] = []
    parted = np.zeros(len(cells), np.bool_)
    parted[[comb.box for comb in combs if comb.box >= 0]] = True
    number = np.append(0, np.where(parted, 0, np.cumsum(~parted))).astype(np.uint16)
    owner = number[labels]
    count = int(number.max())
    for comb in combs:
        half = comb.thick / 2 + 1
        bottom = comb.foot + 1
        top = bottom - round(max(comb.height, ABOVE * float(np.diff(comb.places).min())))
        top = int(cells[comb.box][1]) if comb.box >= 0 else max(0, top)
        for left, right in zip(comb.places, comb.places[1:], strict=False):
            x, end = round(left + half), round(right - half)
            added.append((x, top, end - x, bottom - top))
            place = slice(top, bottom), slice(x, end)
            owner[place][labels[place] == comb.box + 1] = count + len(added)
    boxes = np.array(added, np.intp).reshape(-1, 4)
    return np.vstack([cells[~parted], boxes]), owner


def draw_teeth(combs: list[Comb], plumb: Gray, margin: float) -> None:
    """Draw the teeth into `plumb`, (H, W) upright rulings, down to the ruling they stand on."""
    for comb in combs:
        half = comb.thick / 2 + margin
        for place in comb.teeth:
            left = max(0, round(place + 0.5 - half))
            tooth = plumb[
                max(0, comb.foot - comb.height - CLEAR) : comb.foot + CLEAR + 1,
                left : round(place + 0.5 + half),
            ]
            np.maximum(tooth, np.uint8(comb.tone), out=tooth)
