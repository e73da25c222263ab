"""A grey or colour page becomes flat, upright ink; the map back to page pixels stays exact."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.binarize import binarize, stretch, stroke_width
from digitscan.reading.deskew import skew_angle
from digitscan.reading.geometry import (
    Homography,
    Size,
    halve,
    quarter_turn,
    resample,
    scaling,
    turning,
)
from digitscan.reading.paper import paper_brightness, sheet_region
from digitscan.reading.perspective import flattening
from digitscan.reading.scale import is_small, times_too_large
from digitscan.reading.soft import without_show_through
from digitscan.types import Gray, Mask, Page

LONG_SIDE = 2000
"""Pixels of the long side at working scale."""
MOST_ENLARGED = 2.5
"""Small pictures are brought up by at most this factor."""
ENLARGED = 1.3
"""Pictures that grow by more count as enlarged."""
BROAD = 5.0
"""Where all ink is so broad in the mean, pale outlines and all, it may be too large."""
SMALLEST_SHARE = 0.1
"""Of the usual working scale, below which no page is brought: what is so broad are no strokes."""
THUMB = 800
"""Longest side of the small copy in which paper and skew are measured."""
LEAST_SKEW = 0.15
"""Degrees below which turning the picture costs more sharpness than it mends."""


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """What is written on a page, at working scale, upright and deskewed.

    `darkness` is (H, W) uint8, 0 paper to 255 as dark as the page's dark ink, uneven light gone.
    `mask` is (H, W) uint8, 1 where ink stands. `to_page` is the (3, 3) float64 homography from
    working to page coordinates; both are continuous: pixel i covers [i, i + 1). `stroke` is the
    typical stroke width in working pixels.
    `page_size` is the page's (width, height) in page pixels. `pen` is (H, W) uint8, the darkness
    of a coloured pen alone and 0 elsewhere; `darkness` is that of all else then. It is None where
    no pen was told from print.
    """

    darkness: Gray
    mask: Mask
    to_page: Homography
    stroke: float
    page_size: Size
    pen: Gray | None = None

    @property
    def scale(self) -> float:
        """Page pixels a working pixel is long."""
        return float(np.sqrt(abs(np.linalg.det(self.to_page[:2, :2]))))

    @property
    def is_enlarged(self) -> bool:
        """Whether working pixels are clearly smaller than the page's."""
        return self.scale < 1 / ENLARGED


def clean(page: Page, turns: int = 0) -> Ink:
    """Scale, flatten, deskew and binarize a page, first turned by `turns` as `np.rot90` does.

    Skew, paper and sheet are measured in a small copy, so that the page itself is resampled
    once only.
    """
    turned = np.ascontiguousarray(np.rot90(page.pixels, turns))
    source = _gray(turned)
    while max(source.shape) >= 2 * LONG_SIDE:
        source = halve(source)
    source_from_thumb = 1
    thumb = source
    while max(thumb.shape) > THUMB:
        thumb = halve(thumb)
        source_from_thumb *= 2
    paper = paper_brightness(thumb)
    sheet = sheet_region(thumb)
    dark = _darkness(thumb, paper, sheet)
    flat = None if sheet is None else flattening(sheet)
    if flat is None:
        frame, size = np.eye(3), (source.shape[1], source.shape[0])
    else:
        dark = resample(dark, *flat)
        frame = _scaled(flat[0], source_from_thumb)
        size = flat[1][0] * source_from_thumb, flat[1][1] * source_from_thumb
    angle, share = skew_angle(dark), 1.0
    while share > SMALLEST_SHARE:
        to_frame, working = _working_frame(size, angle, share)
        to_source = frame @ to_frame
        to_thumb = scaling(1 / source_from_thumb, 1 / source_from_thumb) @ to_source
        darkness = _flat(source, to_source, working, paper, sheet, to_thumb)
        mask = binarize(darkness)
        stroke = stroke_width(mask)
        times = times_too_large(darkness, mask) if stroke > BROAD else 1.0
        if times <= 1:
            break
        share /= times
    if not is_small(mask.shape):
        sharp = without_show_through(darkness)
        if sharp is not darkness:
            darkness, mask = sharp, binarize(sharp)
            stroke = stroke_width(mask)
    per_source = round(turned.shape[1] / source.shape[1])
    page_size = (page.width, page.height)
    return Ink(
        stretch(darkness, mask),
        mask,
        quarter_turn(turns, page_size) @ scaling(per_source, per_source) @ to_source,
        stroke,
        page_size,
    )


def _scaled(transform: Homography, times: int) -> Homography:
    """Return the map between pictures that are so many times larger."""
    return np.asarray(scaling(times, times) @ transform @ scaling(1 / times, 1 / times))


def _working_frame(frame: Size, angle: float, share: float) -> tuple[Homography, Size]:
    """Return the map from working coordinates to those of a picture of some size, and the size.

    Working scale is a `share` of the usual one.
    """
    width, height = frame
    scale = share * min(MOST_ENLARGED, LONG_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    to_frame = scaling(width / size[0], height / size[1])
    if abs(angle) < LEAST_SKEW:
        return to_frame, size
    turn, turned = turning(angle, size)
    return to_frame @ np.linalg.inv(turn), turned


def _flat(
    source: Gray,
    to_source: Homography,
    size: Size,
    paper: Gray,
    sheet: Mask | None,
    to_thumb: Homography,
) -> Gray:
    """Return the darkness of a picture at working scale; paper and sheet are those of its thumb."""
    gray = resample(source, to_source, size, size[0] > source.shape[1], beside=255)
    coarse = 1 if paper.shape == source.shape else 4
    region = None if sheet is None else resample(sheet, to_thumb, size)
    return _darkness(gray, _enlarged(paper, to_thumb, size, coarse), region)


def _darkness(gray: Gray, paper: Gray, sheet: Mask | None) -> Gray:
    """Return 255 minus the brightness relative to the paper, 0 beside the sheet."""
    darkness = cv2.bitwise_not(cv2.divide(gray, paper, scale=255))
    return np.asarray(darkness if sheet is None else cv2.multiply(darkness, sheet), np.uint8)


def _enlarged(paper: Gray, to_thumb: Homography, size: Size, coarse: int) -> Gray:
    """Return the paper at working scale, by way of a picture so many times coarser.

    It is far smoother than that on a page; in a small picture it is not.
    """
    coarser = -(-size[0] // coarse), -(-size[1] // coarse)
    per_coarse = scaling(size[0] / coarser[0], size[1] / coarser[1])
    small = resample(paper, to_thumb @ per_coarse, coarser)
    return np.asarray(cv2.resize(small, size), np.uint8)


def _gray(pixels: NDArray[np.uint8]) -> Gray:
    """Return the brightness of a grey or colour picture."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
