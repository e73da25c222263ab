"""Masks of one bit a pixel: morphology with bars, 64 pixels at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitscan.types import Mask

Words: TypeAlias = NDArray[np.uint64]

WORD = 64
SPARE = 96
"""Bits at least beyond the last column of each row; bars are no longer."""


@dataclass(frozen=True, slots=True, eq=False)
class Bits:
    """A packed mask of so many columns.

    `words` is (H, N) uint64: bit i of word j is column 64 j + i, 0 beyond the last column. Bars
    are centred; as in OpenCV, one of even length reaches a pixel further up or to the left, and
    what lies outside the picture counts for nothing.
    """

    words: Words
    width: int

    @classmethod
    def of(cls, mask: NDArray[np.bool_] | Mask) -> Bits:
        """Pack a (H, W) mask: what is not 0 is 1."""
        height, width = mask.shape
        count = -(-(width + SPARE) // WORD)
        packed = np.zeros((height, count * WORD // 8), np.uint8)
        packed[:, : -(-width // 8)] = np.packbits(mask, axis=1, bitorder="little")
        return cls(packed.view("<u8").astype(np.uint64, copy=False), width)

    def unpacked(self) -> Mask:
        """Return the (H, W) mask, 0 or 1."""
        packed = self.words.astype("<u8", copy=False).view(np.uint8)
        return np.unpackbits(packed, axis=1, count=self.width, bitorder="little")

    def __and__(self, other: Bits) -> Bits:
        """Return where both are 1."""
        return Bits(self.words & other.words, self.width)

    def __or__(self, other: Bits) -> Bits:
        """Return where either is 1."""
        return Bits(self.words | other.words, self.width)

    def __invert__(self) -> Bits:
        """Return where it is 0."""
        return self._within(~self.words)

    def dilated(self, length: int, upright: bool) -> Bits:
        """Return where any pixel under a bar is 1."""
        before, after = length // 2, length - 1 - length // 2
        reach = 1
        if upright:
            height, count = self.words.shape
            words = np.zeros((before + height + after, count), np.uint64)
            words[before : before + height] = self.words
            while reach < length:
                step = min(reach, length - reach)
                words = words[:-step] | words[step:]
                reach += step
            return Bits(words, self.width)
        flat = self.words.ravel()
        while reach < length:
            step = min(reach, length - reach)
            flat = flat | _moved(flat, step)
            reach += step
        return self._within(_moved(flat, -after).reshape(self.words.shape))

    def eroded(self, length: int, upright: bool) -> Bits:
        """Return where all pixels under a bar are 1."""
        return ~(~self).dilated(length, upright)

    def opened(self, length: int, upright: bool) -> Bits:
        """Return it eroded, then dilated."""
        return self.eroded(length, upright).dilated(length, upright)

    def closed(self, length: int, upright: bool) -> Bits:
        """Return it dilated, then eroded."""
        return self.dilated(length, upright).eroded(length, upright)

    def _within(self, words: Words) -> Bits:
        """Set `words` to 0 beyond the last column, in place, and return them as a mask."""
        full, rest = divmod(self.width, WORD)
        words[:, full] &= np.uint64((1 << rest) - 1)
        words[:, full + 1 :] = 0
        return Bits(words, self.width)


def _moved(flat: Words, columns: int) -> Words:
    """Move all rows to the right by less than a word; they lie behind one another."""
    if not columns:
        return flat
    far, rest = np.uint64(abs(columns)), np.uint64(WORD - abs(columns))
    if columns > 0:
        moved = flat << far
        moved[1:] |= flat[:-1] >> rest
    else:
        moved = flat >> far
        moved[:-1] |= flat[1:] << rest
    return moved
