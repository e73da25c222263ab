"""Where components stand: in which cell, or on a ruling."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.rulings import Rulings

INSIDE = 0.2
"""Share of a component's width, from either end, that lies in the cell whose border it crosses."""


def on_ruling(boxes: NDArray[np.integer[Any]], rulings: Rulings) -> NDArray[np.bool_]:
    """Tell what lies on one ruling with its middle and all corners: left of it at a stroke; (N,).

    `boxes` is (N, 4) int32 x, y, width, height.
    """
    x, y, width, height = boxes.T
    columns = x + np.stack([0 * x, width - 1, width // 2, 0 * x, width - 1])
    rows = y + np.stack([0 * y, 0 * y, height // 2, height - 1, height - 1])
    level, plumb = (
        (one[rows, columns] > 0).all(0) for one in (rulings.horizontal, rulings.vertical)
    )
    return np.asarray(level | plumb, np.bool_)


def cells_of(boxes: NDArray[np.integer[Any]], rulings: Rulings) -> NDArray[np.int32]:
    """Return the cell index under each box's middle, -1 outside every cell; (N,) int32.

    What has its middle beside a cell, but starts or ends well inside of it, runs over its border.
    """
    x, y = boxes[:, 0], boxes[:, 1] + boxes[:, 3] // 2
    inner = (INSIDE * boxes[:, 2]).astype(np.intp)
    middle, left, right = (
        np.asarray(rulings.labels[y, columns], np.int32)
        for columns in (x + boxes[:, 2] // 2, x + inner, x + boxes[:, 2] - 1 - inner)
    )
    over = (middle == 0) & ((left == 0) | (right == 0))
    return np.where(over, left + right, middle) - 1
