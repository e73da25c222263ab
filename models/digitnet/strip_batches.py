"""Strips of a shard, cut and varied as the reader meets them -> a batch for the strip network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.strip_data import Shard, Targets, targets
from digitnet.strip_format import normalize

Batch = tuple[NDArray[np.float32], Targets, list[list[int]]]
"""Images, (N, 48, W, 1); what the centre head is to say; the digits of each strip."""


def prepare(pool: Shard, chosen: NDArray[np.integer], rng: np.random.Generator | None) -> Batch:
    """Make a batch of some strips of a shard; `rng` varies their cut, contrast and noise."""
    digits = pool.digits[chosen]
    values = [[int(v) for v in row if v >= 0] for row in digits[:, :, 0]]
    if rng is None:
        images = np.stack([normalize(pool.pixels[i]) for i in chosen])
        return images[..., None], targets(digits), values
    images = np.stack(
        [cut_out(pool.pixels[i], pool.digits[i], pool.extents[i], rng) for i in chosen]
    )
    gain = rng.uniform(0.85, 1.15, (len(images), 1, 1))
    grain = rng.normal(0, 1, images.shape) * rng.uniform(0, 0.04, (len(images), 1, 1))
    images = np.clip(images * gain + grain * (images != 0), -1.2, 1.6).astype(np.float32)
    return images[..., None], targets(digits), values


def cut_out(
    pixels: NDArray[np.uint8],
    digits: NDArray[np.int16],
    extent: NDArray[np.int16],
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Normalize a strip as the reader does: often only the part around its digits, 0 beyond.

    `pixels` is (48, W), `digits` (D, 6) and `extent` (4,) as in `Shard`; returns (48, W) float32.
    """
    height, width = pixels.shape
    left, top, right, bottom = 0, 0, width, height
    boxes = digits[digits[:, 0] >= 0]
    way = rng.random()
    if way < 0.35 and extent[2] > extent[0]:  # a word, as the reader cuts it out of a page
        edge = rng.integers(1, 5, 4)
        left, top = max(0, int(extent[0] - edge[0])), max(0, int(extent[1] - edge[1]))
        right, bottom = int(extent[2] + edge[2]), int(extent[3] + edge[3])
        image = np.zeros((height, width), np.float32)
        whole = np.full_like(pixels, np.median(pixels[top:bottom, left:right]))
        whole[top:bottom, left:right] = pixels[top:bottom, left:right]
        image[top:bottom, left:right] = normalize(whole)[top:bottom, left:right]
        return image
    if len(boxes) and way < 0.75:
        room = rng.integers(0, 24, 2)
        left = max(0, int(boxes[:, 1].min()) - int(room[0]))
        right = min(width, int(boxes[:, 3].max()) + int(room[1]))
        if rng.random() < 0.4:
            top = min(int(rng.integers(0, 6)), int(boxes[:, 2].min()))
            bottom = max(height - int(rng.integers(0, 6)), int(boxes[:, 4].max()))
    image = np.zeros((height, width), np.float32)
    image[top:bottom, left:right] = normalize(pixels[top:bottom, left:right])
    return image
