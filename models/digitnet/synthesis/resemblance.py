"""Which parts of digits are digits themselves: the loop of a 9 is a 0, its stem a 1.

Judged by the chamfer distance between skeletons (Borgefors 1988), which no network had a say in
and which neither the pen's width nor small bends disturb.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.synthesis.styles import UNIT, Style, styles_from_images

SIDE = 20
"""Side of the maps that are compared, in pixels."""
FARTHEST = 10.0
"""Distances are cut off here, in pixels of a style's map."""
TYPICAL = 0.9
"""What is no farther from a digit than this share of digits are from their nearest is like one."""


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """Skeletons ready to be compared: (N, 400) float32 each.

    A row of `path` is the skeleton, adding up to 1; the same row of `distance` how far each pixel
    is from it.
    """

    path: NDArray[np.float32]
    distance: NDArray[np.float32]

    def chamfer(self, other: Traits) -> NDArray[np.float32]:
        """Return the (N, M) distances: the mean from one skeleton to the other, the worse way."""
        there, back = self.path @ other.distance.T, self.distance @ other.path.T
        return np.asarray(np.maximum(there, back), np.float32)


def traits(styles: Sequence[Style]) -> Traits:
    """Prepare styles for comparison."""
    path = np.zeros((len(styles), SIDE * SIDE), np.float32)
    distance = np.zeros_like(path)
    for k, style in enumerate(styles):
        skeleton = (style.path < UNIT / 2).astype(np.float32)
        small = cv2.resize(skeleton, (SIDE, SIDE), interpolation=cv2.INTER_AREA).ravel()
        path[k] = small / max(1e-6, float(small.sum()))
        far = np.minimum(style.path.astype(np.float32) / UNIT, FARTHEST)
        distance[k] = cv2.resize(far, (SIDE, SIDE), interpolation=cv2.INTER_AREA).ravel()
    return Traits(path, distance)


class Resemblance:
    """Tells whether a crop is as near to a written digit as digits are to each other."""

    def __init__(self, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> None:
        """Learn from digits, (N, H, W) uint8 ink bright; the last fifth measures the others."""
        drawn = zip(styles_from_images(images), labels, strict=True)
        known = [(style, int(label)) for style, label in drawn if style is not None]
        every = traits([style for style, _ in known])
        every_label = np.array([label for _, label in known])
        split = max(1, len(known) * 4 // 5)
        self._known = Traits(every.path[:split], every.distance[:split])
        self._labels = every_label[:split]
        distance = Traits(every.path[split:], every.distance[split:]).chamfer(self._known)
        near, label = distance.min(1), self._labels[distance.argmin(1)]
        self._radius = np.array(
            [np.quantile(near[label == k], TYPICAL) if (label == k).any() else 0 for k in range(10)]
        )

    def like_a_digit(self, crop: NDArray[np.uint8]) -> bool:
        """Judge one (H, W) uint8 crop, ink bright."""
        style = styles_from_images(crop[None])[0]
        if style is None:
            return False
        distance = traits([style]).chamfer(self._known)[0]
        nearest = int(distance.argmin())
        return bool(distance[nearest] < self._radius[self._labels[nearest]])
