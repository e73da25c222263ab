"""What happens to a page between the pen and the file: scanners, phones, faxes, time."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from drawing.pen import Bytes, Floats
from drawing.truth import Drawing


def _bytes(values: Floats) -> Bytes:
    return np.clip(values.round(), 0, 255).astype(np.uint8)


def turned(page: Drawing, degrees: float) -> Drawing:
    """Turn the page clockwise about its middle, as a sheet fed askew; the frame stays."""
    height, width = page.pixels.shape[:2]
    matrix = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1), [0, 0, 1]])
    return page.warped(matrix, (width, height), (255, 255, 255))


def scanned(
    page: Drawing, noise: float = 3.0, blur: float = 0.6, paper: int = 250, seed: int = 0
) -> Drawing:
    """Scan on a flat bed: soft edges, a paper not quite white, sensor noise, specks of dust.

    `noise` is the standard deviation in grey levels, `blur` in pixels at 300 dpi.
    """
    rng = np.random.default_rng(seed)
    sigma = max(0.3, blur * page.dpi / 300)
    pixels = cv2.GaussianBlur(page.pixels, (0, 0), sigma).astype(np.float32) * (paper / 255)
    shape = pixels.shape[:2]
    pixels += rng.normal(0, noise, (*shape, 1)).astype(np.float32)
    for _ in range(rng.poisson(shape[0] * shape[1] / 400_000)):
        spot = (int(rng.integers(shape[1])), int(rng.integers(shape[0])))
        cv2.circle(pixels, spot, int(rng.integers(1, 3)), (90.0, 90.0, 90.0), -1)
    return replace(page, pixels=_bytes(pixels))


def faded(page: Drawing, contrast: float = 0.45, paper: int = 235) -> Drawing:
    """Take contrast away, as a worn ribbon or an old copy does."""
    pixels = paper - (255 - page.pixels.astype(np.float32)) * contrast
    return replace(page, pixels=_bytes(pixels))


def photographed(
    page: Drawing, size: tuple[int, int], corners: list[tuple[float, float]], seed: int = 0
) -> Drawing:
    """Photograph the page on a desk: perspective, uneven light, a shadow, blur and noise.

    `size` is the picture's (width, height) in pixels; `corners` are where the page's corners
    come to lie, from the left top one clockwise, in shares of that size.
    """
    rng = np.random.default_rng(seed)
    width, height = size
    rows, columns = page.pixels.shape[:2]
    before = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    after = np.array(corners, np.float32) * np.array(size, np.float32)
    shot = page.warped(
        np.asarray(cv2.getPerspectiveTransform(before, after), np.float64), size, _desk(size, rng)
    )
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    light = 0.95 - 0.28 * across - 0.18 * down + 0.1 * across * down
    edge = 1 / (1 + np.exp((down + 0.35 * across - 0.95) * 30))
    light = light * (0.78 + 0.22 * edge)
    pixels = cv2.GaussianBlur(shot.pixels, (0, 0), 0.8) * light[..., None]
    pixels = pixels * np.array([0.93, 0.98, 1.0]) + rng.normal(0, 2.5, (height, width, 1))
    return replace(shot, pixels=_bytes(pixels.astype(np.float32)))


def _desk(size: tuple[int, int], rng: np.random.Generator) -> Bytes:
    """Make a wooden desk, (height, width, 3) uint8."""
    width, height = size
    grain = cv2.GaussianBlur(rng.normal(0, 60, (height, width)).astype(np.float32), (0, 0), 1.2)
    grain = cv2.blur(grain, (max(3, width // 6), 1))
    color = np.array([58, 84, 118], np.float32)
    return _bytes(color + 6 * grain[..., None])


def faxed(page: Drawing, seed: int = 0) -> Drawing:
    """Send it by fax: two levels, ragged edges, specks. Pixels stay 0 or 255 in three channels."""
    rng = np.random.default_rng(seed)
    grey = cv2.cvtColor(page.pixels, cv2.COLOR_BGR2GRAY).astype(np.float32)
    size = page.pixels.shape[:2]
    noise = rng.normal(0, 26, (size[0], size[1])).astype(np.float32)
    noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.6), np.float32)
    white = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.7), np.float32) + noise > 150
    specks = rng.random((size[0], size[1])) < 6e-6
    white &= cv2.dilate(specks.astype(np.uint8), np.ones((2, 2), np.uint8)) == 0
    return replace(page, pixels=np.repeat(white[..., None].astype(np.uint8) * 255, 3, axis=2))
