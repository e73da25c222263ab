"""Colour as evidence: how much more colourful a word's ink is than the page's print."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.clean import Ink
from digitscan.reading.components import places
from digitscan.reading.find import Word
from digitscan.reading.geometry import Homography
from digitscan.reading.pens import is_colorful
from digitscan.types import Floats

STEP = 3
"""Of the ink every so manieth row and column is looked at."""
PRINT_SHARE = 0.25
"""The page's print is as colourful as the word at this share of the ink, from the palest on."""
ENOUGH = 40
"""Words whose surroundings show the colour of the paper."""
PAPER = 30
"""Darkness, of 255, below which a pixel shows the paper."""


def with_chroma(words: list[Word], pixels: NDArray[np.uint8], ink: Ink) -> list[Word]:
    """Return the words with their `chroma` measured; those of a grey page as they are.

    Parameters
    ----------
    words
        Found in `ink`.
    pixels
        (H, W) or (H, W, 3) uint8, the page.
    ink
        The page at working scale.
    """
    if pixels.ndim == 2 or not words or not is_colorful(pixels):
        return words
    shown = words[:: max(1, len(words) // ENOUGH)]
    inked = [word.labels[::STEP, ::STEP] > 0 for word in words]
    paper = [
        (word.labels[::STEP, ::STEP] == 0) & (word.darkness[::STEP, ::STEP] < PAPER)
        for word in shown
    ]
    background = _colors(shown, paper, pixels, ink.to_page)[1]
    owner, color = _colors(words, inked, pixels, ink.to_page)
    if not len(background):
        return words
    count = np.maximum(np.bincount(owner, minlength=len(words)), 1)
    mean = np.stack(
        [np.bincount(owner, color[:, k], minlength=len(words)) / count for k in range(3)], 1
    )
    own = saturation(mean, np.median(background, axis=0))
    order = np.argsort(own)
    rank = np.searchsorted(np.cumsum(count[order]), PRINT_SHARE * count.sum())
    more = np.maximum(own - own[order[rank]], 0)
    return [
        replace(word, chroma=value) if value else word
        for word, value in zip(words, more.tolist(), strict=True)
    ]


def saturation(ink: NDArray[np.floating], paper: NDArray[np.floating]) -> Floats:
    """Return how unequally ink takes the three colours from the paper, 0 black to 1 pure; (N,).

    Parameters
    ----------
    ink
        (N, 3) mean colour of each word's ink.
    paper
        (3,) colour of the paper, so that tinted light and tinted paper count for nothing.
    """
    taken = 1 - ink / np.maximum(paper, 1)
    most, least = taken.max(axis=1), np.maximum(taken.min(axis=1), 0)
    return np.asarray((most - least) / np.maximum(most, 0.1), np.float32)


def _colors(
    words: list[Word],
    chosen: list[NDArray[np.bool_]],
    pixels: NDArray[np.uint8],
    to_page: Homography,
) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Look up the page's colours at chosen places of the words: (K,) word, (K, 3) colour."""
    found = [places(mask) for mask in chosen]
    owner = np.repeat(np.arange(len(words)), [len(rows) for rows, _ in found])
    corner = np.array([(word.box.x, word.box.y) for word in words])[owner]
    rows, columns = (np.concatenate([place[k] for place in found]) for k in (0, 1))
    middle = np.stack((columns, rows), 1) * STEP + corner + 0.5
    mapped = np.column_stack((middle, np.ones(len(middle)))) @ to_page.T
    x, y = (mapped[:, :2] / mapped[:, 2:]).T.astype(np.intp)
    height, width = pixels.shape[:2]
    return owner, pixels[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
