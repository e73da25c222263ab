"""What goes into the strip network and what its numbers mean: shared by training and reading.

A strip is a line or a cell scaled to 48 rows. The network looks at every fourth column and row:
its maps are 12 rows by W/4 columns, and cell (j, i) is centred on x = 4i + 2, y = 4j + 2.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

HEIGHT: Final = 48
"""Rows of a strip."""
STRIDE: Final = 4
"""Pixels from one cell of the maps to the next, both ways."""
WIDTH_STEP: Final = 8
"""A strip's width is a multiple of this."""
BLANK: Final = 10
"""The class of the CTC head that stands for no digit."""
OBJECTNESS: Final = 0
CLASSES: Final = slice(1, 11)
OFFSETS: Final = slice(11, 13)
SIZES: Final = slice(13, 15)
PRINTED: Final = 15
CENTER_CHANNELS: Final = 16
"""Channels of the center head: objectness, ten classes, dx, dy, log width, log height, printed."""
OFFSET_UNIT: Final = 8.0
"""dx and dy of 1 are this many pixels from the cell's middle to the digit's."""
USUAL_WIDTH: Final = 18.0
USUAL_HEIGHT: Final = 30.0
"""Log sizes of 0 are these, in pixels."""


def normalize(strip: NDArray[np.generic]) -> NDArray[np.float32]:
    """Scale grey values so that the paper's median is 0 and the pen's ink about 1.

    `strip` is (H, W), dark ink on light paper in steps of 0 to 255; the result is (H, W) float32,
    clipped to -1.2 .. 1.6. Contrast under 10 grey levels is not stretched: it is paper.
    """
    pixels = strip.astype(np.float32)
    ordered = np.sort(pixels, axis=None)
    last = len(ordered) - 1
    paper = (ordered[last // 2] + ordered[(last + 1) // 2]) / 2
    below, part = divmod(0.015 * last, 1)  # np.percentile's way, without its cost
    dark = ordered[int(below)] + part * (ordered[min(int(below) + 1, last)] - ordered[int(below)])
    ink = max(float(paper - dark), 10.0)
    return np.asarray(np.clip((paper - pixels) / np.float32(ink), -1.2, 1.6), np.float32)
