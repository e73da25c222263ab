"""What a form is printed on. Each takes a drawing and a random generator and returns another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.paper import faded
from drawing.truth import Drawing

Effect = Callable[[Drawing, np.random.Generator], Drawing]
Reals = NDArray[np.floating]


def plain(page: Drawing, _rng: np.random.Generator) -> Drawing:
    """Leave it as it is."""
    return page


def times(page: Drawing, light: Reals) -> Drawing:
    """Multiply the page by (H, W) or (H, W, 3) shares of light, as inks and shadows do."""
    light = light[..., None] if light.ndim == 2 else light
    pixels = page.pixels.astype(np.float32) * light
    return replace(page, pixels=np.clip(pixels.round(), 0, 255).astype(np.uint8))


def _millimetres(page: Drawing) -> tuple[Reals, Reals]:
    """Return each pixel's place as (H, W) columns and rows, in millimetres."""
    rows, columns = np.indices(page.pixels.shape[:2], np.float32)
    size = np.float32(25.4 / page.dpi)
    return np.multiply(columns, size), np.multiply(rows, size)


def smooth_noise(page: Drawing, rng: np.random.Generator, millimetres: float) -> Reals:
    """Return smooth noise (H, W) of standard deviation 1 with grains of a size."""
    height, width = page.pixels.shape[:2]
    step = max(1.0, millimetres * page.dpi / 25.4)
    small = rng.normal(0, 1, (int(height / step) + 4, int(width / step) + 4)).astype(np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def patterned(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Print fine waves over all of it, as on cheques."""
    x, y = _millimetres(page)
    phase, tilt = rng.uniform(0, 6, 2)
    light = np.ones_like(x)
    for period, swing in ((0.9, 1.6), (1.3, -1.1)):
        wave = y + 0.1 * tilt * x + swing * np.sin(x / 9 + phase)
        lines = np.clip(np.cos(wave * (2 * np.pi / period)) * 2 - 0.8, 0, 1)
        light -= 0.16 * lines
    return times(page, light)


def shaded(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Let light fall off to one side, and a shadow lie over a corner."""
    x, y = _millimetres(page)
    across, down = x / x.max(), y / y.max()
    across = across if rng.random() < 0.5 else 1 - across
    shadow = 1 / (1 + np.exp(25 * (across + 0.6 * down - 0.75)))
    return times(page, np.asarray(1 - 0.3 * across - 0.3 * shadow, np.float32))


def creased(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Fold it twice and crumple it a little: dark and bright edges, soft light in between."""
    x, y = _millimetres(page)
    light = 1 + 0.025 * smooth_noise(page, rng, 14)
    for turn in rng.uniform(-0.25, 0.25, 2) + np.array([0, np.pi / 2]):
        where = rng.uniform(0.35, 0.65)
        away = (x - where * x.max()) * np.cos(turn) + (y - where * y.max()) * np.sin(turn)
        light += 0.06 * np.tanh(away) * np.exp(-((away / 9) ** 2))
        light -= 0.35 * np.exp(-((away / 0.22) ** 2)) - 0.12 * np.exp(-(((away - 0.5) / 0.3) ** 2))
    return times(page, np.asarray(light, np.float32))


def show_through(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Let the other side shine through: the page's own mirror image, shifted, soft and pale."""
    back = np.roll(page.pixels[:, ::-1], rng.integers(20, 60, 2).tolist(), (0, 1))
    soft = cv2.GaussianBlur(back, (0, 0), 0.25 * page.dpi / 25.4).astype(np.float32)
    return times(page, 1 - 0.28 * (1 - soft / 255))


def low_contrast(page: Drawing, _rng: np.random.Generator) -> Drawing:
    """Copy it with a worn drum."""
    return faded(page, 0.35, 215)


def recycled(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Use grey paper of visible fibres."""
    light = 0.82 + 0.02 * smooth_noise(page, rng, 0.25) + 0.015 * smooth_noise(page, rng, 3)
    fibres = np.ones_like(light)
    scale = page.dpi / 25.4
    size = np.array(page.pixels.shape[1::-1])
    for _ in range(int(np.prod(size) / scale**2 / 90)):
        start = rng.uniform(0, 1, 2) * size
        end = start + rng.normal(0, 1.2, 2) * scale
        cv2.line(fibres, start.astype(int).tolist(), end.astype(int).tolist(), 0.86, 1)
    return times(page, np.asarray(light * fibres, np.float32))


def yellow(page: Drawing, _rng: np.random.Generator) -> Drawing:
    """Use coloured paper."""
    return times(page, np.full((1, 1, 3), (0.62, 0.88, 0.97), np.float32))
