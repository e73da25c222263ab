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
    groups = equal_cells(boxes, LEAST)
    if not groups:
        return ink
    darkness, mask = ink.darkness.copy(), ink.mask.copy()
    for group in groups:
        _clear_group(group, darkness, mask)
    return replace(ink, darkness=darkness, mask=mask)


def _clear_group(group: Boxes, darkness: Gray, mask: Mask) -> None:
    """Take the guide of one group of cells out of `darkness` and `mask`, in place."""
    width, height = np.median(group[:, 2:], axis=0).astype(int)
    edge_x, edge_y = max(2, round(MARGIN * width)), max(2, round(MARGIN * height))
    inner = slice(edge_y, -edge_y), slice(edge_x, -edge_x)
    cells = np.empty((len(group), height, width), np.uint8)
    for cell, (x, y, w, h) in zip(cells, group.tolist(), strict=True):
        smooth = cv2.blur(darkness[y : y + h, x : x + w], (3, 3))
        cv2.resize(smooth, (width, height), dst=cell)
    cells = cells[:, *inner]
    guide = np.zeros((height, width), np.uint8)
    guide[inner] = _guide_of(cells)
    seen = guide[guide > PALEST // 2]
    printed = float(np.percentile(seen, USUAL)) if seen.size else 0.0
    if printed < PALEST:
        return
    darkest = _percentile_of_each(cells.reshape(len(group), -1), 98)
    pen = float(np.percentile(darkest, 90))
    if printed > CLEARLY_PALER * pen:
        return
    lines = _darkness_of_lines(group, darkness, guide > LINE * printed)
    wide = np.asarray(cv2.dilate(guide, np.ones((5, 5), np.uint8)), np.uint8)
    for (x, y, w, h), dark in zip(group.tolist(), darkest.tolist(), strict=True):
        place = slice(y, y + h), slice(x, x + w)
        here = np.asarray(cv2.resize(wide, (w, h)), np.uint8)
        written = dark > max(PEN * pen, CLEARLY * printed)
        least = max(PEN * dark, CLEARLY * lines) if written else 256.0
        _clear_cell(darkness[place], mask[place], here, least)


def _guide_of(cells: NDArray[np.uint8]) -> Gray:
    """Return what is at least so dark in most of N cells, (N, H, W); 0 farther than its edge is.

    A byte's rank is found by sorting: NumPy sorts bytes by counting, far quicker than it
    partitions them.
    """
    rank = int(PRINT_RANK * (len(cells) - 1))
    dark = (cells > PALEST // 2).view(np.uint8).sum(axis=0, dtype=np.intp)
    seen = (dark >= len(cells) - rank).view(np.uint8)
    near = np.asarray(cv2.dilate(seen, np.ones((11, 11), np.uint8))) > 0
    guide = np.zeros(near.shape, np.uint8)
    guide[near] = np.sort(cells[:, near].T, axis=1, kind="stable")[:, rank]
    return guide


def _percentile_of_each(values: NDArray[np.uint8], percent: float) -> NDArray[np.float64]:
    """Return `np.percentile` of each row, by sorting."""
    place = percent / 100 * (values.shape[1] - 1)
    below = int(place)
    ordered = np.sort(values, axis=1, kind="stable")[:, below : below + 2].astype(np.float64)
    share = place - below
    # As NumPy rounds it.
    low, high = ordered[:, 0], ordered[:, -1]
    at = low + (high - low) * share if share < 0.5 else high - (high - low) * (1 - share)
    return np.asarray(at, np.float64)


def _darkness_of_lines(group: Boxes, darkness: Gray, guide: NDArray[np.bool_]) -> float:
    """Measure how dark the lines of a guide are, not smoothed, where no pen runs over them.

    `guide` is (H, W), where the guide is in a cell of the group's usual size.
    """
    height, width = guide.shape
    near = np.ones((3, 3), np.uint8)  # the guide may lie a pixel off
    cells = np.empty((len(group), height, width), np.uint8)
    for cell, (x, y, w, h) in zip(cells, group.tolist(), strict=True):
        cv2.resize(cv2.dilate(darkness[y : y + h, x : x + w], near), (width, height), dst=cell)
    rank = int(FREE_RANK * (len(group) - 1))
    return float(np.median(np.sort(cells[:, guide].T, axis=1, kind="stable")[:, rank]))


def _clear_cell(
    darkness: NDArray[np.uint8], mask: NDArray[np.uint8], guide: Gray, least: float
) -> None:
    """Drop ink paler than `least` where the guide is; without a pen (256) drop all that is pale."""
    if least > 255:
        mask[:] = darkness[:] = 0
        return
    on_guide = (guide > PALEST // 2) & (darkness < np.uint8(np.ceil(least)))
    np.copyto(mask, 0, where=on_guide)
    np.copyto(darkness, 0, where=on_guide)
