"""Banks of digit styles, each kept as the distance of every pixel from the pen's path.

From such a map a pen of any width draws the style without breaking it (`pens.draw`). Styles come
from real digits (thinned to their skeletons) and from spline templates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.synthesis.templates import draw_strokes

CANVAS = 64
"""Side of a style's map, in pixels."""
GLYPH = 44
"""Height that a digit has on that map; wide ones are made to fit `GLYPH_WIDTH`."""
GLYPH_WIDTH = 54
UNIT = 8
"""Steps of a stored distance: one pixel of the map is 8."""

Map = NDArray[np.uint8]
"""(64, 64) uint8."""


@dataclass(frozen=True, slots=True)
class Style:
    """One way to write a sign.

    `path` is the distance to the pen's path in eighths of a pixel, 255 and more cut off; `edge`
    the distance to the written edge (128 is the edge, less is inside), None for a template, which
    has no written edge. `radius` is half the written stroke's width in map pixels.
    """

    path: Map
    edge: Map | None
    radius: float


@cache
def _thinning_tables() -> NDArray[np.bool_]:
    """For both passes of Zhang and Suen's thinning: which of 256 neighbourhoods lose the pixel."""
    tables = np.zeros((2, 256), bool)
    for code in range(256):
        n, ne, e, se, s, sw, w, nw = ring = [(code >> bit) & 1 for bit in range(8)]
        del ne, se, sw, nw
        changes = sum(a == 0 and b == 1 for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
        if 2 <= sum(ring) <= 6 and changes == 1:
            tables[0, code] = n * e * s == 0 and e * s * w == 0
            tables[1, code] = n * e * w == 0 and n * s * w == 0
    return tables


_RING = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)


def thin(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Thin strokes to lines one pixel wide (Zhang and Suen, CACM 27, 1984).

    `mask` is (H, W) uint8 of 0 and 1; so is what is returned.
    """
    skeleton = mask.copy()
    tables = _thinning_tables()
    while True:
        removed = 0
        for table in tables:
            codes = cv2.filter2D(
                skeleton.astype(np.float32), -1, _RING, borderType=cv2.BORDER_CONSTANT
            )
            gone = table[codes.astype(np.uint8)] & (skeleton > 0)
            skeleton[gone] = 0
            removed += int(gone.sum())
        if not removed:
            return skeleton


def _place(image: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Centre white ink, (H, W) uint8, on the map at standard height: a mask, None if empty."""
    ink = image.astype(np.float32) / 255
    rows, columns = np.nonzero(ink > 0.35)
    if len(rows) < 4:
        return None
    cut = np.pad(ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1], 2)
    scale = min(GLYPH / (cut.shape[0] - 4), GLYPH_WIDTH / (cut.shape[1] - 4))
    cut = np.asarray(cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))
    cut = np.asarray(cv2.GaussianBlur(cut, (0, 0), 0.8 * max(1.0, 0.4 * scale)))
    cut = cut[:CANVAS, :CANVAS]
    height, width = cut.shape
    mask = np.zeros((CANVAS, CANVAS), np.uint8)
    top, left = (CANVAS - height) // 2, (CANVAS - width) // 2
    mask[top : top + height, left : left + width] = cut > 0.45
    return mask if mask.any() else None


def _distance(mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Distance of every pixel that is not 0 to the nearest that is."""
    return np.asarray(cv2.distanceTransform(mask, cv2.DIST_L2, 5), np.float32)


def _store(values: NDArray[np.float32]) -> Map:
    return np.asarray(np.clip(np.rint(values * UNIT), 0, 255), np.uint8)


def style_from_skeleton(skeleton: NDArray[np.uint8], mask: NDArray[np.uint8]) -> Style:
    """Make a style of a skeleton and the strokes that it was thinned from, both 0 and 1."""
    inside = _distance(mask)
    edge = _distance(1 - mask) - inside + 128 / UNIT
    radius = float(np.median(inside[skeleton > 0]))
    return Style(_store(_distance(1 - skeleton)), _store(edge), radius)


def styles_from_images(images: NDArray[np.uint8], batch: int = 200) -> list[Style | None]:
    """Make a style of each image: (N, H, W) uint8, white ink on black; None where one is empty."""
    styles: list[Style | None] = []
    for start in range(0, len(images), batch):
        masks = [_place(image) for image in images[start : start + batch]]
        tower = np.vstack([np.zeros((CANVAS, CANVAS), np.uint8) if m is None else m for m in masks])
        skeletons = thin(tower).reshape(-1, CANVAS, CANVAS)
        styles += [
            None if mask is None else style_from_skeleton(skeleton, mask)
            for mask, skeleton in zip(masks, skeletons, strict=True)
        ]
    return styles


def style_from_template(rng: np.random.Generator, digit: int, template: int | None = None) -> Style:
    """Draw a style of a digit from the spline templates, one given or any."""
    strokes = draw_strokes(rng, digit, template)
    half_width = max(float(np.abs(stroke[:, 0]).max()) for stroke in strokes)
    scale = min(GLYPH, GLYPH_WIDTH / 2 / max(half_width, 1e-6))
    skeleton = np.zeros((CANVAS, CANVAS), np.uint8)
    for stroke in strokes:
        points = np.rint((stroke * scale + CANVAS / 2) * 16).astype(np.int32)
        cv2.polylines(skeleton, [points.reshape(-1, 1, 2)], False, 1, 1, cv2.LINE_8, 4)
    return Style(_store(_distance(1 - skeleton)), None, 2.5)


class StyleBank:
    """Real signs sorted by what they are, to draw from; digits are 0 to 9, others any integer."""

    def __init__(self, images: NDArray[np.uint8], labels: NDArray[np.integer]) -> None:
        """Thin `images`, (N, H, W) uint8 white on black, and sort them by `labels`, (N,)."""
        self._styles: dict[int, list[Style]] = {}
        for style, label in zip(styles_from_images(images), labels, strict=True):
            if style is not None:
                self._styles.setdefault(int(label), []).append(style)

    def __len__(self) -> int:
        """Count the styles."""
        return sum(map(len, self._styles.values()))

    @property
    def labels(self) -> list[int]:
        """What there is, in order."""
        return sorted(self._styles)

    def joined(self, other: StyleBank) -> StyleBank:
        """Return a bank of what both hold; their labels must differ."""
        bank = StyleBank(np.zeros((0, 1, 1), np.uint8), np.zeros(0, np.int64))
        bank._styles = self._styles | other._styles
        return bank

    def draw(self, rng: np.random.Generator, label: int) -> Style:
        """Take any style of `label`; KeyError where the bank has none."""
        styles = self._styles[label]
        return styles[int(rng.integers(len(styles)))]


Ornament = Literal["flag", "bar"]


def add_stroke(rng: np.random.Generator, style: Style, ornament: Ornament) -> Style:
    """Give a 1 the up-stroke or a 7 the bar that many regions write and MNIST lacks."""
    skeleton = np.asarray(style.path < UNIT / 2, np.uint8)
    rows, columns = np.nonzero(skeleton)
    if not len(rows):
        return style
    top, height = int(rows.min()), int(np.ptp(rows)) + 1
    if ornament == "flag":
        x, y = int(columns[rows.argmin()]), top
        length, angle = rng.uniform(7, 28), rng.uniform(0.15, 1.25)
        end = (int(x - length * np.cos(angle)), int(y + 1.2 * length * np.sin(angle)))
        cv2.line(skeleton, (x, y), end, 1, 1)
    else:
        row = top + height * rng.uniform(0.4, 0.65)
        apart = np.abs(rows - row)
        middle = float(columns[apart <= max(3.0, apart.min())].mean())  # broken strokes have gaps
        left, right, tilt = rng.uniform(5, 16), rng.uniform(5, 16), rng.uniform(-4, 3)
        cv2.line(
            skeleton,
            (int(middle - left), int(row - tilt)),
            (int(middle + right), int(row + tilt)),
            1,
            1,
        )
    return Style(_store(_distance(1 - skeleton)), None, style.radius)
