"""Words -> numbers in reading order; neighbouring comb cells become one number."""

from __future__ import annotations

import numpy as np

from digitscan.types import Box

COMB_ASPECT = 1.45
"""A comb cell, made for one digit, is at most this many times wider than high."""
COMB_GAP = 0.6
"""Widest gap between the cells of one comb, in cell widths."""


def comb_groups(cells: list[Box], singles: list[bool]) -> list[list[int]]:
    """Group entries that stand in neighbouring comb cells.

    Parameters
    ----------
    cells
        The cell of each entry, working pixels.
    singles
        Whether the entry is one digit; only those join.

    Returns
    -------
    list[list[int]]
        Indices left to right; every entry stands in exactly one group.
    """
    order = sorted(range(len(cells)), key=lambda index: cells[index].x)
    groups: list[list[int]] = []
    for index in order:
        home = next(
            (
                group
                for group in groups
                if singles[index] and singles[group[-1]] and _adjoin(cells[group[-1]], cells[index])
            ),
            None,
        )
        if home is None:
            groups.append([index])
        else:
            home.append(index)
    return groups


def _adjoin(left: Box, right: Box) -> bool:
    """Tell whether two cells are neighbours in one comb."""
    narrow = max(left.width / left.height, right.width / right.height) < COMB_ASPECT
    alike = abs(left.height - right.height) < 0.25 * left.height
    alike = alike and abs(left.width - right.width) < 0.35 * left.width
    gap = right.x - left.right
    level = abs(left.y - right.y) < 0.4 * left.height
    return narrow and alike and level and -0.15 * left.width < gap < COMB_GAP * left.width


def reading_order(boxes: list[Box]) -> list[int]:
    """Order boxes as they are read: line by line, each from the left.

    A box belongs to a line when its middle lies within the rows of the line's last box, or the
    other way round.
    """
    by_height = sorted(range(len(boxes)), key=lambda index: boxes[index].center[1])
    lines: list[list[int]] = []
    for index in by_height:
        if lines and _on_line(boxes[lines[-1][-1]], boxes[index]):
            lines[-1].append(index)
        else:
            lines.append([index])
    return [index for line in lines for index in sorted(line, key=lambda i: boxes[i].x)]


def _on_line(last: Box, box: Box) -> bool:
    """Tell whether two boxes share a line."""
    shared = min(last.bottom, box.bottom) - max(last.y, box.y)
    return shared > 0.5 * min(last.height, box.height)


def tight_box(points: np.ndarray, size: tuple[int, int]) -> Box:
    """Return the smallest page box around mapped points; (N, 2) float64 x, y, clipped."""
    first = np.clip(np.rint(points.min(0)), 0, np.array(size) - 1).astype(int)
    last = np.clip(np.rint(points.max(0)), first + 1, size).astype(int)
    return Box.from_corners(int(first[0]), int(first[1]), int(last[0]), int(last[1]))
