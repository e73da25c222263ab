"""The pictures of the report: each page made small, and a sheet of what its numbers look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.types import Box

PAGE_SIDE = 2000
"""Longest side of a page's picture, in its pixels."""
MARGIN = 12
"""Paper around a number in its snippet, page pixels."""
SNIPPET_HEIGHT, SNIPPET_WIDTH = 64, 480
"""Largest snippet, in pixels of the sheet."""
SHEET_WIDTH = 2048
SHEET_PIXELS = 16_000_000
"""Largest sheet, its gaps left out; one that would be larger shows all its snippets smaller."""
BLOCK = 16
"""Side of what JPEG compresses together where colour is halved: no two snippets share one."""
QUALITY = 75

Pixels = NDArray[np.uint8]
"""(H, W) uint8 grey or (H, W, 3) uint8 blue, green, red."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Where a number is shown: its place in the sheet, and sheet pixels a page pixel is long."""

    place: Box
    scale: float


def page_picture(pixels: Pixels) -> tuple[bytes, float]:
    """Return a page as JPEG, made small, and the picture's pixels a page pixel is long."""
    scale = min(1.0, PAGE_SIDE / max(pixels.shape[:2]))
    return as_jpeg(_scaled(pixels, scale)), scale


def around(box: Box, width: int, height: int) -> Box:
    """Return a number's box with its margin, cut off at the edges of its page."""
    left, top = max(0, box.x - MARGIN), max(0, box.y - MARGIN)
    right, bottom = min(width, box.right + MARGIN), min(height, box.bottom + MARGIN)
    return Box.from_corners(left, top, max(left, right), max(top, bottom))


def number_sheet(pixels: Pixels, boxes: Sequence[Box]) -> tuple[bytes | None, list[Snippet]]:
    """Put the snippets of a page's numbers on one sheet, row by row in their order.

    `boxes` are the numbers', page pixels. Returns the sheet as JPEG, None where it would be empty,
    and where each number is on it.
    """
    height, width = pixels.shape[:2]
    cuts = [around(box, width, height) for box in boxes]
    snippets = _placed(cuts)
    right = max((snippet.place.right for snippet in snippets), default=0)
    bottom = max((snippet.place.bottom for snippet in snippets), default=0)
    if not right or not bottom:
        return None, snippets
    sheet = np.full((_blocks(bottom), _blocks(right), *pixels.shape[2:]), 255, np.uint8)
    for cut, snippet in zip(cuts, snippets, strict=True):
        place = snippet.place
        if place.area:
            part = pixels[cut.y : cut.bottom, cut.x : cut.right]
            size = place.width, place.height
            small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
            sheet[place.y : place.bottom, place.x : place.right] = small
    return as_jpeg(sheet), snippets


def as_jpeg(pixels: Pixels) -> bytes:
    """Encode a picture."""
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()


def _scaled(pixels: Pixels, scale: float) -> Pixels:
    if scale == 1:
        return pixels
    size = [max(1, round(side * scale)) for side in pixels.shape[1::-1]]
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _placed(cuts: Sequence[Box]) -> list[Snippet]:
    """Choose scale and place of every snippet; what lies outside its page takes no room."""
    scales = [
        min(1.0, SNIPPET_HEIGHT / cut.height, SNIPPET_WIDTH / cut.width) if cut.area else 1.0
        for cut in cuts
    ]
    room = sum(cut.area * scale * scale for cut, scale in zip(cuts, scales, strict=True))
    smaller = min(1.0, sqrt(SHEET_PIXELS / room)) if room else 1.0
    snippets, x, y, high = [], 0, 0, 0
    for cut, scale in zip(cuts, scales, strict=True):
        scale = round(scale * smaller, 4)
        size = (max(1, round(cut.width * scale)), max(1, round(cut.height * scale)))
        wide, tall = size if cut.area else (0, 0)
        if x and x + wide > SHEET_WIDTH:
            x, y, high = 0, y + _blocks(high), 0
        snippets.append(Snippet(Box(x, y, wide, tall), scale))
        x, high = x + _blocks(wide), max(high, tall)
    return snippets


def _blocks(length: int) -> int:
    return -(-length // BLOCK) * BLOCK
