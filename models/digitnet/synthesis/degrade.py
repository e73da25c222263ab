"""One glyph as the reader sees it: scanned, enlarged to the reader's scale, told from its paper."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.synthesis.glyphs import Ink, as_ink, change_stroke, tight, warp
from digitnet.synthesis.scan import scan, scanned_height

SQUARED = 0.14
"""Share of the glyphs that are stored small, as sets of single digits are, instead of scanned."""
BARE = 0.4
"""Glyphs narrower than this share of their height are bare strokes."""
CLEAN = 0.15
"""Share of the others that stay as they are drawn."""


def degrade(ink: Ink, rng: np.random.Generator) -> Ink:
    """Scan the glyph, enlarge a small scan as the reader does, keep what is dark enough.

    The ink comes back at the size it would have on the page, about 9 to 60 pixels.
    """
    glyph = tight(ink)
    if glyph is None:
        return ink
    size = scanned_height(rng)
    scale = size / max(glyph.shape)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    page = as_ink(cv2.resize(np.pad(glyph, 3), None, fx=scale, fy=scale, interpolation=way))
    page = scan(page, size, rng)
    if size < 30 and rng.random() < 0.7:
        larger = rng.uniform(1.3, 2.7)
        page = as_ink(cv2.resize(page, None, fx=larger, fy=larger, interpolation=cv2.INTER_CUBIC))
    page = page / max(1e-3, float(np.quantile(page[page > 0.3], 0.8)) if (page > 0.3).any() else 1)
    solid = without_specks(page > rng.uniform(0.3, 0.6))
    way_kept = rng.random()
    if way_kept < 0.2:  # a 1-bit scan
        return solid.astype(np.float32)
    if way_kept < 0.8:  # the reader's own: darkness where the mask is
        return as_ink(np.clip(1.25 * page, 0, 1) * solid)
    halo = cv2.dilate(solid, np.ones((3, 3), np.uint8))
    return as_ink(np.clip((page - 0.15) / 0.75, 0, 1) * halo)


def without_specks(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Drop the connected components that hold less than a fortieth of the ink."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count <= 2:
        return mask.astype(np.uint8)
    area = np.asarray(stats)[:, cv2.CC_STAT_AREA].copy()
    area[0] = 0
    return np.asarray((area >= area.sum() / 40)[np.asarray(labels)], np.uint8)


def store_small(ink: Ink, rng: np.random.Generator, keep: float = 1.0) -> Ink:
    """Store a glyph in few pixels, drawn towards a square, grey or binary, as small sets are.

    `keep` is the most that is kept of its own proportions: 1 all, 0 none, it fills the square.
    Of a bare stroke, which would be a blot, at least half is.
    """
    glyph = tight(ink)
    if glyph is None:
        return ink
    side = float(np.exp(rng.uniform(np.log(8), np.log(32))))
    own = glyph.shape[1] / glyph.shape[0]
    aspect = own ** (rng.uniform(0, keep) if own > BARE else rng.uniform(0.5, 1))
    width = max(3, round(side * min(1.0, aspect)))
    height = max(3, round(side * min(1.0, 1 / aspect)))
    if rng.random() < 0.3:
        glyph = as_ink(cv2.GaussianBlur(glyph, (0, 0), rng.uniform(0.5, 3.0)))
    small = as_ink(cv2.resize(glyph, (width, height), interpolation=cv2.INTER_AREA))
    if side < 13 or rng.random() < 0.4:  # so few pixels say nothing without their greys
        return as_ink(small / max(1e-3, float(small.max())))
    return np.asarray(small > rng.uniform(0.3, 0.5) * float(small.max()), np.float32)


def finish(ink: Ink, rng: np.random.Generator) -> Ink:
    """Bring a drawn glyph, print or hand, to what the reader or a set of digits makes of it."""
    if rng.random() < SQUARED:
        return store_small(ink, rng)
    return ink if rng.random() < CLEAN else degrade(ink, rng)


def vary(ink: Ink, rng: np.random.Generator) -> Ink:
    """Draw the glyph as another hand and pen would, and finish it; ready for `crop28`.

    `ink` is at the working size (see `enlarge`).
    """
    glyph = warp(ink, rng)
    if rng.random() < 0.7:
        glyph = change_stroke(glyph, rng.normal(0.5, 2.5))
    return finish(glyph, rng)
