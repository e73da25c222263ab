"""Open combs: teeth that stand on a level ruling at equal distances part cells for one digit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.cells import ONE_DIGIT, Boxes, Labels, renumbered
from digitscan.reading.lines import Lines
from digitscan.reading.profiles import Reals
from digitscan.reading.runs import Ints
from digitscan.reading.strokes import CLEAR, DARK, LOWEST, heights_of, strokes_on
from digitscan.types import Gray

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
    if not across.line.size:
        return []
    whole = across.without_gaps()
    strokes = strokes_on(whole, darkness)
    above = np.clip(strokes.foot - LOWEST, 0, None)
    boxes = labels[above, np.rint(strokes.column).astype(np.intp)].astype(np.intp) - 1
    places, group = np.unique(strokes.line * (len(cells) + 1) + boxes + 1, return_inverse=True)
    slender = np.bincount(group, strokes.slender, minlength=places.size)
    enough = slender + np.where(places % (len(cells) + 1), 2, 0) >= LEAST
    strokes, group = strokes.keep(enough[group]), group[enough[group]]
    heights = heights_of(strokes, DARK * whole.tone[strokes.line], darkness, level)
    combs = []
    for k in np.flatnonzero(enough).tolist():
        line, box = divmod(int(places[k]), len(cells) + 1)
        thick, tone = float(whole.thickness[line]), int(whole.tone[line])
        side = _sides(cells[box - 1], thick) if box else np.zeros(0)
        here = group == k
        along = strokes.column[here], strokes.foot[here], heights[here]
        comb = _comb_of(*along, side, thick, darkness, DARK * tone)
        if comb is not None:
            combs.append(Comb(*comb, thick, tone, box - 1))
    return combs


def _sides(cell: NDArray[np.intp], thick: float) -> Reals:
    """Return the columns of the rulings to the left and to the right of a cell."""
    half = thick / 2 + CLEAR / 2
    return np.array([cell[0] - half, cell[0] + cell[2] + half])


def _comb_of(
    column: Reals,
    feet: Ints,
    heights: Ints,
    sides: Reals,
    thick: float,
    darkness: Gray,
    least: float,
) -> tuple[Reals, int, int] | None:
    """Return the places, the foot and the height of the comb that strokes make, if they do.

    `column`, `feet` and `heights` are those of all strokes along it, (N,).
    """
    usual = float(np.median(heights[heights > 0])) if heights.any() else 0.0
    alike = (heights > 0) & (np.abs(heights - usual) <= max(2.0, EVEN * usual))
    teeth = column[alike]
    if teeth.size + sides.size < LEAST:
        return None
    foot, height = int(np.median(feet[alike])), int(np.median(heights[alike]))
    bare = _beside(teeth, thick, foot, height, darkness) <= least
    if np.count_nonzero(bare) + sides.size < BARE * LEAST:
        return None
    places = _regular(teeth, sides)
    if places.size < LEAST or not np.isin(sides, places[[0, -1]]).all():
        return None
    stands = np.isin(places, np.concatenate([teeth, sides]))
    stands |= _hidden(places, foot, height, darkness, least)
    along = (column > places[0] - 1) & (column < places[-1] + 1)
    alone = places.size - sides.size >= ALONE * np.count_nonzero(along)
    bare &= np.isin(teeth, places)
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
    owner = renumbered(labels, ~parted)
    count = np.count_nonzero(~parted)
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
