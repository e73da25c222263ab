"""A style and a pen make ink: warped by the writer's hand, as wide and soft as the pen is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.synthesis.styles import CANVAS, GLYPH, UNIT, Style

Ink = NDArray[np.float32]
"""(H, W) float32, 0 paper to 1 ink."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What is held: half its line's width and the softness of its edge, in pixels drawn.

    `flow` is how much the width wanders along a stroke, in parts of it; with `keep_edge` the
    written edge of a real style is kept, widened or narrowed to the pen.
    """

    radius: float
    softness: float = 0.6
    flow: float = 0.0
    keep_edge: bool = False


@dataclass(frozen=True, slots=True)
class Hand:
    """How a sign is laid down: its height in pixels and its deformation.

    `aspect` stretches the width, `slant` shears (0.3 leans to the right by 17 degrees), `rotation`
    is in radians, `warp` the size of a smooth random distortion in parts of the height.
    """

    height: float
    aspect: float = 1.0
    slant: float = 0.0
    rotation: float = 0.0
    warp: float = 0.0


def noise(rng: np.random.Generator, shape: tuple[int, int], grid: tuple[int, int]) -> Ink:
    """Smooth noise of mean 0 and about unit size: `grid` (rows, columns) of values, blown up."""
    coarse = rng.normal(0, 1, grid).astype(np.float32)
    smooth = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth, np.float32)


def _map_coordinates(rng: np.random.Generator, hand: Hand, side: int) -> tuple[Ink, Ink]:
    """For every pixel of a (side, side) patch, where on the style's map it comes from."""
    scale = hand.height / GLYPH
    cos, sin = np.cos(hand.rotation), np.sin(hand.rotation)
    forward = np.array([[cos, -sin], [sin, cos]]) @ np.array(
        [[scale * hand.aspect, -hand.slant * scale], [0, scale]]
    )
    back = np.linalg.inv(forward).astype(np.float32)
    offset = rng.uniform(-0.5, 0.5, 2)  # digits do not sit on whole pixels
    ys, xs = np.mgrid[0:side, 0:side].astype(np.float32) - np.float32((side - 1) / 2)
    xs, ys = xs + np.float32(offset[0]), ys + np.float32(offset[1])
    x = back[0, 0] * xs + back[0, 1] * ys + np.float32((CANVAS - 1) / 2)
    y = back[1, 0] * xs + back[1, 1] * ys + np.float32((CANVAS - 1) / 2)
    if hand.warp:
        size = np.float32(hand.warp * GLYPH)
        x = x + noise(rng, (side, side), (4, 4)) * size
        y = y + noise(rng, (side, side), (4, 4)) * size
    return x, y


def _remap(values: NDArray[np.uint8], x: Ink, y: Ink) -> Ink:
    """Take distances from a style's map at (x, y), in map pixels; far outside it."""
    taken = cv2.remap(
        values.astype(np.float32),
        x,
        y,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )
    return np.asarray(taken, np.float32) / np.float32(UNIT)


def draw(rng: np.random.Generator, style: Style, hand: Hand, pen: Pen) -> Ink:
    """Draw a style: the tight patch of its ink, (h, w) float32, 0 paper to 1 ink.

    `hand.height` is that of the pen's path; the pen adds its width to it.
    """
    wide = 1 + abs(hand.slant) + 0.5 * max(0.0, hand.aspect - 1)
    side = int(np.ceil(hand.height * 1.45 * wide + 2 * pen.radius)) + 4
    x, y = _map_coordinates(rng, hand, side)
    scale = hand.height / GLYPH * (0.5 + 0.5 * hand.aspect)
    if pen.keep_edge and style.edge is not None:
        # Real strokes far from the pen's width would fill their holes or break: stay near.
        grow = np.clip(pen.radius / scale - style.radius, -0.5 * style.radius, 2.5)
        outside = (_remap(style.edge, x, y) - 128 / UNIT - np.float32(grow)) * np.float32(scale)
    else:
        outside = _remap(style.path, x, y) * np.float32(scale) - np.float32(pen.radius)
    if pen.flow:
        outside = outside + noise(rng, (side, side), (5, 5)) * np.float32(pen.flow * pen.radius)
    ink = np.clip(0.5 - outside / np.float32(2 * pen.softness), 0, 1)
    return trim(ink)


def trim(ink: Ink, level: float = 0.1) -> Ink:
    """Cut to the box of what is at least `level`; one empty pixel where nothing is."""
    seen = ink >= level
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    if not len(rows):
        return np.zeros((1, 1), np.float32)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
