"""What ribbons, pens, copies, faxes and scanners do to ink, alike for print and for handwriting.

Alike, so that no degradation tells who made the glyph.
"""

from __future__ import annotations

import cv2
import numpy as np

from digitnet.synthesis.glyphs import Ink, as_ink

SMALLEST, LARGEST = 9.0, 48.0
"""Height of a glyph on the scan, in pixels: print on a fax of 100 dpi to writing at 300 dpi."""
ROOM_TO_SMEAR = 15.0
"""Glyphs lower than this, in pixels, would close up when they are smeared or break to crumbs."""


def scanned_height(rng: np.random.Generator) -> float:
    """Draw how many pixels high a glyph is on the scan: small ones as often as large ones."""
    return float(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))


def uneven(page: Ink, rng: np.random.Generator, spread: float = 0.35) -> Ink:
    """Let the ink come and go, as under a dry pen or a worn ribbon."""
    field = rng.normal(1, spread, (max(2, page.shape[0] // 4), max(2, page.shape[1] // 4)))
    return page * as_ink(cv2.resize(field.astype(np.float32), page.shape[::-1]))


def broken(page: Ink, rng: np.random.Generator) -> Ink:
    """Take small holes out of the strokes, as a bad copy does."""
    field = as_ink(cv2.GaussianBlur(rng.normal(0, 1, page.shape), (0, 0), rng.uniform(0.6, 1.5)))
    lost = field > rng.uniform(1.2, 2.0) * float(field.std())
    return np.where(lost, page * np.float32(rng.uniform(0, 0.4)), page)


def recompressed(page: Ink, quality: int) -> Ink:
    """Store the page as JPEG and take it back."""
    darkness = np.clip(page * 255, 0, 255).astype(np.uint8)
    _, stored = cv2.imencode(".jpg", 255 - darkness, [cv2.IMWRITE_JPEG_QUALITY, quality])
    back = np.asarray(cv2.imdecode(stored, cv2.IMREAD_GRAYSCALE), np.float32)
    return (255 - back) / np.float32(255)


def scan(page: Ink, tall: float, rng: np.random.Generator) -> Ink:
    """Scan ink that already has the scan's resolution; the result may leave 0 to 1 a little.

    Parameters
    ----------
    page
        (H, W) float32, 0 paper to 1 ink.
    tall
        Height of a glyph on it, in pixels.
    """
    if rng.random() < 0.2:
        page = uneven(page, rng)
    if tall > ROOM_TO_SMEAR:
        fault = rng.random()
        if fault < 0.12:
            kernel = ((1, 2), (2, 1), (2, 2))[int(rng.integers(3))]
            page = as_ink(cv2.dilate(page, np.ones(kernel, np.uint8)))
        elif fault < 0.22:
            page = broken(page, rng)
    blur = rng.uniform(0.25, 0.9) if rng.random() < 0.85 else rng.uniform(0.9, 1.5) * tall / 20
    page = as_ink(cv2.GaussianBlur(page, (0, 0), min(blur, 0.07 * tall)))
    if rng.random() < 0.6:
        page = page + rng.normal(0, rng.uniform(0, 0.1), page.shape).astype(np.float32)
    if rng.random() < 0.12:
        page = recompressed(page, int(rng.integers(25, 75)))
    if rng.random() < 0.25:  # 1 bit, as a fax
        page = (page > rng.uniform(0.3, 0.6)).astype(np.float32)
    return page
