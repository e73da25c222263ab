"""Which pixels are ink."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.geometry import halve
from digitscan.types import Gray, Mask

SHARE = 0.45
"""Ink is darker than this share of the darkest ink around."""
AROUND = 25
"""How far around, in pixels of the quarter-size picture."""
FAINTEST = 22.0
"""Darkness, of 255, below which nothing is ink."""
PATTERNED = 0.6
"""Where the paper's grain reaches this share of the ink's threshold, a pattern is printed."""
CORE = 1.4
"""On patterned paper each piece of ink holds a pixel this many times as dark as its threshold."""


def binarize(darkness: Gray) -> Mask:
    """Return the (H, W) mask of ink, 0 or 1.

    The threshold follows the darkest ink near by (Bernsen 1986 with the contrast of the paper
    known): about half of a stroke's darkness is where its edge lies, whatever the pen, and
    patterns or guides printed paler than the pen fall away beside it. Never below the paper's
    noise.
    """
    common, darkest = np.percentile(darkness[::3, ::3], (98, 99.8))
    grain, ink = _grain(darkness), SHARE * max(float(common), 0.8 * float(darkest))
    floor = max(FAINTEST, min(grain, ink))
    quarter = halve(halve(darkness)) if min(darkness.shape) >= 8 else darkness
    around = min(AROUND, max(quarter.shape)) | 1
    peak = cv2.dilate(quarter, np.ones((around, around), np.uint8))
    smooth = np.asarray(cv2.blur(peak, (around, around)), np.float32)
    threshold = np.maximum(smooth * SHARE, floor).astype(np.uint8)
    full = np.asarray(cv2.resize(threshold, (darkness.shape[1], darkness.shape[0])), np.uint8)
    mask = (darkness > full).view(np.uint8)
    patterned = grain > PATTERNED * ink
    return _with_core(mask, darkness > CORE * full.astype(np.float32)) if patterned else mask


def _with_core(mask: Mask, core: NDArray[np.bool_]) -> Mask:
    """Return the connected components of the mask that hold a pixel of the core (hysteresis)."""
    count, labelled = cv2.connectedComponents(mask)
    labels = np.asarray(labelled, np.int32)
    keep = np.zeros(count, np.uint8)
    keep[labels[core & (mask > 0)]] = 1
    return keep[labels]


def stretch(darkness: Gray, mask: Mask) -> Gray:
    """Return the darkness with the page's dark ink (99th percentile of the ink) at 255."""
    counts = np.bincount(darkness[::2, ::2][mask[::2, ::2] > 0], minlength=256)
    if not counts.any():
        return darkness
    dark = int(np.searchsorted(np.cumsum(counts), 0.99 * counts.sum()))
    table = np.minimum(np.arange(256) * (255 / max(dark, FAINTEST)), 255).astype(np.uint8)
    return np.asarray(cv2.LUT(darkness, table), np.uint8)


def stroke_width(mask: Mask) -> float:
    """Estimate the typical stroke width in pixels: twice the ink's area over its outline."""
    area = cv2.countNonZero(mask)
    outline = area - cv2.countNonZero(cv2.erode(mask, np.ones((3, 3), np.uint8)))
    return max(1.0, 2.0 * area / outline) if outline else 1.0


def _grain(darkness: Gray) -> float:
    """Return the darkness above which paper grain and pattern hardly ever come."""
    sample = darkness[::3, ::3]
    middle = float(np.median(sample))
    spread = 1.4826 * float(np.median(np.abs(sample - middle)))
    return middle + 4 * spread
