"""What a pen writes besides digits: separators, words, lines through points."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.pen import Bytes, Floats, outline_of, thin

_SEPARATORS = {
    ".": ((0.0, 0.0), (0.02, 0.02)),
    ",": ((0.08, 0.0), (0.0, 0.22)),
    "-": ((0.0, 0.03), (0.3, 0.0)),
    "/": ((0.55, 0.0), (0.0, 1.2)),
}


def along(points: NDArray[np.float64], pen_width: float) -> Floats:
    """Return the cover of a pen going through (N, 2) points (x, y); all in pixels."""
    columns, rows = np.ceil(points.max(axis=0) + 2 * pen_width + 2).astype(int)
    layer = np.full((rows, columns), 255, np.uint8)
    cv2.polylines(layer, [(points * 16).round().astype(np.int32)], False, (0,), 1, 8, 4)
    return _inked(layer, pen_width)


def separator(mark: str, height: float, pen_width: float) -> tuple[Floats, Floats]:
    """Draw one of `. , - /` for digits of a height, all in pixels; returns cover and outline."""
    pad = pen_width + 2
    cover = along(np.array(_SEPARATORS[mark]) * height + pad, pen_width)
    return cover, outline_of(cover)


def words(
    text: str, height: float, pen_width: float, rng: np.random.Generator
) -> tuple[Floats, int]:
    """Write words in an uneven hand: the middle lines of a slanted face, bent.

    `height` is the capitals' and `pen_width` the line's, in pixels. Returns the cover and the
    row in it that the letters stand on.
    """
    size, pad = 44, 30
    face = cv2.FontFace("italic")
    (_, _, wide, _) = cv2.getTextSize((1, 1), text, (0, 0), face, round(size * 1.4), 300)
    layer = np.zeros((size + 2 * pad, wide + 3 * pad), np.uint8)
    cv2.putText(layer, text, (pad, pad + size), (255,), face, round(size * 1.4), 300)
    lines = _bent(thin((layer > 127).astype(np.uint8)), rng)
    scale = height / size
    away = cv2.distanceTransform(1 - lines, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    small = cv2.resize(away, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cover = np.clip(pen_width / 2 + 0.5 - np.asarray(small, np.float32) * scale, 0, 1)
    return cover, round((pad + size) * scale)


def _bent(lines: Bytes, rng: np.random.Generator) -> Bytes:
    """Sway a (H, W) uint8 mask of thin lines as a hand does."""
    rows, columns = np.indices(lines.shape, np.float32)
    noise = rng.normal(0, 1, (2, *lines.shape)).astype(np.float32)
    sway = [cv2.GaussianBlur(one, (0, 0), 14) for one in noise]
    sway = [one / max(1e-6, float(one.std())) * 2.2 for one in sway]
    thick = cv2.dilate(lines, np.ones((3, 3), np.uint8))
    slant = 0.12 * (rows - lines.shape[0] / 2)
    bent = cv2.remap(thick, columns + sway[0] + slant, rows + sway[1], cv2.INTER_NEAREST)
    return thin(np.asarray(bent, np.uint8))


def _inked(layer: Bytes, pen_width: float) -> Floats:
    """Turn lines (0 on 255) into the cover of a pen that follows them."""
    away = cv2.distanceTransform(layer, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(np.clip(pen_width / 2 + 0.5 - away, 0, 1), np.float32)
