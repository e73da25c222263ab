"""Digits joined over the border of two comb cells: parted there, as a comb holds one each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitscan.types import Box, Mask

WIDEST = 1.25
"""A component wider than this, in distances of cells, is more than one digit."""
INTO = 0.35
"""It reaches at least so far, in distances, into the cell on either side."""
TALLEST = 1.5
"""It is at most so many times as high as a cell; what is higher is no row of digits."""
NEAR = 0.15
"""Farthest from the border that it is cut, in distances of cells."""
STRAY = 0.02
"""Pixels of ink that a pixel's way from the border counts as."""


def part_at_borders(
    mask: Mask,
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    cells: tuple[Box, ...],
    following: NDArray[np.int32],
) -> Mask | None:
    """Return the mask with what is joined over comb cells parted, None where nothing is.

    It is cut where it has least ink near the border.

    Parameters
    ----------
    mask
        (H, W) 0/1 ink.
    labels, stats
        Its components as `components` gives them.
    cells, following
        All cells of the page, and the next in its comb of each, as `comb_neighbors` gives it.
    """
    before = np.flatnonzero(following >= 0)
    frames = np.array([(c.x, c.y, c.right, c.bottom) for c in cells], np.int32).reshape(-1, 4)
    left, right = frames[before], frames[following[before]]
    pitch, border = right[:, 0] - left[:, 0], (left[:, 2] + right[:, 0]) // 2
    x, y, wide, high = stats[1:, :4].T[:, :, None]
    joined = (wide > WIDEST * pitch) & (high < TALLEST * (left[:, 3] - left[:, 1]))
    joined &= (x < border - INTO * pitch) & (x + wide > border + INTO * pitch)
    joined &= (y + high // 2 > left[:, 1]) & (y + high // 2 < left[:, 3])
    if not joined.any():
        return None
    parted = mask.copy()
    for component, pair in np.argwhere(joined).tolist():
        reach = max(1, round(NEAR * int(pitch[pair])))
        columns = np.arange(max(0, border[pair] - reach), border[pair] + reach + 1)
        _, top, _, tall, _ = stats[component + 1].tolist()
        own = labels[top : top + tall, columns[0] : columns[-1] + 1] == component + 1
        cut = (own.sum(axis=0) + STRAY * np.abs(columns - border[pair])).argmin()
        parted[top : top + tall, columns[cut]][own[:, cut]] = 0
    return parted
