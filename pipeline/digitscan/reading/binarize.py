"""Which pixels are ink."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.geometry import halve, thinned
from digitscan.types import Gray, Mask

Levels: TypeAlias = tuple[float, float]
"""Two of the darkness of a page, as `levels_of` gives them."""

SHARE = 0.45
"""Ink is darker than this share of the darkest ink around."""
PALE = 0.15
"""Beside rulings nothing paler than this share of the page's ink is ink: guides, show-through."""
AROUND = 25
"""How far around, in pixels of the quarter-size picture."""
FAINTEST = 22.0
"""Darkness, of 255, below which nothing is ink."""
EDGE = 2
"""Pixels beside a ruling in which its soft edge may lie."""
FRINGE = 0.35
"""Ink there is darker than this share of the ruling."""
PATTERNED = 0.6
"""Where the paper's grain reaches this share of the ink's threshold, a pattern is printed."""
CORE = 1.4
"""On patterned paper each piece of ink holds a pixel this many times as dark as its threshold."""


def binarize(darkness: Gray, printed: Gray | None = None, levels: Levels | None = None) -> Mask:
    """Return the (H, W) mask of ink, 0 or 1; `levels` are the darkness' where they are known.

    The threshold follows the darkest ink near by (Bernsen 1986 with the contrast of the paper
    known): about half of a stroke's darkness is where its edge lies, whatever the pen, and
    patterns or guides printed paler than the pen fall away beside it. Never below the paper's
    noise. Where `printed` is above 0 stand rulings: a pencil between dark ones is measured by
    itself, as long as it is not far paler than the page's ink.
    """
    grain, ink = levels or levels_of(darkness)
    floor = max(FAINTEST, min(grain, ink))
    written = darkness
    if printed is not None:
        beside = cv2.inRange(printed, (0,), (0,))
        written = np.asarray(cv2.bitwise_and(darkness, beside), np.uint8)
        floor = max(floor, PALE * ink / SHARE)
    quarter = halve(halve(written)) if min(darkness.shape) >= 8 else written
    around = min(AROUND, max(quarter.shape)) | 1
    peak = cv2.dilate(quarter, np.ones((around, around), np.uint8))
    smooth = np.asarray(cv2.blur(peak, (around, around)), np.float32)
    threshold = np.maximum(smooth * SHARE, floor).astype(np.uint8)
    full = np.asarray(cv2.resize(threshold, (darkness.shape[1], darkness.shape[0])), np.uint8)
    if printed is not None:
        edge = cv2.dilate(printed, np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8))
        full = np.asarray(cv2.max(full, cv2.convertScaleAbs(edge, alpha=FRINGE)), np.uint8)
    mask = (darkness > full).view(np.uint8)
    patterned = grain > PATTERNED * ink
    return _with_core(mask, darkness > CORE * full.astype(np.float32)) if patterned else mask


def without_pattern(darkness: Gray, mask: Mask, levels: Levels) -> Gray:
    """Return the darkness, 0 beside the ink of `mask` where a pattern is printed on the paper."""
    grain, usual = levels
    if grain <= PATTERNED * usual:
        return darkness
    ink = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.multiply(darkness, ink), np.uint8)


def levels_of(darkness: Gray) -> Levels:
    """Return how dark the paper's grain is at most, and where the edge of the usual ink lies.

    That is told from every third pixel of every third row.
    """
    some = np.ascontiguousarray(darkness[::3, ::3])
    counts = np.asarray(cv2.calcHist([some], [0], None, [256], [0, 256])).ravel()
    return _grain(counts), _typical_threshold(counts)


def _typical_threshold(counts: NDArray[Any]) -> float:
    """Return the darkness at which the edge of a page's usual ink lies, from its histogram."""
    return SHARE * max(percentile(counts, 98), 0.8 * percentile(counts, 99.8))


def _with_core(mask: Mask, core: NDArray[np.bool_]) -> Mask:
    """Return the connected components of the mask that hold a pixel of the core (hysteresis)."""
    count, labelled = cv2.connectedComponents(mask)
    labels = np.asarray(labelled, np.int32)
    keep = np.zeros(count, np.uint8)
    keep[labels[core & (mask > 0)]] = 1
    return keep[labels]


def stretch(darkness: Gray, mask: Mask) -> Gray:
    """Return the darkness with the page's dark ink (99th percentile of the ink) at 255."""
    some, inked = thinned(darkness), thinned(mask)
    counts = np.bincount(some[inked.view(np.bool_)], minlength=256)
    if not counts.any():
        return darkness
    return scaled(darkness, 255 / max(percentile(counts, 99), FAINTEST))


def scaled(picture: Gray, times: float, more: float = 0.0) -> Gray:
    """Return a picture so many times as bright and so much more, rounded down, 255 at most."""
    # Almost a half is taken off as OpenCV rounds to the nearest; tables take three times as long.
    return np.asarray(cv2.convertScaleAbs(picture, alpha=times, beta=more - 0.498), np.uint8)


def stroke_width(mask: Mask) -> float:
    """Estimate the typical stroke width in pixels: twice the ink's area over its outline."""
    area = cv2.countNonZero(mask)
    outline = area - cv2.countNonZero(cv2.erode(mask, np.ones((3, 3), np.uint8)))
    return max(1.0, 2.0 * area / outline) if outline else 1.0


def percentile(counts: NDArray[Any], percent: float) -> int:
    """Return the level below or at which so many percent of a histogram's values lie."""
    return int(np.searchsorted(np.cumsum(counts), percent / 100 * counts.sum()))


def _grain(counts: NDArray[Any]) -> float:
    """Return the darkness above which paper grain and pattern hardly ever come."""
    middle = percentile(counts, 50)
    deviations = np.bincount(np.abs(np.arange(256) - middle), counts, minlength=256)
    return middle + 4 * 1.4826 * percentile(deviations, 50)
