"""A drawn page and what is known about it; both move together."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from drawing.pen import Bytes, Color, Floats


@dataclass(frozen=True, slots=True, eq=False)
class WrittenDigit:
    """A digit that a pen wrote: its value and its ink's outline, (N, 2) float32 page pixels."""

    value: int
    outline: Floats

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Tight box of the ink: x, y, width, height in whole page pixels."""
        return _box(self.outline)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A place on the form and the digits in it, left to right; none where it was left empty.

    `corners` is (4, 2) float32 page pixels; `text` may hold separators that are no digits.
    """

    text: str
    corners: Floats
    digits: tuple[WrittenDigit, ...] = ()

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Box around the place: x, y, width, height in whole page pixels."""
        return _box(self.corners)


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A finished page, (H, W, 3) uint8 in OpenCV's order, and the truth about it."""

    pixels: Bytes
    fields: tuple[Field, ...]
    dpi: int

    def warped(
        self, matrix: NDArray[np.float64], size: tuple[int, int], around: Bytes | Color
    ) -> Drawing:
        """Move page and truth by a (3, 3) matrix onto (width, height) pixels.

        `around` fills what the page leaves free: a colour, or a picture of that size.
        """
        pixels = cv2.warpPerspective(
            self.pixels, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
        )
        inside = cv2.warpPerspective(np.ones_like(self.pixels[..., :1]), matrix, size)
        back = np.broadcast_to(np.asarray(around, np.uint8), pixels.shape)
        pixels = np.where(inside[..., None] > 0, pixels, back)
        fields = tuple(
            Field(
                one.text,
                _moved(one.corners, matrix),
                tuple(WrittenDigit(d.value, _moved(d.outline, matrix)) for d in one.digits),
            )
            for one in self.fields
        )
        return Drawing(np.asarray(pixels, np.uint8), fields, self.dpi)


def _moved(points: Floats, matrix: NDArray[np.float64]) -> Floats:
    return np.asarray(cv2.perspectiveTransform(points[None], matrix)[0], np.float32)


def _box(points: Floats) -> tuple[int, int, int, int]:
    left, top = np.floor(points.min(axis=0) + 0.5).astype(int)
    right, bottom = np.floor(points.max(axis=0) + 0.5).astype(int) + 1
    return int(left), int(top), int(right - left), int(bottom - top)
