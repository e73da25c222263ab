"""A coloured pen found by its colour, which neither print nor rulings share."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.binarize import stroke_width
from digitscan.reading.bits import Bits
from digitscan.reading.clean import LONG_SIDE, Ink
from digitscan.reading.geometry import halve, resample, scaling
from digitscan.types import Gray, Mask

SPARSE = 8
"""Every so manieth row and column tells whether a page is in colour at all."""
NOISE = 24
"""Difference between a pixel's colours, of 255, that is no more than noise."""
LEAST_COLORED = 1e-4
"""Share of pixels beyond noise that makes a page colourful: a short number in blue."""
STEP = 3
"""Of the ink every so manieth row and column is looked at."""
PALE = 24
"""Darkness, of 255, from which pale rulings are seen."""
RUN = 3 * 31
"""Pixels in a row or column that are as dark all along in a ruling, not in a stroke."""
BLOCK = 3.5
"""Ink more than so many strokes wide both ways is an area printed in colour, such as a logo."""
LEAST_COLOR = 0.12
"""A pen takes the colours of the light this unequally; scanners make as much of black print."""
LEAST_INK = 30
"""Places of such ink that show a pen."""
CORE = 0.8
"""Share of the darkest nearby from which ink is inside a stroke: there black has no colour."""
FRINGE = 0.5
"""Share of a place's saturation that is left of it over a stroke's width, at least."""
AROUND = np.array([(-1, 0), (1, 0), (0, -1), (0, 1)])
"""Directions in which it is looked beside a place."""
NEAR, FARTHEST = 3.3, 15
"""Strokes, and pixels at most, around ink to which its colour may run."""
SHADE = 40
"""Darkness, of 255, of what may be strokes too pale for ink: their colour is none of the paper."""
STAINS = 0.1
"""As much of the pen's colour, against its ink, may be farther off: on most photos paper has it."""
SECTORS = 24
"""Of the circle of hues, in which the commonest is searched."""
BARE = 0.4
"""Share of the rulings that are beside a pen's strokes, at least."""
FAINT = 0.3
"""Share of the pen's colour up to which that of the rulings does not count."""
APART = 0.5
"""Sine of the angle between the hues of pen and rulings from which one is told from the other."""
SHARE = 0.35
"""Ink is the pen's where it holds this share of the pen's usual colour."""


def is_colorful(pixels: NDArray[np.uint8]) -> bool:
    """Tell whether a page holds colour beyond a grey scan's noise; from a sparse sample."""
    blue, green, red = cv2.split(pixels[::SPARSE, ::SPARSE])
    apart = cv2.max(cv2.absdiff(blue, green), cv2.absdiff(green, red))
    apart = cv2.max(apart, cv2.absdiff(blue, red))
    return float((np.asarray(apart) > NOISE).mean()) > LEAST_COLORED


@dataclass(frozen=True, slots=True, eq=False)
class Pen:
    """A coloured pen's ink: `mask` is (H, W) 0/1, where its colour is seen.

    `stroke` is the width of its strokes as far as it is, in pixels.
    """

    mask: Mask
    stroke: float


def find_pen(pixels: NDArray[np.uint8], ink: Ink) -> Pen | None:
    """Find the coloured pen that a page was filled in with, None where there is none.

    Parameters
    ----------
    pixels
        (H, W) or (H, W, 3) uint8, the page.
    ink
        The page at working scale, rulings and all.
    """
    if pixels.ndim == 2 or not is_colorful(pixels):
        return None
    mask, dark = Bits.of(ink.mask), Bits.of(ink.darkness > PALE)
    long = _runs(dark, upright=True) | _runs(dark, upright=False)
    wide = round(BLOCK * ink.stroke) | 1
    area = mask.opened(wide, upright=True).opened(wide, upright=False)
    inside = mask & Bits.of(_cores(ink))
    strokes = (inside & ~(long | area).dilated(5, upright=True)).unpacked()
    paper = _paper(pixels)
    places = _some_of(strokes)
    taken = _colors_at(places, pixels, ink, paper)
    hue, strength = _commonest(taken)
    if hue is None:
        return None
    steps = ink.stroke / 2 * np.vstack([AROUND, 2 * AROUND])
    beside = [_colors_at(places + step, pixels, ink, paper) for step in steps]
    if _are_fringes(taken, np.mean([taken, *beside], axis=0)):
        return None
    weights = _weights(hue, _colors_at(_some_of(long.unpacked()), pixels, ink, paper))
    if weights is None:
        return None
    tint = _tint(pixels, ink, weights, paper)
    some, inked = tint[::STEP, ::STEP], strokes[::STEP, ::STEP] > 0
    seen = some[inked & (some > SHARE * 255 * strength / 2)]
    if seen.size < LEAST_INK:
        return None
    least = max(1, round(SHARE * float(np.median(seen))))
    reach = 2 * min(FARTHEST, round(NEAR * ink.stroke)) + 1
    near = (
        (mask | Bits.of(ink.darkness > SHADE))
        .dilated(reach, upright=True)
        .dilated(reach, upright=False)
    )
    stained = np.count_nonzero((some >= least) & (near.unpacked()[::STEP, ::STEP] == 0))
    if stained >= STAINS * seen.size:
        return None
    colored = np.asarray(cv2.threshold(tint, least - 1, 1, cv2.THRESH_BINARY)[1], np.uint8)
    return Pen(colored, stroke_width(colored))


def _runs(mask: Bits, upright: bool) -> Bits:
    """Return the runs of RUN pixels and more."""
    for _ in range(3):
        mask = mask.eroded(RUN // 3, upright)
    for _ in range(3):
        mask = mask.dilated(RUN // 3, upright)
    return mask


def _paper(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the colour of the paper, (3,): the median of a page is paper."""
    usual = np.median(pixels[::16, ::16].reshape(-1, 3), axis=0)
    return np.asarray(np.maximum(usual, 1), np.float64)


def _cores(ink: Ink) -> NDArray[np.bool_]:
    """Return where ink is about as dark as it gets within a stroke's width, (H, W)."""
    reach = np.ones(2 * round(ink.stroke) + 1, np.uint8)
    darkest = cv2.dilate(cv2.dilate(ink.darkness, reach[:, None]), reach[None, :])
    enough = cv2.convertScaleAbs(darkest, alpha=CORE)
    return np.asarray(cv2.compare(ink.darkness, enough, cv2.CMP_GE) > 0)


def _are_fringes(taken: NDArray[np.float64], around: NDArray[np.float64]) -> bool:
    """Tell whether colours at most places are gone over a stroke's width around; (K, 3) both.

    Print drawn for screens, and scans whose colours are not in register, have fringes of opposite
    colours on both sides of a stroke: together they are grey.
    """
    colorful = np.ptp(taken, axis=1) > LEAST_COLOR
    kept = _saturation(around) > FRINGE * _saturation(taken)
    return 2 * int(np.count_nonzero(colorful & kept)) < int(np.count_nonzero(colorful))


def _saturation(taken: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how unequally (K, 3) colours are taken for how much is taken, (K,)."""
    return np.asarray(np.ptp(taken, axis=1) / np.maximum(taken.mean(axis=1), 0.01))


def _some_of(chosen: Mask) -> NDArray[np.float64]:
    """Return the middles of some chosen pixels, (K, 2) x and y."""
    rows, columns = np.nonzero(chosen[::STEP, ::STEP])
    return np.stack((columns, rows), 1).astype(np.float64) * STEP + 0.5


def _colors_at(
    places: NDArray[np.float64],
    pixels: NDArray[np.uint8],
    ink: Ink,
    paper: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what is taken of each colour of the light at (K, 2) places, (K, 3) of 0 to 1."""
    mapped = np.column_stack((places, np.ones(len(places)))) @ ink.to_page.T
    x, y = (mapped[:, :2] / mapped[:, 2:]).T.astype(np.intp)
    height, width = pixels.shape[:2]
    color = pixels[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
    return np.asarray(np.clip(1 - color / paper, 0, 1), np.float64)


def _commonest(taken: NDArray[np.float64]) -> tuple[NDArray[np.float64] | None, float]:
    """Return the mean of the colourful among (K, 3) colours that share the commonest hue.

    The second value is how unequally it takes the colours.
    """
    uneven = taken - taken.mean(axis=1, keepdims=True)
    size = np.ptp(taken, axis=1)
    colorful = size > LEAST_COLOR
    if np.count_nonzero(colorful) < LEAST_INK:
        return None, 0.0
    first, second = (uneven[colorful] @ _PLANE.T).T
    angle = np.arctan2(first, second)
    sector = ((angle / (2 * np.pi) + 0.5) * SECTORS).astype(np.intp) % SECTORS
    count = np.bincount(sector, size[colorful], minlength=SECTORS)
    around = count + np.roll(count, 1) + np.roll(count, -1)
    best = int(around.argmax())
    near = np.abs((sector - best + SECTORS // 2) % SECTORS - SECTORS // 2) <= 1
    if np.count_nonzero(near) < LEAST_INK:
        return None, 0.0
    mean = taken[colorful][near].mean(axis=0)
    return mean, float(np.ptp(mean))


_PLANE = np.array([[0.707, -0.707, 0.0], [0.408, 0.408, -0.816]])
"""Two directions, in which colours differ that are equally dark."""


def _weights(pen: NDArray[np.float64], ruled: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the (3,) weights by which colours add up to the pen's darkness, rulings to nothing.

    None where pen and rulings are of one hue.
    """
    weights = pen - pen.mean()
    if len(ruled) >= LEAST_INK:
        # The least like the pen of what was seen: strokes run along rulings.
        alike = ruled @ weights
        ruling = ruled[alike <= np.quantile(alike, BARE)].mean(axis=0)
        uneven = ruling - ruling.mean()
        if weights @ ruling > FAINT * (weights @ pen):
            length = float(np.linalg.norm(uneven))
            if np.linalg.norm(np.cross(uneven, weights)) < APART * length * np.linalg.norm(weights):
                return None
            weights = weights - uneven * (weights @ uneven) / length**2
    return np.asarray(weights * (pen.mean() / (weights @ pen)))


def _tint(
    pixels: NDArray[np.uint8],
    ink: Ink,
    weights: NDArray[np.float64],
    paper: NDArray[np.float64],
) -> Gray:
    """Return the weighted sum of what is taken of the colours, at working scale."""
    matrix = np.append(-255 * weights / paper, 255 * weights.sum())[None]
    source = np.asarray(cv2.transform(pixels, matrix), np.uint8)
    times = 1
    while max(source.shape) >= 2 * LONG_SIDE:
        source, times = halve(source), 2 * times
    height, width = ink.mask.shape
    return resample(source, scaling(1 / times, 1 / times) @ ink.to_page, (width, height))
