"""Guides printed inside equal cells, such as a pale 8 to write over: taken out of the ink."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.cells import Boxes
from digitscan.reading.clean import Ink
from digitscan.reading.lattice import FEWEST, equal_cells
from digitscan.reading.rulings import PALER, Rulings, borders_of
from digitscan.types import Box, Gray, Mask

LEAST = 8
"""Equal cells from which print can be told from what is written."""
FEW = 50
"""Cells of a group that are looked at first."""
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
COMMON = 0.5
"""So dark, as a share, is a guide there too: what digits have in common by chance is paler."""
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
    the pen's darkness; a cell that holds nothing darker than its guide becomes empty. In fewer
    cells, where their borders are far paler than the pen, what is as pale as those is print.
    """
    boxes = np.array(
        [(cell.x, cell.y, cell.width, cell.height) for cell in rulings.cells], np.intp
    ).reshape(-1, 4)
    for group in equal_cells(boxes, FEWEST):
        if len(group) < LEAST:
            found = _pale_in(group, ink.darkness, rulings)
            ink = ink if found is None else _without_pale(ink, group, *found)
        else:
            guide = _guide_in(group, ink.darkness)
            ink = ink if guide is None else _without_guide(ink, group, *guide)
    return ink


def _guide_in(group: Boxes, darkness: Gray) -> tuple[Gray, NDArray[np.float64]] | None:
    """Find the guide of one group of N cells.

    Returns it with its soft edges in a cell of the group's usual size and, for each cell, how dark
    ink on it must be at least, (N,), 256 where nothing is written; None where there is no guide.
    """
    width, height = np.median(group[:, 2:], axis=0).astype(int)
    edge_x, edge_y = max(2, round(MARGIN * width)), max(2, round(MARGIN * height))
    inner = slice(edge_y, -edge_y), slice(edge_x, -edge_x)
    few = group[:: -(-len(group) // FEW)]
    for some in (few, group):  # in most groups nothing is printed, as a few cells show
        cells = _of_one_size(some, darkness, width, height, smooth=True)[:, *inner]
        seen = _dark_in_most(cells)
        common = _common(cells, seen)
        printed = float(np.percentile(common[seen], USUAL)) if seen.any() else 0.0
        core = common > LINE * printed
        if printed < PALEST or _where_free(cells, core) < COMMON * printed:
            return None
    line, guide = np.zeros((height, width), np.bool_), np.zeros((height, width), np.uint8)
    line[inner] = core
    near = cv2.dilate(seen.view(np.uint8), np.ones((11, 11), np.uint8))
    guide[inner] = _common(cells, np.asarray(near) > 0)
    darkest = _percentile_of_each(cells.reshape(len(group), -1), 98)
    pen = float(np.percentile(darkest, 90))
    if printed > CLEARLY_PALER * pen:
        return None
    lines = _darkness_of_lines(group, darkness, line)
    if CLEARLY * lines > 255:  # thin lines may be as dark as the pen, though not smoothed
        return None
    wide = np.asarray(cv2.dilate(guide, np.ones((5, 5), np.uint8)), np.uint8)
    written = darkest > max(PEN * pen, CLEARLY * printed)
    return wide, np.where(written, np.maximum(PEN * darkest, CLEARLY * lines), 256.0)


def _pale_in(group: Boxes, darkness: Gray, rulings: Rulings) -> tuple[float, float] | None:
    """Return how dark the borders of a few cells are, and the pen at its edge.

    None where the former are not far paler than the pen.
    """
    tone = borders_of(rulings, [Box(*cell) for cell in group.tolist()])
    if not tone.size:
        return None
    border = float(np.median(tone))
    darkest = [np.percentile(darkness[y : y + h, x : x + w], 98) for x, y, w, h in group.tolist()]
    pen = float(np.percentile(darkest, 90))
    return None if border > PALER * pen else (border, (border + pen) / 2)


def _without_pale(ink: Ink, group: Boxes, border: float, least: float) -> Ink:
    """Drop print as pale as the `border` of the cells; what a pen wrote keeps its soft edges.

    A pen's strokes are at least so dark somewhere. A cell with none of these becomes empty where
    it holds nothing darker than print; ink between the two is left.
    """
    reach = np.ones((round(ink.stroke) | 1,) * 2, np.uint8)
    darkness, mask = ink.darkness.copy(), ink.mask.copy()
    for x, y, w, h in group.tolist():
        own = slice(y, y + h), slice(x, x + w)
        written = cv2.dilate((darkness[own] > least).view(np.uint8), reach)
        if written.any() or np.percentile(darkness[own], 98) <= CLEARLY * border:
            for picture in (darkness, mask):
                cv2.multiply(picture[own], written, dst=picture[own])
    return replace(ink, darkness=darkness, mask=mask)


def _without_guide(ink: Ink, group: Boxes, wide: Gray, least: NDArray[np.float64]) -> Ink:
    """Drop ink paler than `least`, (N,), on the guide of each cell; without a pen (256) all of it.

    `wide` is the guide with its soft edges in a cell of the group's usual size.
    """
    darkness, mask = ink.darkness.copy(), ink.mask.copy()
    guides: dict[tuple[int, int], tuple[int, int, Mask]] = {}
    limit = np.zeros_like(darkness)
    for (x, y, w, h), faintest in zip(group.tolist(), least.tolist(), strict=True):
        if faintest > 255:
            mask[y : y + h, x : x + w] = darkness[y : y + h, x : x + w] = 0
            continue
        if (w, h) not in guides:
            guides[w, h] = _cut_tight(np.asarray(cv2.resize(wide, (w, h))) > PALEST // 2)
        left, top, here = guides[w, h]
        place = limit[y + top : y + top + here.shape[0], x + left : x + left + here.shape[1]]
        np.maximum(place, here * np.uint8(np.ceil(faintest)), out=place)
    kept = cv2.compare(darkness, limit, cv2.CMP_GE)
    for picture in (darkness, mask):
        cv2.bitwise_and(picture, kept, dst=picture)
    return replace(ink, darkness=darkness, mask=mask)


def _of_one_size(
    group: Boxes, picture: Gray, width: int, height: int, smooth: bool = False
) -> NDArray[np.uint8]:
    """Cut the cells of a group out of a picture and scale them to one size; (N, H, W).

    They may be smoothed before: cell by cell, as few are looked at on most pages.
    """
    cells = np.empty((len(group), height, width), np.uint8)
    for cell, (x, y, w, h) in zip(cells, group.tolist(), strict=True):
        if smooth:
            left, top = max(0, x - 1), max(0, y - 1)  # what is beside it counts, too
            around = cv2.blur(picture[top : y + h + 1, left : x + w + 1], (3, 3))
            own = around[y - top : y - top + h, x - left : x - left + w]
        else:
            own = picture[y : y + h, x : x + w]
        if (w, h) == (width, height):
            cell[:] = own
        else:
            cv2.resize(own, (width, height), dst=cell)
    return cells


def _cut_tight(seen: NDArray[np.bool_]) -> tuple[int, int, Mask]:
    """Cut out what is true of a mask: its left, its top, the part of the mask."""
    mask = seen.view(np.uint8)
    x, y, width, height = cv2.boundingRect(mask)
    return x, y, mask[y : y + height, x : x + width]


def _dark_in_most(cells: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell where most of N cells, (N, H, W), hold what may be a guide; (H, W)."""
    dark = (cells > PALEST // 2).view(np.uint8).sum(axis=0, dtype=np.uint16)
    return np.asarray(dark >= len(cells) - int(PRINT_RANK * (len(cells) - 1)), np.bool_)


def _common(cells: NDArray[np.uint8], where: NDArray[np.bool_]) -> Gray:
    """Return how dark at least most of N cells, (N, H, W), are where it is asked, else 0; (H, W).

    A byte's rank is found by sorting: NumPy sorts bytes by counting, far quicker than it
    partitions them.
    """
    common = np.zeros(where.shape, np.uint8)
    rank = int(PRINT_RANK * (len(cells) - 1))
    common[where] = np.sort(cells[:, where].T, axis=1, kind="stable")[:, rank]
    return common


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


def _darkness_of_lines(group: Boxes, darkness: Gray, line: NDArray[np.bool_]) -> float:
    """Measure how dark the lines of a guide are, not smoothed, where no pen runs over them.

    `line` is (H, W), where the guide's lines are in a cell of the group's usual size.
    """
    height, width = line.shape
    near = np.ones((3, 3), np.uint8)  # the guide may lie a pixel off
    cells = _of_one_size(group, np.asarray(cv2.dilate(darkness, near), np.uint8), width, height)
    return _where_free(cells, line)


def _where_free(cells: NDArray[np.uint8], line: NDArray[np.bool_]) -> float:
    """Return how dark N cells, (N, H, W), are along a `line`, (H, W), where no pen runs over it."""
    rank = int(FREE_RANK * (len(cells) - 1))
    return float(np.median(np.sort(cells[:, line].T, axis=1, kind="stable")[:, rank]))
