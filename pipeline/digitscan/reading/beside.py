"""Whether what stands beside a number may be of it: ink that goes on, digits of boxes not found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.find import Word
from digitscan.reading.geometry import corners
from digitscan.reading.group import COMB_GAP, are_narrow
from digitscan.reading.links import WORD_GAP
from digitscan.types import Box, Ints

SPACED = 2.5
"""Digits side by side at so many heights may be of one number, if no cells tell."""
HIGHER = 1.5
"""What is less than so many times as high as a number may be a digit of it."""
AS_HIGH = 0.6
"""Ink beside a cell shares so much of the height of a number in it where the number may go on."""


def go_on(
    words: Sequence[Word], outside: Sequence[Word], reach: float = WORD_GAP
) -> NDArray[np.bool_]:
    """Tell which numbers in cells may go on beside them: ink as high follows within that reach.

    `outside` are words outside every cell, `reach` is in heights; (W,) bool. What is far higher,
    as what is left of rulings is, goes on only at a digit's gap.
    """
    own = corners(word.box for word in words)[:, :, None]
    height = np.array([word.height for word in words], np.float64)[:, None]
    left, top, right, bottom = corners(word.box for word in outside).T
    gap = np.maximum(left - own[:, 2], own[:, 0] - right)
    shared = np.minimum(bottom, own[:, 3]) - np.maximum(top, own[:, 1])
    least = np.where(bottom - top < HIGHER * height, reach, min(reach, WORD_GAP))
    near = (gap < least * height) & (shared > AS_HIGH * height)
    inside = np.array([word.cell >= 0 for word in words], np.bool_)
    return np.asarray(near.any(axis=1) & inside, np.bool_)


def run_over(words: Sequence[Word], combs: Ints) -> list[tuple[int, int]]:
    """Pair the words in cells, in no comb, with those in which they run over the border.

    These stand beside them, outside every cell, at a digit's gap and are about as high. The left
    one of each pair comes first; no word is the left one, or the right one, of two. `combs` is
    (C,), the comb of each cell or -1.
    """
    cell = np.array([word.cell for word in words], np.int32)
    free, here = cell < 0, (cell >= 0) & (np.append(combs, -1)[cell] < 0)
    if not free.any():
        return []
    boxes = corners(word.box for word in words)
    left, top, _, bottom = boxes.T
    high = bottom - top
    shared = np.minimum(bottom, bottom[:, None]) - np.maximum(top, top[:, None])
    least, most = np.minimum(high, high[:, None]), np.maximum(high, high[:, None])
    pair = (np.abs(_gaps(boxes)) < WORD_GAP * least) & (shared > AS_HIGH * most)
    pair &= left > left[:, None]
    pair &= (here & free[:, None]) | (here[:, None] & free)
    pair &= (pair.sum(axis=0) == 1) & (pair.sum(axis=1) == 1)[:, None]
    return [(int(first), int(second)) for first, second in zip(*np.nonzero(pair), strict=True)]


def are_spaced(
    words: Sequence[Word], counts: Sequence[int], cells: tuple[Box, ...], combs: Ints
) -> NDArray[np.bool_]:
    """Tell the words beside others that may be of their number, as boxes were not found; (W,) bool.

    They are single digits outside every cell or in one large one, and what stands in a cell for one
    digit that is in no comb, beside what stands in no cell, or in one as close as in a comb; and in
    a comb beside what stands where its next cell would.
    `counts` is how many digits each word has; `combs` is (C,), the comb of each cell or -1.
    """
    cell = np.array([word.cell for word in words], np.int32)
    here, single = cell >= 0, np.array(counts, np.intp) == 1
    frames = corners([*cells, Box(0, 0, 0, 0)])[cell]
    wide = frames[:, 2] - frames[:, 0]
    narrow = are_narrow(wide, frames[:, 3] - frames[:, 1])
    close = _gaps(frames) < COMB_GAP * np.minimum(wide, wide[:, None])
    lone = narrow & (np.append(combs, -1)[cell] < 0)
    boxes = corners(word.box for word in words)
    next_one = narrow & here & (_gaps(boxes) < wide)  # a digit's box in a comb, not found
    other = (lone & narrow[:, None] & close) | ((lone | next_one) & ~here[:, None])
    alike = cell == cell[:, None]
    pair = np.where(alike, single & single[:, None], other | other.T)
    high = boxes[:, 3] - boxes[:, 1]
    least = np.minimum(high, high[:, None])
    shared = np.minimum(boxes[:, 3], boxes[:, 3, None]) - np.maximum(boxes[:, 1], boxes[:, 1, None])
    pair &= (_gaps(boxes) < SPACED * least) & (shared > AS_HIGH * least)
    np.fill_diagonal(pair, val=False)
    return np.asarray(pair.any(axis=1), np.bool_)


def _gaps(frames: Ints) -> Ints:
    """Return how far (N, 4) frames are apart from left to right; (N, N)."""
    left, _, right, _ = frames.T
    return np.asarray(np.maximum(left - right[:, None], left[:, None] - right), np.int32)
