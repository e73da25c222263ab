"""Decoded pixels and what is done to all of them: upright, square pixels, grey where grey."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitscan.errors import TooLargeError

Pixels = NDArray[np.uint8]
"""(H, W) grey or (H, W, 3) blue, green, red; uint8."""

_BAND = 256
"""Rows converted at a time, so that a big page is never held in three forms at once."""

_CACHED = 64

_SQUARE_FROM = 1.5
_SQUARE_TO = 3.0
"""Ratios of resolutions that are a fax's (204 by 98 dpi, ...); beyond them the file lies."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One decoded page before it has a name: pixels as in `Page`, dpi or None."""

    pixels: Pixels
    dpi: float | None


class Document(Protocol):
    """An open file that holds pages; `read` numbers them from 1."""

    @property
    def count(self) -> int:
        """How many pages `read` can be asked for."""

    def read(self, number: int) -> Picture:
        """Decode one page; raises FileError when this page cannot be read."""

    def close(self) -> None:
        """Free what the codec holds."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Dots an inch along stored columns and rows."""

    x: float
    y: float

    @classmethod
    def of(cls, image: Image.Image) -> Resolution | None:
        """Read it from an opened image; None where the file does not tell or tells nonsense."""
        try:
            x, y = (float(value) for value in image.info["dpi"])
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            return None
        sane = all(math.isfinite(value) and 10 <= value <= 10_000 for value in (x, y))
        return cls(x, y) if sane else None

    @property
    def squared(self) -> float:
        """Dots an inch in both directions once the pixels are square."""
        return max(self.x, self.y) if self.stretch != (1.0, 1.0) else (self.x + self.y) / 2

    @property
    def stretch(self) -> tuple[float, float]:
        """Factors (x, y) that make the pixels square; (1, 1) where they nearly are."""
        ratio = max(self.x, self.y) / min(self.x, self.y)
        if not _SQUARE_FROM <= ratio <= _SQUARE_TO:
            return 1.0, 1.0
        return max(1.0, self.y / self.x), max(1.0, self.x / self.y)

    def square_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Width and height of a picture of such width and height once its pixels are square."""
        return round(size[0] * self.stretch[0]), round(size[1] * self.stretch[1])


def check_size(size: tuple[int, int], max_pixels: int, cure: str = "scan it coarser") -> None:
    """Raise TooLargeError for a (width, height) of more than `max_pixels`; before decoding."""
    if size[0] * size[1] > max_pixels:
        raise TooLargeError(
            f"the page has {size[0]} x {size[1]} pixels, more than the limit of {max_pixels:,}; "
            f"{cure} or raise --max-pixels"
        )


def from_pillow(image: Image.Image) -> Pixels:
    """Convert a loaded Pillow image of any mode: deep grey scaled, alpha laid over white."""
    width, height = image.size
    mode = _target_mode(image)
    deep = np.asarray(image) if mode == "I" else None
    black, span = _depth(deep) if deep is not None else (0.0, 255.0)
    pixels = np.empty((height, width) if mode in ("L", "LA", "I") else (height, width, 3), np.uint8)
    for top in range(0, height, _BAND):
        bottom = min(top + _BAND, height)
        if deep is not None:
            pixels[top:bottom] = np.rint((deep[top:bottom] - np.float64(black)) * 255 / span)
            continue
        band = image.crop((0, top, width, bottom))
        converted = band.getchannel(0) if band.mode == "LAB" else band.convert(mode)
        pixels[top:bottom] = _over_white(np.asarray(converted))
    return pixels


def _target_mode(image: Image.Image) -> str:
    """Choose the Pillow mode to go through: L, LA, RGB, RGBA, or I for more than 8 bits."""
    mode = image.mode
    if mode in ("I", "F") or mode.startswith("I;"):
        return "I"
    if mode == "LAB":
        return "L"
    if mode in ("LA", "La") or (mode in ("1", "L") and image.has_transparency_data):
        return "LA"
    if image.has_transparency_data:
        return "RGBA"
    if mode == "P":
        palette = np.asarray(image.getpalette("RGB"), np.uint8).reshape(-1, 3)
        return "L" if (palette == palette[:, :1]).all() else "RGB"
    return "L" if mode in ("1", "L") else "RGB"


def _depth(values: NDArray[Any]) -> tuple[float, float]:
    """Find the value that becomes black and its distance to the one that becomes white.

    Integers are scaled by the depth they use: 16 bits, or 8, 10, 12 or 14 where no pixel goes
    beyond (scanners store 12 bits in 16). Floating point goes by 0..1, or else by its range.
    """
    low, high = float(values.min()), float(values.max())
    whole = values.dtype.kind in "iu"
    if low >= 0 and high <= 1 and not whole:
        return 0.0, 1.0
    if low >= 0 and whole:
        for bits in (8, 10, 12, 14, 16):
            if high < 2**bits:
                return 0.0, 2.0**bits - 1
    return low, (high - low) or 1.0


def _over_white(band: Pixels) -> Pixels:
    """Lay (H, W, 2) grey or (H, W, 4) RGB with alpha over white; RGB becomes BGR."""
    if band.ndim == 2:
        return band
    if band.shape[2] == 3:
        return band[..., ::-1]
    alpha = band[..., -1:].astype(np.uint16)
    colour = band[..., :-1].astype(np.uint16)
    laid = ((colour * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return laid[..., 0] if band.shape[2] == 2 else laid[..., ::-1]


def turn_upright(pixels: Pixels, orientation: int) -> Pixels:
    """Apply an EXIF orientation, 1 to 8; anything else counts as 1."""
    turned: cv2.typing.MatLike = pixels
    if orientation in (2, 4):
        turned = cv2.flip(pixels, 1 if orientation == 2 else 0)
    elif orientation in (3, 6, 8):
        quarter = {3: cv2.ROTATE_180, 6: cv2.ROTATE_90_CLOCKWISE, 8: cv2.ROTATE_90_COUNTERCLOCKWISE}
        turned = cv2.rotate(pixels, quarter[orientation])
    elif orientation in (5, 7):
        turned = cv2.transpose(pixels)
        if orientation == 7:
            cv2.flip(turned, -1, dst=turned)
    return np.asarray(turned, np.uint8)


def make_square(pixels: Pixels, resolution: Resolution | None) -> Pixels:
    """Stretch the pixels of a fax to squares; others are returned as they are."""
    height, width = pixels.shape[:2]
    size = resolution.square_size((width, height)) if resolution else (width, height)
    if size == (width, height):
        return pixels
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def grey_if_grey(pixels: Pixels) -> Pixels:
    """Reduce a colour page without any colour to (H, W); cheap where there is colour."""
    if pixels.ndim == 2:
        return pixels
    sample = pixels[:: max(1, pixels.shape[0] // 64)]
    if (sample != sample[..., :1]).any():
        return pixels
    grey = np.empty(pixels.shape[:2], np.uint8)
    for top in range(0, len(pixels), _CACHED):  # bands that stay in the cache: 3 times as fast
        blue, green, red = cv2.split(pixels[top : top + _CACHED])
        if cv2.norm(blue, green, cv2.NORM_INF) or cv2.norm(blue, red, cv2.NORM_INF):
            return pixels
        grey[top : top + _CACHED] = blue
    return grey
