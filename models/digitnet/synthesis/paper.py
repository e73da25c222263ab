"""What ink is written on and what the scanner makes of it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.synthesis.pens import Ink, noise

Image = NDArray[np.float32]
"""(H, W) float32, 0 black to 255 white."""


def _waves(rng: np.random.Generator, shape: tuple[int, int], strength: float) -> Image:
    """Guilloche: one to three families of fine wavy lines, as darkness."""
    ys, xs = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    dark = np.zeros(shape, np.float32)
    bend = noise(rng, shape, (3, 6)) * np.float32(rng.uniform(0, 4))
    for _ in range(int(rng.integers(1, 4))):
        angle = rng.normal(np.pi / 2, 0.5) if rng.random() < 0.6 else rng.uniform(0, np.pi)
        across = xs * np.cos(angle) + ys * np.sin(angle)
        along = ys * np.cos(angle) - xs * np.sin(angle)
        swing = rng.uniform(0, 6) * np.sin(along / rng.uniform(6, 40) + rng.uniform(0, 6.28))
        wave = np.sin(2 * np.pi * (across + swing) / rng.uniform(2.5, 9) + bend)
        floor = rng.uniform(0, 0.9)
        dark += strength * rng.uniform(0.4, 1) * np.clip((wave - floor) / (1 - floor), 0, 1)
    return dark


def _weave(rng: np.random.Generator, shape: tuple[int, int], strength: float) -> Image:
    """Crossed threads or a raster, as darkness."""
    ys, xs = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    bend = noise(rng, shape, (3, 6)) * np.float32(rng.uniform(0, 3))
    across = (np.sin(xs * 2 * np.pi / rng.uniform(2.5, 9) + bend) > 0.4) * rng.uniform(0, 1)
    down = (np.sin(ys * 2 * np.pi / rng.uniform(2.5, 9) + bend) > 0.4) * rng.uniform(0, 1)
    return np.asarray(0.6 * strength * (across + down), np.float32)


def background(rng: np.random.Generator, shape: tuple[int, int]) -> Image:
    """Make paper: clean, shaded, patterned or rough; (H, W) float32, 255 white."""
    if rng.random() < 0.22:  # white, as after cleaning or in a 1-bit scan
        return np.full(shape, rng.uniform(235, 255), np.float32)
    base = rng.uniform(110, 252)
    paper = np.full(shape, base, np.float32)
    if rng.random() < 0.65:
        paper += noise(rng, shape, (2, 3)) * np.float32(rng.uniform(0, 12))
    strength = rng.uniform(4, 28) * base / 220
    kind = rng.random()
    if kind < 0.38:
        paper -= _waves(rng, shape, strength)
    elif kind < 0.55:
        grain = rng.normal(0, 1, shape).astype(np.float32)
        grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.5, 1.6)))
        paper += grain / grain.std() * np.float32(0.5 * strength)
    elif kind < 0.68:
        paper -= _weave(rng, shape, strength)
    if rng.random() < 0.1:
        paper[: int(rng.integers(2, 16))] += np.float32(rng.uniform(-25, 25))
    return paper


def clean_paper(rng: np.random.Generator, shape: tuple[int, int]) -> Image:
    """Make paper as it is after a page was flattened: white, with what noise is left."""
    grain = np.abs(rng.normal(0, rng.uniform(0, 4), shape))
    return np.asarray(rng.uniform(244, 255) - grain, np.float32)


def line(
    canvas: NDArray[np.uint8], start: tuple[float, float], end: tuple[float, float], width: int
) -> None:
    """Draw a smooth line between two points (x, y) on uint8 darkness, in place."""
    points = [(round(x * 16), round(y * 16)) for x, y in (start, end)]
    cv2.line(canvas, points[0], points[1], 255, width, cv2.LINE_AA, 4)


def rulings(rng: np.random.Generator, shape: tuple[int, int]) -> Ink:
    """Draw base lines, box edges and cell walls as they cross a strip: ink, mostly none."""
    height, width = shape
    canvas = np.zeros(shape, np.uint8)
    if rng.random() < 0.4:
        for _ in range(int(rng.integers(1, 3))):
            place = rng.choice(3, p=[0.5, 0.3, 0.2])
            y = rng.uniform(*((0.75 * height, height), (0, 0.28 * height), (0, height))[place])
            tilt = rng.normal(0, 1.2)
            line(canvas, (-1, y + tilt), (width + 1, y - tilt), int(rng.integers(1, 4)))
    if rng.random() < 0.12:
        pitch, x = rng.uniform(16, 42), rng.uniform(0, 40)
        top = rng.choice([0.0, rng.uniform(0, 0.8)]) * height  # comb walls may be short
        thick = int(rng.integers(1, 4))
        while x < width:
            line(canvas, (x, top), (x + rng.normal(0, 0.5), height), thick)
            x += pitch
    if rng.random() < 0.1:
        for x in (rng.uniform(0, 8), width - rng.uniform(0, 30)):
            line(canvas, (x, -1), (x + rng.normal(0, 1), height + 1), int(rng.integers(1, 4)))
    dark = rng.uniform(0.15, 0.8) if rng.random() < 0.8 else 1.0
    return np.asarray(canvas * (dark / 255), np.float32)


def lay_ink(rng: np.random.Generator, paper: Image, ink: Ink) -> Image:
    """Put ink on paper with one writer's darkness and pressure."""
    depth = rng.uniform(0.35, 0.95) if rng.random() < 0.82 else rng.uniform(0.16, 0.4)
    if rng.random() < 0.55:
        ink = ink * (1 + np.float32(0.18) * noise(rng, ink.shape, (4, 14)))
    if rng.random() < 0.06:  # a dry pen
        ink = ink * np.clip(1.2 + 0.9 * noise(rng, ink.shape, (24, 80)), 0, 1)
    return np.asarray(paper * (1 - np.clip(ink, 0, 1) * np.float32(depth)), np.float32)


def _two_tone(rng: np.random.Generator, image: Image, least: float) -> Image:
    """Scan as 1 bit at some resolution, `least` or more of the strip's, then scale to the strip."""
    height, width = image.shape
    scale = rng.uniform(0.8, 2.2) if rng.random() < 0.5 else rng.uniform(min(least, 0.9), 1.1)
    size = (round(width * scale), round(height * scale))
    fine = cv2.resize(image.clip(0, 255).astype(np.uint8), size, interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.5:
        block = int(rng.integers(10, 24)) * 2 + 1
        bits = cv2.adaptiveThreshold(
            fine, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, rng.uniform(8, 20)
        )
    else:
        bits = cv2.threshold(fine, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]
    way = cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(bits, (width, height), interpolation=way), np.float32)


FINEST = 9.0
"""Rows of a scan below which nobody can read a digit."""


def scan(rng: np.random.Generator, image: Image, detail: float) -> NDArray[np.uint8]:
    """Scan a strip: specks, blur, resolution, sharpening, noise, 1 bit or JPEG; uint8.

    `detail` is the height in pixels of the smallest digit, which must stay legible.
    """
    height, width = image.shape
    least = float(np.clip(FINEST / detail, 0.3, 0.9))
    if rng.random() < 0.4:
        for _ in range(int(rng.integers(1, 6))):
            spot = (int(rng.integers(width)), int(rng.integers(height)))
            cv2.circle(image, spot, int(rng.integers(0, 2)), rng.uniform(20, 200), -1)
    if rng.random() < 0.07:  # a ruling taken away, strokes not mended
        y = int(rng.integers(height // 2, height - 1))
        image[y : y + int(rng.integers(1, 3)), :] = np.median(image)
    blur = rng.uniform(0, 1.1)
    if blur > 0.25:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), blur))
    if rng.random() < 0.3:
        share = rng.uniform(least, 0.95)
        small = cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        image = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))
    if rng.random() < 0.2:
        image = 1.8 * image - np.float32(0.8) * np.asarray(cv2.GaussianBlur(image, (0, 0), 1.2))
    if rng.random() < 0.15:
        return np.asarray(_two_tone(rng, image, 1.1 * least).clip(0, 255), np.uint8)
    grain = rng.normal(0, 1, image.shape) * rng.uniform(0, 7)
    pixels = np.asarray(np.clip(image + grain, 0, 255), np.uint8)
    if rng.random() < 0.55:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 93))]
        packed = cv2.imencode(".jpg", pixels, quality)[1]
        pixels = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return pixels
