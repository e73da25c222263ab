"""How far a page is turned: projection profiles of a small copy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.components import places
from digitscan.reading.geometry import halve
from digitscan.reading.profiles import Reals
from digitscan.types import Gray

WIDEST = 17.0
"""Largest skew searched, degrees."""
SMALLEST_PAGE = 250
"""A picture with a shorter side (pixels of the small copy) is too small to judge."""
GAIN = 1.15
"""How much sharper the profile must become before a page is turned."""
LEVEL, CLEARLY = 2.0, 1.6
"""A page that is this much sharper within so many degrees of level lies so."""
PEAK = 1.4
"""How much sharper it must be than at most angles; round shapes are alike at all."""


def skew_angle(darkness: Gray) -> float:
    """Return the clockwise turn in degrees that sets the page's lines level, 0 when unsure.

    The sum of squared differences between neighbouring rows of the projection profile peaks
    where text lines and rulings lie level (Postl 1986).
    """
    if min(darkness.shape) < SMALLEST_PAGE:
        return 0.0
    if max(darkness.shape) > 600:
        darkness = halve(darkness)
    ys, xs = places(darkness > 60)
    if ys.size < 200:
        return 0.0
    sharpness = _sharpness(xs, ys, darkness[ys, xs].astype(np.float64), darkness.shape)
    coarse, scores = _searched(sharpness)
    fine = coarse[scores.argmax()] + np.arange(-0.4, 0.41, 0.1)
    finer = np.array([sharpness(float(angle)) for angle in fine])
    best, angle = finer.max(), float(fine[finer.argmax()])
    certain = best > GAIN * sharpness(0.0) and best > PEAK * np.median(scores)
    return angle if certain and abs(angle) < WIDEST else 0.0


def _searched(sharpness: Callable[[float], float]) -> tuple[Reals, Reals]:
    """Return angles at half degrees and how sharp the profile is at each.

    Every fourth is enough of those that are far from level, where the page lies nearly level: it is
    by far the sharpest there.
    """
    angles = np.arange(-WIDEST, WIDEST + 0.1, 0.5)
    level = np.abs(angles) <= LEVEL
    some = level | (np.arange(angles.size) % 4 == 0)
    scores = np.zeros(angles.size)
    scores[some] = [sharpness(angle) for angle in angles[some].tolist()]
    if scores[level].max() >= CLEARLY * scores[~level].max():
        return angles[some], scores[some]
    scores[~some] = [sharpness(angle) for angle in angles[~some].tolist()]
    return angles, scores


def _sharpness(
    xs: NDArray[np.intp], ys: NDArray[np.intp], weights: Reals, shape: tuple[int, ...]
) -> Callable[[float], float]:
    """Return the function that tells how sharp the profile is at an angle in degrees."""
    x, y = xs - xs.mean(), ys - ys.mean()
    reach = sum(shape)

    def sharpness(angle: float) -> float:
        radians = np.deg2rad(angle)
        rows = x * np.sin(radians)
        rows += y * np.cos(radians)
        rows += reach
        profile = np.bincount(rows.astype(np.intp), weights, minlength=2 * reach)
        step = profile[1:] - profile[:-1]
        return float(step @ step)

    return sharpness
