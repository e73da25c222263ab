"""Colour as evidence: how much more colourful a word's ink is than the page's print."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.colors import Colors
from digitscan.reading.find import Word
from digitscan.types import Floats

PRINT_SHARE = 0.25
"""The page's print is as colourful as the word at this share of the ink, from the palest on."""
ENOUGH = 40
"""Words whose surroundings show the colour of the paper."""
STEP = 3
"""Of these every so manieth row and column is looked at."""
PAPER = 30
"""Darkness, of 255, below which a pixel shows the paper."""


def with_chroma(words: list[Word], colors: Colors | None) -> list[Word]:
    """Return the words with their `chroma` measured; those of a grey page as they are.

    `colors` are the page's at working scale, None where it has none.
    """
    if colors is None or not words:
        return words
    shown = words[:: max(1, len(words) // ENOUGH)]
    background = np.concatenate([_paper_of(word, colors) for word in shown])
    if not len(background):
        return words
    masks = [word.mask for word in words]
    mean = np.array(
        [
            cv2.mean(_colors_of(word, colors), mask)[:3]
            for word, mask in zip(words, masks, strict=True)
        ]
    )
    own = saturation(mean, np.median(background, axis=0))
    order = np.argsort(own)
    count = np.array([cv2.countNonZero(mask) for mask in masks])
    rank = np.searchsorted(np.cumsum(count[order]), PRINT_SHARE * count.sum())
    more = np.maximum(own - own[order[rank]], 0)
    return [
        replace(word, chroma=value) if value else word
        for word, value in zip(words, more.tolist(), strict=True)
    ]


def _colors_of(word: Word, colors: Colors) -> Colors:
    """Return the colours in a word's box."""
    box = word.box
    return colors[box.y : box.bottom, box.x : box.right]


def _paper_of(word: Word, colors: Colors) -> Colors:
    """Return colours, (K, 3), of the paper around a word's ink."""
    some = slice(None, None, STEP), slice(None, None, STEP)
    bare = (word.labels[some] == 0) & (word.darkness[some] < PAPER)
    return np.asarray(_colors_of(word, colors)[some][bare], np.uint8)


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
