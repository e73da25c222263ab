"""What a scanner's glass, a camera, a fax and a file do to a form; its truth moves along."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from drawing.paper import faxed, photographed
from drawing.pen import Bytes
from drawing.truth import Drawing

WHITE = (255, 255, 255)


def askew(page: Drawing, degrees: float) -> Drawing:
    """Turn a page clockwise on a larger white ground, so that nothing is cut off."""
    height, width = page.pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    reach = np.abs(turn[:, :2]) @ np.array([width, height])
    turn[:, 2] += reach / 2 - np.array([width, height]) / 2
    size = np.ceil(reach).astype(int).tolist()
    return page.warped(np.vstack([turn, [0, 0, 1]]), (size[0], size[1]), WHITE)


def quarter_turned(page: Drawing, turns: int) -> Drawing:
    """Turn a page clockwise by quarters."""
    for _ in range(turns):
        height, width = page.pixels.shape[:2]
        matrix = np.array([[0, -1, height - 1], [1, 0, 0], [0, 0, 1]], np.float64)
        page = page.warped(matrix, (height, width), WHITE)
    return page


SIZE = (1640, 1390)
"""Of a photo, pixels."""


def _shot(page: Drawing, rng: np.random.Generator, corners: list[tuple[float, float]]) -> Drawing:
    return photographed(page, SIZE, corners, int(rng.integers(1 << 30)))


def straight_photo(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Photograph it from straight above."""
    return _shot(page, rng, [(0.03, 0.04), (0.97, 0.03), (0.98, 0.97), (0.02, 0.96)])


def slanting_photo(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Photograph it from one side."""
    return _shot(page, rng, [(0.13, 0.06), (0.93, 0.10), (0.985, 0.95), (0.04, 0.92)])


def steep_photo(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Photograph it from low down."""
    return _shot(page, rng, [(0.24, 0.12), (0.80, 0.07), (0.99, 0.93), (0.02, 0.97)])


def dim_photo(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Photograph it in the evening: dark and grainy."""
    shot = slanting_photo(page, rng)
    dark = shot.pixels * 0.45 + rng.normal(0, 7, shot.pixels.shape)
    return replace(shot, pixels=np.clip(dark, 0, 255).astype(np.uint8))


def two_levels(page: Drawing, _rng: np.random.Generator) -> Drawing:
    """Scan in black and white."""
    grey = cv2.cvtColor(page.pixels, cv2.COLOR_BGR2GRAY)
    return replace(page, pixels=_three(np.where(grey > 150, 255, 0).astype(np.uint8)))


def fine_fax(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Send it by fax, both ways at the page's resolution."""
    return faxed(page, int(rng.integers(1 << 30)))


def standard_fax(page: Drawing, rng: np.random.Generator) -> Drawing:
    """Send it by fax with half the rows, each printed twice."""
    height, width = page.pixels.shape[:2]
    sent = faxed(page, int(rng.integers(1 << 30))).pixels[..., 0]
    half = cv2.resize(sent[::2], (width, height), interpolation=cv2.INTER_NEAREST)
    return replace(page, pixels=_three(np.asarray(half, np.uint8)))


def _three(grey: Bytes) -> Bytes:
    return np.repeat(grey[..., None], 3, axis=2)


def jpeg(page: Drawing, quality: int) -> Drawing:
    """Keep it as a JPEG."""
    data = cv2.imencode(".jpg", page.pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return replace(page, pixels=np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8))
