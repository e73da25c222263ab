"""What lies on a form beside its numbers: holes, staples, stamps; places in millimetres."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from drawing.truth import Drawing
from suite.papers import smooth_noise, times


def _spots(page: Drawing, places: list[tuple[float, float]], radius: float, value: int) -> Drawing:
    """Lay discs on the page, places and radius in millimetres."""
    scale = page.dpi / 25.4
    pixels = page.pixels.copy()
    for x, y in places:
        at = (round(x * scale), round(y * scale))
        cv2.circle(pixels, at, round(radius * scale), (value,) * 3, -1, cv2.LINE_AA)
    return replace(page, pixels=pixels)


def punch_holes(page: Drawing, _rng: np.random.Generator) -> Drawing:
    """Punch two holes; the dark lid shows through them."""
    return _spots(page, [(4.5, 30.0), (4.5, 100.0)], 2.75, 45)


def stapled(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Staple a corner and another page's edge: bars with a shadow, the black rim of the lid."""
    scale = page.dpi / 25.4
    pixels = page.pixels.copy()
    for x, y in ((8.0, 103.0), (60.0, 108.0)):
        start = np.array([x, y]) * scale
        end = start + np.array([9.0, rng.uniform(-3, 3)]) * scale
        for shift, value, wide in ((0.25, 150, 0.7), (0.0, 85, 0.45)):
            first, last = ((point + shift * scale).astype(int).tolist() for point in (start, end))
            thick = max(1, round(wide * scale))
            cv2.line(pixels, first, last, (value,) * 3, thick, cv2.LINE_AA)
    pixels[:, -round(1.8 * scale) :] = 30
    pixels[-round(1.2 * scale) :] = 40
    return replace(page, pixels=pixels)


def stamped(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Stamp a date in violet, askew, unevenly inked."""
    scale = page.dpi / 25.4
    wide, high = round(52 * scale), round(20 * scale)
    face = np.zeros((high, wide), np.uint8)
    line = max(1, round(0.6 * scale))
    cv2.rectangle(face, (line, line), (wide - line - 1, high - line - 1), (255,), line)
    font = cv2.FontFace("sans")
    for text, row, size in (
        ("RECEIVED", 0.32, 4.4),
        ("14 MAR 2024", 0.66, 5.4),
        ("No. 0837", 0.92, 3.6),
    ):
        pixels = round(size * scale)
        _, _, taken, _ = cv2.getTextSize((wide, high), text, (0, 0), font, pixels, 700)
        at = ((wide - taken) // 2, round(row * high))
        cv2.putText(face, text, at, (255,), font, pixels, 700)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), float(rng.uniform(-9, 9)), 1)
    matrix = np.asarray(turn, np.float64)
    matrix[:, 2] += np.array([rng.uniform(20, 60), 97.0]) * scale
    height, width = page.pixels.shape[:2]
    inked = np.asarray(cv2.warpAffine(face, matrix, (width, height)), np.float32) / 255
    cover = inked * np.clip(0.75 + 0.2 * smooth_noise(page, rng, 0.5), 0.2, 1)
    ink = np.array((0.57, 0.84, 0.63))
    return times(page, 1 - cover[..., None] * ink)
