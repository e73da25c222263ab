"""Cells missing from a regular lattice of equal cells, where their border is printed."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.cells import ONE_DIGIT, Boxes
from digitscan.reading.runs import near_pairs
from digitscan.types import Gray, Mask

LEAST = 6
"""Equal cells that make a lattice on a page..."""
FEWEST = 2
"""...and in a part cut out of one; fewer tell nothing of each other."""
ALIKE = 0.06
"""Share by which equal cells may differ in width and height."""
MOST_PITCHES = 2
"""Distances from cell to cell that a lattice may have."""
OFTEN = 2
"""How often a distance must come to be one of a lattice's."""
STUNTED = 0.8
"""A face like no other that is smaller than this share of a cell, either way, is part of one."""
HALF = 0.75
"""As high as a cell and narrower than this share of it, a face is part of one."""
SLIM = 1.3
"""Cells run into one another are less than so many times as wide, or as high, as one of them."""
MORE = 1.8
"""What is so much wider or higher may be two of them."""
COVERED = 0.6
"""Share of several cells in one that is found to be cells."""
SHIFTS = np.arange(-4, 5)
"""Pixels around its predicted place in which a cell is searched."""
BORDER = 5
"""Pixels beside a cell in which its ruling lies."""
BEYOND = 48
"""Pixels by which a cell, taken to be of the usual size, may stick out of the page."""
INKED = 0.85
"""Share of each side's length that must be as dark as the lattice's rulings, or darker."""
PRINTED = 0.5
"""Share of each side's length that must not be far darker, as a pen is over pale print."""
PALEST = 20
"""Darkness, of 255, of the palest border by which a cell is known; open combs have hardly any."""
SEEN = 0.4
"""Share of a cell's whole border that must be seen beside a coloured pen's strokes."""


def missing_cells(
    cells: Boxes, darkness: Gray, pen: Mask | None = None, few: bool = False
) -> Boxes:
    """Return the (M, 4) cells that complete lattices of equal cells.

    A cell is added next to a known one, at the pitch of the lattice, where all four sides are
    inked as those of the known ones are: a cross or a digit that runs over a side hides the
    ruling, not the ink. Cut off parts of a cell do not take its place. Of what is under a coloured
    `pen`, (H, W) 0/1, nothing is known. Where no more than a `few` cells can be expected, two of
    them make a lattice.
    """
    least, often = (FEWEST, 1) if few else (LEAST, OFTEN)
    found = [np.zeros((0, 4), np.intp)]
    groups = equal_cells(cells, least)
    pitches = [(group, _pitches(group, 0, often), _pitches(group, 1, often)) for group in groups]
    lattices = [found for found in pitches if found[1] or found[2]]
    lattices = [found for found in lattices if not _is_part(found[0], lattices[0][0])]
    regular = np.vstack([*(group for group, _, _ in lattices), *found])
    loose = cells[~np.isin(_keys(cells), _keys(regular))]
    for group, across, down in lattices:
        size = np.median(group[:, 2:], axis=0)
        sound = np.vstack([regular, loose[_are_whole(loose[:, 2:] / size)]])
        known = group
        steps = [(x, 0) for x in across] + [(0, y) for y in down]
        for _ in range(3):
            new = _neighbours(known, np.vstack([sound, *found]), steps, darkness, pen)
            if not len(new):
                break
            found.append(new)
            known = np.vstack([known, new])
    return np.vstack(found)


def replaced(cells: Boxes, found: Boxes) -> NDArray[np.bool_]:
    """Tell which cells are parts of those that were `found`, or several of them in one; (N,) bool.

    Where strokes hide a border cells run into one another, along one axis.
    """
    middle = cells[:, None, :2] + cells[:, None, 2:] // 2 - found[:, :2]
    parts = ((middle >= 0) & (middle < found[:, 2:])).all(axis=2)
    parts &= np.any(cells[:, None, 2:] < found[:, 2:], axis=2)
    center = found[:, :2] + found[:, 2:] // 2 - cells[:, None, :2]
    held = ((center >= 0) & (center < cells[:, None, 2:])).all(axis=2)
    held &= np.any(cells[:, None, 2:] < SLIM * found[:, 2:], axis=2)
    covered = held @ found[:, 2:].prod(axis=1)
    return np.asarray(parts.any(axis=1) | (covered > COVERED * cells[:, 2:].prod(axis=1)))


def _are_whole(times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell faces that are no part of cells, nor a cell and a part, nor the paper around one; (N,).

    `times` are (N, 2), how many times as wide and as high as a cell they are.
    """
    more = (times >= SLIM) & (times < MORE)
    return np.asarray((times > STUNTED).all(1) & (times < SLIM).any(1) & ~more.any(1), np.bool_)


def _is_part(group: Boxes, commonest: Boxes) -> bool:
    """Tell whether equal cells are such as the commonest, cut by upright strokes.

    Many 1s in one column cut as many cells, much alike.
    """
    wide, high = np.median(group[:, 2:], axis=0) / np.median(commonest[:, 2:], axis=0)
    return bool(wide < HALF and abs(high - 1) < 2 * ALIKE)


def _keys(cells: Boxes) -> NDArray[np.intp]:
    """Return a number for each cell that only cells of the same box share."""
    return np.asarray(cells @ [1, 1 << 16, 1 << 32, 1 << 48], np.intp)


def equal_cells(cells: Boxes, least: int = LEAST) -> list[Boxes]:
    """Return the groups of `least` or more cells for one digit that are of one size.

    The commonest size comes first: cells that strokes cut are of no group of their own.
    """
    left = cells[(cells[:, 2:] <= ONE_DIGIT).all(1)]
    groups = []
    while len(left) >= least:
        # Sizes are one number each: NumPy finds out which rows are equal far more slowly.
        number, count = np.unique(left[:, 2:] @ [ONE_DIGIT + 1, 1], return_counts=True)
        sizes = np.stack(np.divmod(number, ONE_DIGIT + 1), axis=1)
        alike = _alike(sizes, sizes[:, None])
        same = _alike(left[:, 2:], sizes[(alike @ count).argmax()])
        if np.count_nonzero(same) < least:
            break
        groups.append(left[same])
        left = left[~same]
    return groups


def _alike(sizes: NDArray[np.intp], usual: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell which (..., 2) widths and heights are about those that are usual."""
    near = np.abs(sizes - usual) <= np.maximum(3, ALIKE * usual)
    return np.asarray(near.all(axis=-1), np.bool_)


def _pitches(group: Boxes, axis: int, often: int) -> list[int]:
    """Return the usual distances from cell to cell along an axis, none where they do not follow.

    There are two where cells stand in groups: inside a group and over the gap to the next.
    """
    along, across = group[:, axis], group[:, 1 - axis]
    size = np.median(group[:, 2:], axis=0)
    cell, other = near_pairs(across, across, math.ceil(0.3 * size[1 - axis]) - 1)
    apart = along[other] - along[cell]
    follows = (apart > 0.8 * size[axis]) & (apart < 3 * size[axis])
    nearest = np.full(len(group), np.iinfo(np.int32).max)
    np.minimum.at(nearest, cell[follows], apart[follows])
    nearest = np.sort(nearest[nearest < 3 * size[axis]])
    clusters = np.split(nearest, np.flatnonzero(np.diff(nearest) > SHIFTS[-1]) + 1)
    pitches = [int(np.median(c)) for c in clusters if c.size >= often]
    return [pitch for pitch in pitches if pitch < 1.9 * pitches[0]][:MOST_PITCHES]


def _neighbours(
    known: Boxes,
    taken: Boxes,
    pitches: list[tuple[int, int]],
    darkness: Gray,
    pen: Mask | None,
) -> Boxes:
    """Return the cells one pitch away from known ones whose place is free and border printed."""
    ahead = np.array(pitches, np.intp).reshape(-1, 2)
    steps = np.vstack([ahead, -ahead])
    size = np.median(known[:, 2:], axis=0).astype(np.intp)
    places = (known[:, None, :2] + steps).reshape(-1, 2)
    limit = np.array(darkness.shape[1::-1]) - size - BORDER - SHIFTS[-1] - 1
    places = places[((places > BORDER + SHIFTS[-1]) & (places < limit)).all(1)]
    places = places[_free(places, size, taken)]
    if not len(places):
        return np.zeros((0, 4), np.intp)
    edged = _edged(darkness)
    border = float(np.median(_sides(edged, known[:, :2], size)))
    if border < PALEST:
        return np.zeros((0, 4), np.intp)
    shifts = np.stack(np.meshgrid(SHIFTS, SHIFTS), axis=-1).reshape(-1, 2)
    tries = (places[:, None] + shifts).reshape(-1, 2)
    least = INKED - 0.002 * 2 * SHIFTS[-1]
    # Most places fail by their upper side: the others are looked at where that is inked.
    above = _least_share(_sides(edged, tries, size, slice(1)) > 0.5 * border)
    likely = np.flatnonzero(above > least)
    tone = _sides(edged, tries[likely], size)
    inked = tone > 0.5 * border
    plain = inked & (tone < 1.6 * border + 10)
    printed = _least_share(plain)
    if pen is not None:
        under = _sides(_edged(pen), tries[likely], size) > 0
        seen = (plain & ~under).mean(axis=(0, 1)) >= SEEN
        printed = np.where(seen, _least_share(plain | (inked & under)), printed)
    score = np.zeros(len(tries))
    score[likely] = np.where(printed >= PRINTED, _least_share(inked), 0)
    score = score.reshape(len(places), -1) - 0.002 * np.abs(shifts).sum(axis=1)
    best = score.argmax(axis=1)
    good = score[np.arange(len(places)), best] > least
    return _apart((places + shifts[best])[good], size)


def _edged(picture: Gray) -> Gray:
    """Return a picture a pixel fatter, with its border repeated `BEYOND` pixels around it."""
    fat = cv2.dilate(picture, np.ones((3, 3), np.uint8))
    around = cv2.copyMakeBorder(fat, BEYOND, BEYOND, BEYOND, BEYOND, cv2.BORDER_REPLICATE)
    return np.asarray(around, np.uint8)


def _sides(
    edged: Gray, places: NDArray[np.intp], size: NDArray[np.intp], which: slice = slice(4)
) -> Gray:
    """Return (4, 16, N) darkness at points along the middle of the four borders of cells.

    `edged` is the page with `BEYOND` pixels around it; `which` of the borders: above, below, left,
    right.
    """
    along = np.linspace(0, 1, 16)
    across, down = np.rint(along * (size[0] - 1)), np.rint(along * (size[1] - 1))
    off = np.full(16, BORDER // 2 + 1)
    columns = np.stack([across, across, -off, size[0] - 1 + off]).astype(np.intp)
    rows = np.stack([-off, size[1] - 1 + off, down, down]).astype(np.intp)
    width = edged.shape[1]
    corner = (places[:, 1] + BEYOND) * width + places[:, 0] + BEYOND
    at = (rows * width + columns)[which, :, None] + corner
    return np.asarray(edged.ravel().take(at), np.uint8)


def _least_share(points: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the share of points on the side with the fewest; from (4, 16, N) to (N,)."""
    fewest = points.sum(axis=1, dtype=np.uint8).min(axis=0)
    return np.asarray(fewest / points.shape[1], np.float64)


def _free(places: NDArray[np.intp], size: NDArray[np.intp], taken: Boxes) -> NDArray[np.bool_]:
    """Tell which places no cell of about this size takes already."""
    alike = taken[(taken[:, 2:] < 2 * size).all(1)]
    middle, place = 2 * alike[:, :2] + alike[:, 2:], 2 * places + size
    reach = [math.ceil(1.2 * side) for side in size.tolist()]
    which, other = near_pairs(place[:, 0], middle[:, 0], reach[0] - 1)
    free = np.ones(len(places), np.bool_)
    free[which[np.abs(place[which, 1] - middle[other, 1]) < reach[1]]] = False
    return free


def _apart(places: NDArray[np.intp], size: NDArray[np.intp]) -> Boxes:
    """Return the places as boxes, one where several lie on one another."""
    chosen: list[NDArray[np.intp]] = []
    for place in places:
        if all((np.abs(place - other) > 0.6 * size).any() for other in chosen):
            chosen.append(place)
    boxes = np.zeros((len(chosen), 4), np.intp)
    boxes[:, :2] = np.array(chosen, np.intp).reshape(-1, 2)
    boxes[:, 2:] = size
    return boxes
