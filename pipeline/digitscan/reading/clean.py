"""A grey or colour page becomes flat, upright ink; the map back to page pixels stays exact."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.deskew import skew_angle
from digitscan.types import Box, Gray, Mask, Page

LONG_SIDE = 2000
"""Pixels of the long side at working scale."""
MOST_ENLARGED = 2.5
"""Small pictures are brought up by at most this factor."""
LEAST_SKEW = 0.15
"""Degrees below which turning the picture costs more sharpness than it mends."""


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """What is written on a page, at working scale, upright and deskewed.

    `darkness` is (H, W) uint8, 0 paper to 255 as dark as the page's dark ink, uneven light gone.
    `mask` is (H, W) uint8, 1 where ink stands. `to_page` is the (3, 3) float64 homography from
    working to page coordinates; both are continuous: pixel i covers [i, i + 1). `stroke` is the
    typical stroke width in working pixels. `chroma` is (H, W) uint8, the spread between the
    colour channels, where the page has colour, else None. `page_size` is the page's
    (width, height) in page pixels.
    """

    darkness: Gray
    mask: Mask
    to_page: NDArray[np.float64]
    stroke: float
    chroma: Gray | None
    page_size: tuple[int, int]

    def box_on_page(self, box: Box) -> Box:
        """Return the smallest page box (rounded to pixels, clipped) around a working box."""
        corners = np.array(
            [
                (box.x, box.y, 1),
                (box.right, box.y, 1),
                (box.x, box.bottom, 1),
                (box.right, box.bottom, 1),
            ],
            np.float64,
        )
        mapped = corners @ self.to_page.T
        points = mapped[:, :2] / mapped[:, 2:]
        size = np.array(self.page_size)
        first = np.clip(np.rint(points.min(0)), 0, size - 1).astype(int)
        last = np.clip(np.rint(points.max(0)), first + 1, size).astype(int)
        return Box.from_corners(int(first[0]), int(first[1]), int(last[0]), int(last[1]))


def clean(page: Page) -> Ink:
    """Scale, flatten, deskew and binarize a page."""
    pixels = page.pixels
    scale = min(MOST_ENLARGED, LONG_SIDE / max(page.height, page.width))
    size = (max(1, round(page.width * scale)), max(1, round(page.height * scale)))
    small = _resize(pixels, size)
    gray = small if small.ndim == 2 else _gray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))
    chroma = _chroma(small) if small.ndim == 3 else None
    paper = paper_region(gray)
    darkness = flatten(gray)
    if paper is not None:
        darkness = _gray(cv2.multiply(darkness, paper))
    to_page = np.diag([page.width / size[0], page.height / size[1], 1.0])
    angle = skew_angle(darkness)
    if abs(angle) >= LEAST_SKEW:
        turn, turned_size = _turn(angle, size)
        darkness = _warp(darkness, turn, turned_size)
        chroma = None if chroma is None else _warp(chroma, turn, turned_size)
        to_page = to_page @ np.linalg.inv(turn)
    darkness, mask = binarize(darkness)
    stroke = stroke_width(mask)
    return Ink(darkness, mask, to_page, stroke, chroma, (page.width, page.height))


def flatten(gray: Gray) -> Gray:
    """Return darkness relative to the local paper, 0 to 255; same shape.

    The paper's brightness is a morphological closing at quarter size, wider than any stroke,
    smoothed; darkness is one minus the quotient, so shade divides out.
    """
    height, width = gray.shape
    quarter = _gray(
        cv2.resize(gray, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    )
    reach = max(9, max(quarter.shape) // 45 | 1)
    kernel = np.ones((reach, reach), np.uint8)
    paper = cv2.morphologyEx(quarter, cv2.MORPH_CLOSE, kernel)
    paper = cv2.blur(cv2.medianBlur(paper, min(reach, 15) | 1), (reach, reach))
    paper = cv2.resize(cv2.max(paper, 20), (width, height), interpolation=cv2.INTER_LINEAR)
    return _gray(cv2.bitwise_not(cv2.divide(gray, paper, scale=255)))


def binarize(darkness: Gray) -> tuple[Gray, Mask]:
    """Return the darkness stretched so that dark ink is 255, and the mask of ink.

    Hysteresis: a pixel is ink when it is dark against its surroundings and hangs together with
    a pixel that is dark for sure.
    """
    sample = darkness[::3, ::3]
    middle = float(np.median(sample))
    noise = 1.4826 * float(np.median(np.abs(sample - middle)))
    dark = sample[sample > max(30.0, middle + 5 * noise)]
    full = float(np.percentile(dark, 75)) if dark.size > 20 else 160.0
    low = max(25.0, 0.36 * full, middle + 4 * noise)
    local = cv2.boxFilter(darkness, -1, (41, 41))
    table = np.clip((np.arange(256) - middle) * (255 / max(full - middle, 1)), 0, 255)
    above = cv2.compare(darkness, low, cv2.CMP_GT)
    contrast = cv2.compare(darkness, cv2.add(cv2.multiply(local, 1.2), 6), cv2.CMP_GT)
    mask = _gray(cv2.min(cv2.bitwise_and(above, contrast), 1))
    return _gray(cv2.LUT(darkness, table.astype(np.uint8))), mask


def stroke_width(mask: Mask) -> float:
    """Estimate the typical stroke width in pixels: twice the ink's area over its outline."""
    edge = int(np.count_nonzero(mask)) - int(np.count_nonzero(cv2.erode(mask, np.ones((3, 3)))))
    area = int(np.count_nonzero(mask))
    return max(1.0, 2.0 * area / edge) if edge else 1.0


def paper_region(gray: Gray) -> Mask | None:
    """Return the mask of the sheet where a page lies on a dark ground, None where it fills all."""
    factor = 400 / max(gray.shape)
    if factor > 0.5:
        return None
    small = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), 1.5)
    _, bright = cv2.threshold(small, 0, 1, cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((13, 13), np.uint8))
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    area, hull_area = cv2.contourArea(outline), cv2.contourArea(hull)
    if not 0.2 * small.size < hull_area < 0.96 * small.size:
        return None
    sheet = np.zeros(small.shape, np.uint8)
    cv2.fillPoly(sheet, [hull if hull_area < 1.05 * area else outline], (1,))
    outside = bright[sheet == 0]
    if outside.size and outside.mean() > 0.35:
        return None
    sheet = np.asarray(
        cv2.erode(sheet, np.ones((7, 7)), borderType=cv2.BORDER_CONSTANT, borderValue=(1.0,)),
        np.uint8,
    )
    height, width = gray.shape
    return _gray(cv2.resize(sheet, (width, height), interpolation=cv2.INTER_NEAREST))


def _chroma(pixels: NDArray[np.uint8]) -> Gray | None:
    """Return the spread between the channels, or None where nothing is coloured."""
    blue, green, red = cv2.split(pixels)
    spread = _gray(
        cv2.subtract(cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red))
    )
    return spread if int(np.percentile(spread[::4, ::4], 99.5)) > 40 else None


def _resize(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Scale to (width, height) pixels, anti-aliased downwards and cubic upwards."""
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    shrinks = size[0] < pixels.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=method), np.uint8)


def _turn(angle: float, size: tuple[int, int]) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return the (3, 3) turn by `angle` degrees clockwise and the (width, height) it needs."""
    width, height = size
    radians = np.deg2rad(angle)
    cos, sin = np.cos(radians), np.sin(radians)
    turned = (
        int(np.ceil(width * abs(cos) + height * abs(sin))),
        int(np.ceil(width * abs(sin) + height * abs(cos))),
    )
    rotation = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    to_origin = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    to_middle = np.array([[1, 0, turned[0] / 2], [0, 1, turned[1] / 2], [0, 0, 1]])
    return to_middle @ rotation @ to_origin, turned


def _warp(image: Gray, transform: NDArray[np.float64], size: tuple[int, int]) -> Gray:
    """Apply an affine transform of continuous coordinates; outside is 0."""
    shift = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    centers = np.linalg.inv(shift) @ transform @ shift
    return _gray(cv2.warpAffine(image, centers[:2], size, flags=cv2.INTER_LINEAR))


def _gray(image: object) -> Gray:
    """Tell the type checker what OpenCV returned."""
    return np.asarray(image, np.uint8)
