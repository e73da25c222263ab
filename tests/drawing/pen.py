"""Handwritten digits as pen lines: an MNIST digit becomes its middle line, a pen goes along it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Bytes: TypeAlias = NDArray[np.uint8]
Color: TypeAlias = tuple[int, int, int]
"""Blue, green, red, 0 to 255."""

DIGITS_FILE = Path(__file__).with_name("digits.npz")
_ENLARGE = 6


@dataclass(frozen=True, slots=True)
class Pen:
    """What leaves the ink: line width in millimetres, colour (blue, green, red), cover 0 to 1."""

    width: float = 0.55
    color: Color = (40, 35, 35)
    cover: float = 0.95
    grain: float = 0.1


BALLPOINT = Pen(0.5, (120, 50, 30), 0.9, 0.25)
FELT_TIP = Pen(0.8, (35, 30, 30), 0.98, 0.05)
PENCIL = Pen(0.5, (105, 100, 100), 0.62, 0.5)


@dataclass(frozen=True, slots=True)
class Writer:
    """One hand: its pen, slant (pixels right per pixel up) and how much its digits vary.

    `choices` holds for each digit 0-9 the specimens this hand uses, as indices into
    `specimens()`; `spread` is the gap between digits as a share of their height.
    """

    pen: Pen
    slant: float
    choices: tuple[tuple[int, ...], ...]
    jitter: float = 0.05
    spread: float = 0.22


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The middle line of a digit: (H, W) float32 distances to it, in shares of its height.

    The line's tight box is `margin` inside the array on every side; `height` is in array pixels.
    """

    distance: Floats
    margin: int
    slant: float
    height: int


@cache
def specimens() -> tuple[Bytes, Bytes]:
    """Return the shipped MNIST test digits: (N, 28, 28) uint8, white on black, and labels (N,)."""
    with np.load(DIGITS_FILE) as arrays:
        return arrays["pixels"], arrays["labels"]


def make_writer(seed: int, pen: Pen = BALLPOINT, per_digit: int = 3) -> Writer:
    """Make a hand up: specimens of like slant, `per_digit` for every digit."""
    rng = np.random.default_rng(seed)
    labels = specimens()[1]
    slant = float(rng.normal(0.12, 0.12))

    def choose(digit: int) -> tuple[int, ...]:
        some = rng.permutation(np.flatnonzero(labels == digit))[: 4 * per_digit]
        return tuple(sorted(some.tolist(), key=lambda i: abs(line(i).slant - slant))[:per_digit])

    return Writer(pen, slant, tuple(choose(digit) for digit in range(10)))


@cache
def line(index: int) -> Line:
    """Return the middle line of one shipped specimen."""
    return middle_line(specimens()[0][index])


def middle_line(pixels: Bytes) -> Line:
    """Thin a (28, 28) uint8 digit, white on black, to the line that the pen followed."""
    size = pixels.shape[0] * _ENLARGE
    large = cv2.resize(pixels, (size, size), interpolation=cv2.INTER_CUBIC)
    mask = np.asarray(cv2.GaussianBlur(large, (0, 0), _ENLARGE * 0.6) > 100, np.uint8)
    skeleton = thin(mask)
    x, y, width, height = cv2.boundingRect(skeleton)
    margin = size // 4
    padded = np.pad(skeleton[y : y + height, x : x + width], margin)
    distance = cv2.distanceTransform(1 - padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    moments = cv2.moments(skeleton, binaryImage=True)
    slant = -moments["mu11"] / max(moments["mu02"], 1.0)
    return Line(np.asarray(distance, np.float32), margin, slant, height)


def thin(mask: Bytes) -> Bytes:
    """Thin a (H, W) uint8 mask of 0 and 1 to lines one pixel wide.

    Zhang and Suen, A fast parallel algorithm for thinning digital patterns, CACM 27(3), 1984.
    """
    image = mask.copy()
    while True:
        before = cv2.countNonZero(image)
        for table in _removable():
            ring = cv2.filter2D(image, -1, _RING, borderType=cv2.BORDER_CONSTANT)
            image = np.asarray(cv2.bitwise_and(image, cv2.LUT(ring, table)), np.uint8)
        if cv2.countNonZero(image) == before:
            return image


_RING = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)
"""The eight neighbours as bits, from north clockwise."""


@cache
def _removable() -> tuple[Bytes, Bytes]:
    """Return for each ring of neighbours whether the pixel stays (1), for both half-steps."""
    rings = (np.arange(256)[:, None] >> np.arange(8)) & 1
    turns = ((rings == 0) & (np.roll(rings, -1, axis=1) == 1)).sum(axis=1)
    count = rings.sum(axis=1)
    n, e, s, w = rings[:, ::2].T
    edge = (count >= 2) & (count <= 6) & (turns == 1)
    first = edge & (n * e * s == 0) & (e * s * w == 0)
    second = edge & (n * e * w == 0) & (n * s * w == 0)
    return (~first).astype(np.uint8), (~second).astype(np.uint8)


def stroke(
    digit: Line, height: float, slant: float, pen_width: float, turn: float = 0.0
) -> tuple[Floats, Floats]:
    """Draw a digit's line with a pen.

    `height` (between the middle lines of top and bottom) and `pen_width` are in page pixels,
    `slant` is added to the specimen's own, `turn` is in radians. Returns the cover (h, w) float32
    0 to 1, with empty margins, and the ink's outline, (N, 2) float32 points (x, y) in it.
    """
    scale = height / digit.height
    matrix = scale * np.array([[1.0, turn - slant, 0.0], [-turn, 1.0, 0.0]])
    rows, columns = digit.distance.shape
    corners = np.array([[0, 0], [columns, 0], [0, rows], [columns, rows]]) @ matrix[:, :2].T
    matrix[:, 2] = -corners.min(axis=0)
    size = np.ceil(np.ptp(corners, axis=0)).astype(int)
    away = cv2.warpAffine(
        digit.distance, matrix, size.tolist(), flags=cv2.INTER_AREA, borderValue=(1e6,)
    )
    cover = np.clip(pen_width / 2 + 0.5 - np.asarray(away, np.float32) * scale, 0, 1)
    return cover.astype(np.float32), outline_of(cover)


def outline_of(cover: Floats) -> Floats:
    """Return the hull of the ink as (N, 2) float32 points (x, y), pixel centres."""
    points = cv2.findNonZero((cover >= 0.5).astype(np.uint8))
    return np.asarray(cv2.convexHull(points), np.float32).reshape(-1, 2)
