"""Cells that hold ink which is read in no word: blots, scribbles, strokes over several cells."""

from __future__ import annotations

import cv2
import numpy as np

from digitscan.reading.clean import Ink
from digitscan.reading.components import components
from digitscan.reading.find import Word
from digitscan.reading.rulings import Rulings
from digitscan.types import Box, Mask

LEAST_LENGTH = 0.4
"""Ink as much as a stroke this part of the cell's shorter side long is no speck."""
FAR = 0.35
"""Of its cell's height: as far above or below it reaches what may hold another row's digit."""
LOWEST = 16
"""A cell with a shorter side, in working pixels, is too small to write in."""
MARGIN = 0.12
"""Share of a cell's width and height along its border where scraps of rulings may be left."""


def leftover_cells(rest: Mask, stroke: float, rulings: Rulings) -> tuple[int, ...]:
    """Return the indices of the cells with a piece of the ink in no word that is no speck.

    `rest` is as `words_and_rest` gives it.
    """
    return _inked(rest, stroke, rulings) if rulings.cells else ()


def reaches_out(word: Word, rulings: Rulings) -> bool:
    """Tell whether a word in a cell goes on far above or below it: there it may hold a digit more.

    Digits in combs one under the other that were not parted are read as one.
    """
    if word.cell < 0 or word.over > 1:  # over several cells it goes on where it belongs
        return False
    box, cell = word.box, rulings.cells[word.cell]
    return max(cell.y - box.y, box.bottom - cell.bottom) > FAR * cell.height


def covered_cells(ink: Ink, rulings: Rulings, words: list[Word]) -> tuple[int, ...]:
    """Return the indices of the cells in which the ink of some words is no speck.

    These are words outside every cell and such as reach out of their own: strokes that join digits
    of several.
    """
    if not rulings.cells or not words:
        return ()
    theirs = np.zeros_like(ink.mask)
    for word in words:
        box = word.box
        here = theirs[box.y : box.bottom, box.x : box.right]
        np.maximum(here, word.mask, out=here)
    return _inked(theirs, ink.stroke, rulings)


def _inked(ink: Mask, stroke: float, rulings: Rulings) -> tuple[int, ...]:
    """Return the indices of the cells with a piece of this ink that is no speck."""
    owners = rulings.labels.ravel()[np.flatnonzero(ink.view(np.bool_))]
    count = np.bincount(owners, minlength=len(rulings.cells) + 1)[1:]
    sides = np.array([min(cell.width, cell.height) for cell in rulings.cells])
    least = np.maximum(LEAST_LENGTH * sides * stroke, 1)
    return tuple(
        int(index)
        for index in np.flatnonzero((count >= least) & (sides >= LOWEST))
        if _largest(ink, rulings.cells[index]) >= least[index]
    )


def _largest(left: Mask, cell: Box) -> int:
    """Count the ink of the largest component away from a cell's border."""
    beside, above = round(MARGIN * cell.width), round(MARGIN * cell.height)
    inside = left[cell.y + above : cell.bottom - above, cell.x + beside : cell.right - beside]
    return int(components(np.ascontiguousarray(inside))[2][1:, cv2.CC_STAT_AREA].max(initial=0))
