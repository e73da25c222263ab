"""Crops of glyphs, moved a little: how much a hand, a machine and other croppers differ."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.glyph_draws import PRINT


@dataclass(frozen=True)
class Jitter:
    """The most that a crop is turned (radians), slanted, scaled (a share) and moved (pixels)."""

    turn: float
    slant: float
    scale: float
    shift: float


HAND_JITTER = Jitter(turn=0.17, slant=0.15, scale=0.08, shift=1.3)
PRINT_JITTER = Jitter(turn=0.05, slant=0.05, scale=0.08, shift=1.3)
LOOSE_JITTER = Jitter(turn=0.08, slant=0.08, scale=0.28, shift=2.0)
"""How sets of digits that others cropped lie in their frames."""


def jittered(
    crops: NDArray[np.uint8], printed: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Turn, slant, scale and move half of the crops a little, one in ten of those more.

    `crops` is (N, 28, 28), `printed` (N,); returns (N, 28, 28, 1) float32 0-1.
    """
    moved = crops.copy()
    middle = np.full(2, (crops.shape[1] - 1) / 2)
    draws = rng.uniform(-1, 1, (len(crops), 5))
    for k in np.flatnonzero(rng.random(len(crops)) < 0.5):
        most = PRINT_JITTER if printed[k] == PRINT else HAND_JITTER
        if rng.random() < 0.1:
            most = LOOSE_JITTER
        turn, slant, scale, *shift = draws[k]
        cos, sin = np.cos(turn * most.turn), np.sin(turn * most.turn)
        back = np.array([[cos, -sin], [sin, cos]]) @ np.array([[1, slant * most.slant], [0, 1]])
        back *= np.exp(-scale * most.scale)
        offset = middle - back @ (middle + np.array(shift) * most.shift)
        matrix = np.column_stack([back, offset])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cv2.warpAffine(crops[k], matrix, crops.shape[1:], dst=moved[k], flags=flags)
    return moved[..., None].astype(np.float32) / np.float32(255)
