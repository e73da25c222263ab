"""Numbers crossed out: a line goes through their digits and on from one to the next."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.components import components
from digitscan.reading.find import Word

LEVEL = 0.5
"""Length of level ink, in digit heights, that shows a line; it may rise by its width over it."""
LONG = 1.5
"""A line that crosses out is at least so many digit heights long: it joins two digits or more."""
ACROSS = 0.6
"""It takes at least this part of the word's width."""
EDGE = 0.2
"""Part of the height from above and below in which lines are tops and feet of digits."""


def is_crossed_out(word: Word) -> bool:
    """Tell whether a line runs through the middle of a word's digits and joins them."""
    least = max(LONG * word.height, ACROSS * word.box.width)
    if word.box.width < least:
        return False
    for index, (x, y, width, height) in enumerate(word.parts.tolist()):
        if width < least:
            continue
        edge = round(EDGE * height)
        rows = slice(y + edge, y + height - edge)
        part = (word.labels[rows, x : x + width] == index + 1).astype(np.uint8)
        level = np.ones((1, max(3, round(LEVEL * word.height))), np.uint8)
        line = np.asarray(cv2.morphologyEx(part, cv2.MORPH_OPEN, level), np.uint8)
        if word.over > 1:  # bars of digits side by side are no line, strokes of a signature are
            longest = int(components(line)[2][1:, cv2.CC_STAT_WIDTH].max(initial=0))
        else:
            longest = _longest_run(line.max(axis=0, initial=0) > 0)
        if longest >= least:
            return True
    return False


def _longest_run(seen: NDArray[np.bool_]) -> int:
    """Return the length of the longest run of true values in (N,) bool."""
    edges = np.flatnonzero(np.diff(seen, prepend=False, append=False))
    return int((edges[1::2] - edges[::2]).max(initial=0))
