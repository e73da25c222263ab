"""One glyph: enlarged, varied as hands vary, cropped as the reader crops."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.float32]
"""(H, W) float32, 0 paper to 1 ink."""

SIZE = 28
"""Side of a crop in pixels."""
INNER = 20
"""Longer side of the ink inside a crop, in pixels."""
WORK = 56
"""Height in pixels at which glyphs are drawn and varied."""


def as_ink(image: NDArray[np.generic]) -> Ink:
    """Convert a cv2 result back to float32 ink."""
    return np.asarray(image, dtype=np.float32)


def tight(ink: Ink, level: float = 0.15) -> Ink | None:
    """Cut away the empty margin; None where fewer than three pixels are darker than `level`."""
    rows, columns = np.nonzero(ink > level)
    if len(rows) < 3:
        return None
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def crop28(ink: Ink) -> NDArray[np.uint8] | None:
    """Crop as MNIST was made: aspect kept, 20x20, anti-aliased, centred by mass.

    Parameters
    ----------
    ink
        (H, W) float32, 0 paper to 1 ink, one glyph.

    Returns
    -------
    (28, 28) uint8, ink bright, or None where there is no ink.
    LeCun, Bottou, Bengio, Haffner 1998, Gradient-based learning, section III.A.
    """
    glyph = tight(ink)
    if glyph is None:
        return None
    height, width = glyph.shape
    scale = INNER / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = as_ink(cv2.resize(glyph, size, interpolation=way))
    mass, peak = float(small.sum()) or 1.0, float(small.max()) or 1.0
    y = SIZE / 2 - float(small.sum(1) @ (np.arange(size[1]) + 0.5)) / mass
    x = SIZE / 2 - float(small.sum(0) @ (np.arange(size[0]) + 0.5)) / mass
    top = min(max(round(y), 0), SIZE - size[1])
    left = min(max(round(x), 0), SIZE - size[0])
    crop = np.zeros((SIZE, SIZE), np.uint8)
    crop[top : top + size[1], left : left + size[0]] = np.clip(small * (255 / peak) + 0.5, 0, 255)
    return crop


def enlarge(ink: Ink, smooth: float = 0.6) -> Ink | None:
    """Scale a glyph to the working height (or width, where wider), with smooth edges.

    `smooth` is the Gaussian's sigma in pixels of the source; small binary sources want more.
    """
    glyph = tight(ink)
    if glyph is None:
        return None
    scale = WORK / max(glyph.shape)
    wide = cv2.resize(
        np.pad(glyph, 1),
        None,
        fx=scale,
        fy=scale,
        interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA,
    )
    if smooth and scale > 1:
        wide = cv2.GaussianBlur(wide, (0, 0), smooth * scale)
    return np.clip(as_ink(wide), 0, 1)


def warp(ink: Ink, rng: np.random.Generator, strength: float = 1.0) -> Ink:
    """Slant, stretch, turn and bend a glyph in one resampling.

    `strength` 1 is the variation between writers; the canvas grows by half on each side.
    """
    height, width = ink.shape
    margin = round(0.3 * max(height, width))
    tall, wide = height + 2 * margin, width + 2 * margin
    y, x = np.mgrid[0:tall, 0:wide].astype(np.float32)
    x -= wide / 2
    y -= tall / 2
    turn = np.deg2rad(rng.normal(0, 5 * strength))
    slant = rng.normal(0, 0.15 * strength)
    stretch = np.exp(rng.normal(0, 0.12 * strength))
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    source_x = (cos * x + sin * y) * np.float32(stretch) + np.float32(slant) * y
    source_y = cos * y - sin * x
    if rng.random() < 0.8:
        bend = np.float32(abs(rng.normal(0, 0.035 * strength)) * max(height, width))
        knots = int(rng.integers(3, 6))
        for source in (source_x, source_y):
            field = rng.normal(0, 1, (knots, knots)).astype(np.float32)
            source += bend * as_ink(cv2.resize(field, (wide, tall), interpolation=cv2.INTER_CUBIC))
    return as_ink(
        cv2.remap(
            ink,
            source_x + np.float32(width / 2),
            source_y + np.float32(height / 2),
            cv2.INTER_LINEAR,
        )
    )


def change_stroke(ink: Ink, pixels: float) -> Ink:
    """Widen (positive) or thin (negative) the stroke by about `pixels`, by grey morphology.

    Thinning that would erase the glyph is not done.
    """
    size = round(abs(pixels)) + 1
    if size < 2:
        return ink
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    if pixels > 0:
        return as_ink(cv2.dilate(ink, kernel))
    thin = as_ink(cv2.erode(ink, kernel))
    return thin if thin.max() > 0.6 and thin.sum() > 0.3 * ink.sum() else ink
