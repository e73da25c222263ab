"""Digits of other sets, cropped as MNIST's are: so the reader crops for its glyph network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.digits import SIDE, Digits
from digitnet.synthesis.glyphs import INNER, as_ink, crop28, enlarge

INK = 32
"""Level from which a pixel is ink and no noise of a scanner."""
SMOOTH = 0.9
"""Sigma, in their pixels, by which digits stored in black and white are smoothed before."""
SLACK = 1.1
"""Pixels from the middle up to which the ink's centre of mass is in it: MNIST's lies up to 1 right
of it or below, moved by whole pixels."""


def reframed(digits: Digits) -> tuple[Digits, int]:
    """Crop anew the digits that do not lie in their image as MNIST's do; also return how many.

    MNIST's are 20 pixels long, their ink's centre of mass in the middle of 28x28 (LeCun et al.
    1998, section III.A); those of MNIST stay as they are. Digits in black and white have stairs for
    edges, which are smoothed.
    """
    images, count = digits.images.copy(), 0
    for index in np.flatnonzero(~is_framed(images)).tolist():
        ink = np.where(images[index] < INK, 0, images[index])
        grey = as_ink(ink / np.float32(255))
        glyph = enlarge(grey, SMOOTH) if np.isin(ink, (0, ink.max())).all() else grey
        crop = None if glyph is None else crop28(glyph)
        if crop is not None:
            images[index], count = crop, count + 1
    return Digits(images, digits.labels), count


def is_framed(images: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell the images, (N, 28, 28), that are cropped as MNIST's are; (N,) bool."""
    mass, place = images.astype(np.float32), np.arange(SIDE, dtype=np.float32) + 0.5
    total = np.maximum(mass.sum((1, 2)), 1)
    across, down = mass.sum(1) @ place / total, mass.sum(2) @ place / total
    away = np.maximum(np.abs(across - SIDE / 2), np.abs(down - SIDE / 2))
    ink = images > 0
    long = np.maximum(_extent(ink.max(1)), _extent(ink.max(2)))
    return np.asarray((away <= SLACK) & (np.abs(long - INNER) <= 1), np.bool_)


def _extent(taken: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the distance from the first to past the last place taken; (N, SIDE) -> (N,)."""
    last = taken.shape[1] - taken[:, ::-1].argmax(1)
    return np.asarray(np.where(taken.max(1), last - taken.argmax(1), 0), np.intp)
