"""Labelled 28x28 digits, checked at the door."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 28


class DataError(Exception):
    """Digits cannot be had from where they were asked for; the message names the cure."""


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """Images with their labels.

    `images` is (N, 28, 28) uint8, 0 paper to 255 ink; `labels` is (N,) uint8, 0 to 9.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        """How many digits."""
        return len(self.labels)

    def at(self, indices: NDArray[np.intp]) -> Digits:
        """Return the digits at these places, in this order."""
        return Digits(self.images[indices], self.labels[indices])

    @property
    def inputs(self) -> NDArray[np.float32]:
        """The images as the networks take them: (N, 28, 28, 1) float32, 0 to 1."""
        return self.images.astype(np.float32)[..., None] / np.float32(255)


def joined(first: Digits, second: Digits) -> Digits:
    """Return the digits of both."""
    return Digits(
        np.concatenate([first.images, second.images]),
        np.concatenate([first.labels, second.labels]),
    )


def checked(name: str, images: NDArray[np.generic], labels: NDArray[np.generic]) -> Digits:
    """Make `Digits` of raw arrays, whatever their number type.

    Parameters
    ----------
    name
        What messages call the source.
    images
        (N, 28, 28), (N, 28, 28, 1) or (N, 784), 0 to 255 or 0 to 1; ink bright or dark.
    labels
        (N,) or (N, 1) whole numbers 0 to 9, or (N, 10) of zeros and a one each.

    Raises
    ------
    DataError
        When a shape, a range or the count is otherwise.
    """
    if images.size == 0:
        raise DataError(f"{name}: there are no images")
    if images.ndim < 2 or images[0].size != SIDE * SIDE:
        raise DataError(f"{name}: images must be (N, 28, 28), got {images.shape}")
    if labels.shape == (len(images), 10) and _is_one_hot(labels):
        labels = labels.argmax(1)
    if labels.size != len(images):
        raise DataError(f"{name}: {len(images)} images but {labels.size} labels")
    if images.dtype.kind not in "buif" or labels.dtype.kind not in "buif":
        raise DataError(f"{name}: images and labels must be numbers")
    low, high = float(images.min()), float(images.max())
    if not 0 <= low <= high <= 255:  # so NaN is refused too
        raise DataError(f"{name}: pixels must be 0 to 255, or 0 to 1, got {low:g} to {high:g}")
    flat = labels.reshape(-1)
    strange = flat[~np.isin(flat, np.arange(10))]
    if len(strange):
        raise DataError(f"{name}: labels must be 0 to 9, found {strange[0]}")
    if images.dtype != np.uint8 or high <= 1:
        scale = 255 if high <= 1 else 1
        images = np.rint(images.astype(np.float32) * scale)
    pixels = images.astype(np.uint8).reshape(-1, SIDE, SIDE)
    return Digits(bright_ink(pixels), flat.astype(np.uint8))


def _is_one_hot(labels: NDArray[np.generic]) -> bool:
    """Whether every row of (N, 10) is zeros and a one."""
    if labels.dtype.kind not in "buif":
        return False
    return bool(np.isin(labels, (0, 1)).all() and (labels.sum(1) == 1).all())


def bright_ink(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Turn around the images whose edge is light: (N, H, W) -> the same, ink bright on 0."""
    edges = [images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]]
    light = (np.concatenate(edges, axis=1) > 127).mean(axis=1) > 0.5
    return np.where(light[:, None, None], 255 - images, images)
