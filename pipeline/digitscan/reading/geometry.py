"""Plane geometry of pages: pixel i covers [i, i + 1), homographies are (3, 3) float64."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.types import Box

Homography: TypeAlias = NDArray[np.float64]
"""(3, 3) float64, maps columns (x, y, 1) of continuous coordinates."""

Size: TypeAlias = tuple[int, int]
"""Width and height in pixels."""

Ink: TypeAlias = NDArray[np.intp]
"""(3, K), stretches of pixels: the row of each, its first column and the one behind its last."""


def scaling(x: float, y: float) -> Homography:
    """Return the map that scales both axes."""
    return np.diag([x, y, 1.0])


def shifting(x: float, y: float) -> Homography:
    """Return the map that moves by (x, y)."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def turning(angle: float, size: Size) -> tuple[Homography, Size]:
    """Return the turn of a picture clockwise by `angle` degrees, and the size that holds it."""
    width, height = size
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    turned = (
        int(np.ceil(width * abs(cos) + height * abs(sin))),
        int(np.ceil(width * abs(sin) + height * abs(cos))),
    )
    turn = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    return (
        shifting(turned[0] / 2, turned[1] / 2) @ turn @ shifting(-width / 2, -height / 2),
        turned,
    )


def quarter_turn(turns: int, size: Size) -> Homography:
    """Return the map to a picture of `size` from `np.rot90` of it by `turns` (counterclockwise)."""
    width, height = size
    return np.array(
        (
            ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
            ((0.0, -1.0, width), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
            ((-1.0, 0.0, width), (0.0, -1.0, height), (0.0, 0.0, 1.0)),
            ((0.0, 1.0, 0.0), (-1.0, 0.0, height), (0.0, 0.0, 1.0)),
        )[turns % 4]
    )


def map_box(box: Box, transform: Homography, size: Size) -> Box:
    """Return the smallest box around the mapped box, rounded to pixels, clipped to `size`."""
    corners = np.array(
        [(x, y, 1.0) for x in (box.x, box.right) for y in (box.y, box.bottom)], np.float64
    )
    mapped = corners @ transform.T
    flat = mapped[:, :2] / mapped[:, 2:]
    return _box_between(flat.min(0).tolist(), flat.max(0).tolist(), size)


def corners(boxes: Iterable[Box]) -> NDArray[np.int32]:
    """Return left, top, right and bottom of boxes; (N, 4)."""
    frames = np.array([(b.x, b.y, b.width, b.height) for b in boxes], np.int32).reshape(-1, 4)
    frames[:, 2:] += frames[:, :2]  # to ask each box for its sides takes twice as long
    return frames


def resample(
    image: NDArray[np.uint8],
    to_image: Homography,
    size: Size,
    cubic: bool = False,
    beside: int | None = None,
) -> NDArray[np.uint8]:
    """Return the picture of `size` whose points `to_image` finds in `image`.

    What lies outside `image` is `beside`, else repeats its border. The caller
    sees to it that the picture does not shrink by more than 2: four pixels make each new one.
    """
    method = cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR
    scale = to_image[0, 0], to_image[1, 1]
    beyond = np.multiply(size, scale) / image.shape[1::-1] - 1
    # NumPy's `allclose` takes longer than the small pictures among these.
    if np.abs(to_image - scaling(*scale)).max() < 1e-8 and np.abs(beyond).max() < 1e-5:
        return np.asarray(cv2.resize(image, size, interpolation=method), np.uint8)
    centers = shifting(-0.5, -0.5) @ to_image @ shifting(0.5, 0.5)
    affine = np.array_equal(centers[2], (0, 0, 1))
    warped = (cv2.warpAffine if affine else cv2.warpPerspective)(
        image,
        centers[:2] if affine else centers,
        size,
        flags=method | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE if beside is None else cv2.BORDER_CONSTANT,
        borderValue=(beside or 0,) * 3,
    )
    return np.asarray(warped, np.uint8)


def halve(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the mean of each 2x2 pixels; an odd last row or column is left out, a lone one not."""
    height, width = (max(1, side // 2 * 2) for side in image.shape[:2])
    half = (max(1, width // 2), max(1, height // 2))
    return np.asarray(
        cv2.resize(image[:height, :width], half, interpolation=cv2.INTER_AREA), np.uint8
    )


def thinned(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return every second pixel of every second row of a (H, W) picture."""
    rows, width = image[::2], image.shape[1] // 2
    thin = np.empty((len(rows), image.shape[1] - width), np.uint8)
    # As pairs of bytes whose first is kept: NumPy strides columns far more slowly.
    thin[:, :width] = np.ascontiguousarray(rows[:, : 2 * width]).view("<u2")
    thin[:, width:] = rows[:, 2 * width :]
    return thin


def map_groups(
    ink: Ink,
    starts: NDArray[np.integer[Any]],
    corners: NDArray[np.integer[Any]],
    transform: Homography,
    size: Size,
) -> list[Box]:
    """Return the smallest box around each group of mapped pixels, none of them empty.

    Parameters
    ----------
    ink
        The pixels of all groups, one group after the other.
    starts
        (N,), where in it each group begins.
    corners
        (N, 2), x and y of the corner from which each group is told on.
    transform, size
        Boxes are mapped by the one, rounded, clipped to the other and never empty.
    """
    if not len(starts):
        return []
    left, top = np.repeat(corners, np.diff(starts, append=ink.shape[1]), axis=0).T
    rows, first, end = ink + np.stack([top, left, left])
    if np.array_equal(transform[2], (0, 0, 1)):
        # The outermost points of an affine map are corners of the outermost pixels.
        least, most = [], []
        for x, y, shift in transform[:2].tolist():
            across = y * rows
            left, right = x * first + across, x * (end - 1) + across
            if x < 0:
                left, right = right, left
            least.append(np.minimum.reduceat(left, starts) + (min(x, 0) + min(y, 0) + shift))
            most.append(np.maximum.reduceat(right, starts) + (max(x, 0) + max(y, 0) + shift))
    else:
        edges = np.stack(
            [(column, rows + y, np.ones(len(rows))) for column in (first, end) for y in (0, 1)], 1
        )
        mapped = np.tensordot(transform, edges, 1)
        flat = mapped[:2] / mapped[2]
        least = list(np.minimum.reduceat(flat.min(1), starts, axis=1))
        most = list(np.maximum.reduceat(flat.max(1), starts, axis=1))
    return _boxes_between(np.stack(least), np.stack(most), size)


def _boxes_between(least: NDArray[np.float64], most: NDArray[np.float64], size: Size) -> list[Box]:
    """Do to many pairs of corners, (2, N) x and y each, what `_box_between` does to one."""
    bound = np.array(size)[:, None]
    first = np.clip(np.rint(least), 0, bound - 1)
    last = np.minimum(np.maximum(np.rint(most), first + 1), bound)
    sides = np.concatenate([first, last - first]).astype(np.int64)
    return [Box(*box) for box in sides.T.tolist()]


def _box_between(first: Sequence[float], last: Sequence[float], size: Size) -> Box:
    """Round two corners to pixels and clip them to `size`, never empty."""
    left, top = (min(max(round(v), 0), n - 1) for v, n in zip(first, size, strict=True))
    right, bottom = (round(v) for v in last)
    return Box.from_corners(
        left, top, min(max(right, left + 1), size[0]), min(max(bottom, top + 1), size[1])
    )
