"""Guides printed inside equal cells, such as a pale 8 to write over: taken out of the ink."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.cells import Boxes
from digitscan.reading.clean import Ink
from digitscan.reading.lattice import equal_cells
from digitscan.reading.rulings import Rulings
from digitscan.types import Gray, Mask

LEAST = 8
"""Equal cells from which print can be told from what is written."""
PRINT_RANK = 0.35
"""What is at least this dark in all but this share of the cells is printed."""
PALEST = 22
"""Darkness, of 255, below which a guide would not become ink anyway."""
USUAL = 90
"""Percentile of a guide's darkness that stands for it; where digits cross it is darker."""
CLEARLY_PALER = 0.75
"""A guide is at most this dark against the pen, else the two cannot be told apart."""
FREE_RANK = 0.2
"""Share of the cells that are without a pen at any place of the guide, at least."""
LINE = 0.7
"""Share of a guide's darkness from which on a pixel is of its lines."""
PEN = 0.5
"""Share of the pen's darkness at which its edge lies."""
CLEARLY = 1.25
"""Times the darkness of the guide's lines that a pen on them has at least."""
MARGIN = 0.1
"""Share of a cell's width and height along its border that is not looked at for guides."""


def remove_guides(ink: Ink, rulings: Rulings) -> Ink:
    """Return the ink without what is printed alike in cells of one size.

    Over eight or more equal cells the 35th percentile of the darkness, pixel by pixel, is what
    is printed in all of them. Where the pen is clearly darker, ink on the guide must reach half
    the pen's darkness; a cell that holds nothing darker than its guide becomes empty.
    """
    boxes = np.array(
        [(cell.x, cell.y, cell.width, cell.height) for cell in rulings.cells], np.intp
    ).reshape(-1, 4)
    darkness, mask = ink.darkness.copy(), ink.mask.copy()
    for group in equal_cells(boxes, LEAST):
        _clear_group(group, darkness, mask)
    return replace(ink, darkness=darkness, mask=mask)


def _clear_group(group: Boxes, darkness: Gray, mask: Mask) -> None:
    """Take the guide of one group of cells out of `darkness` and `mask`, in place."""
    width, height = np.median(group[:, 2:], axis=0).astype(int)
    smooth = [cv2.blur(darkness[y : y + h, x : x + w], (3, 3)) for x, y, w, h in group]
    cells = np.array([cv2.resize(cell, (width, height)) for cell in smooth], np.uint8)
    rank = int(PRINT_RANK * (len(group) - 1))
    guide = np.partition(cells, rank, axis=0)[rank]
    edge_x, edge_y = max(2, round(MARGIN * width)), max(2, round(MARGIN * height))
    inner = np.zeros((height, width), np.uint8)
    inner[edge_y:-edge_y, edge_x:-edge_x] = 1
    guide = guide * inner
    seen = guide[guide > PALEST // 2]
    printed = float(np.percentile(seen, USUAL)) if seen.size else 0.0
    darkest = np.percentile(cells[:, inner > 0], 98, axis=1)
    pen = float(np.percentile(darkest, 90))
    if printed < PALEST or printed > CLEARLY_PALER * pen:
        return
    lines = _darkness_of_lines(group, darkness, guide > LINE * printed)
    wide = np.asarray(cv2.dilate(guide, np.ones((5, 5), np.uint8)), np.uint8)
    for (x, y, w, h), dark in zip(group, darkest, strict=True):
        place = slice(y, y + h), slice(x, x + w)
        here = np.asarray(cv2.resize(wide, (int(w), int(h))), np.uint8)
        written = dark > max(PEN * pen, CLEARLY * printed)
        least = max(PEN * float(dark), CLEARLY * lines) if written else 256.0
        _clear_cell(darkness[place], mask[place], here, least)


def _darkness_of_lines(group: Boxes, darkness: Gray, guide: NDArray[np.bool_]) -> float:
    """Measure how dark the lines of a guide are, not smoothed, where no pen runs over them.

    `guide` is (H, W), where the guide is in a cell of the group's usual size.
    """
    height, width = guide.shape
    near = np.ones((3, 3), np.uint8)  # the guide may lie a pixel off
    sharp = [cv2.dilate(darkness[y : y + h, x : x + w], near) for x, y, w, h in group]
    cells = np.array([cv2.resize(cell, (width, height))[guide] for cell in sharp], np.uint8)
    rank = int(FREE_RANK * (len(group) - 1))
    return float(np.median(np.partition(cells, rank, axis=0)[rank]))


def _clear_cell(
    darkness: NDArray[np.uint8], mask: NDArray[np.uint8], guide: Gray, least: float
) -> None:
    """Drop ink paler than `least` where the guide is; without a pen (256) drop all that is pale."""
    on_guide = (guide > PALEST // 2) & (darkness < least)
    mask[on_guide] = 0
    darkness[on_guide] = 0
    if least > 255:
        mask[:] = 0
        darkness[:] = 0
