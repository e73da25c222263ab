"""Readings of a word of two bars, made up: what both readers may have said."""

from __future__ import annotations

import numpy as np

from digitscan.reading.confidence import LARGEST_LEAD
from digitscan.reading.crop import Strip
from digitscan.reading.find import Word
from digitscan.reading.glyphs import GlyphDigit, GlyphReading, GlyphText
from digitscan.reading.split import Lattice, lattice_of
from digitscan.reading.strips import StripDigit, StripReading
from digitscan.types import Box


def glyphs(text: str, sure: float = 0.99, skipped: float = 0.0) -> GlyphReading:
    """Make a first reading whose runs are the pieces 0, 1, ..."""
    digits = tuple(GlyphDigit(int(value), sure, run) for run, value in enumerate(text))
    odds = np.full(len(text), np.log(sure / (1 - sure)), np.float32)
    score = float(np.log(sure) * len(text))
    return GlyphReading(digits, LARGEST_LEAD, skipped, odds, (GlyphText(digits, score),))


def strips(text: str, score: float = -0.1, margin: float = 8.0) -> StripReading:
    """Make a second reading whose digits stand in boxes 20 wide, 5 pixels into the strip."""
    digits = tuple(
        StripDigit(int(value), 0.9, Box(5 + 20 * place, 5, 20, 30), -3.0)
        for place, value in enumerate(text)
    )
    return StripReading(digits, score, margin, ((text, score),), 1)


def word(left: int = 0, cell: int = -1) -> Word:
    """Make a word of two bars, each 4 wide, 20 apart."""
    labels = np.zeros((30, 40), np.int32)
    labels[:, 8:12], labels[:, 28:32] = 1, 2
    parts = np.array([[8, 0, 4, 30], [28, 0, 4, 30]], np.int32)
    box = Box(left, 0, 40, 30)
    return Word(box, labels, parts, (labels > 0) * np.uint8(255), cell, 30.0)


def glyph(left: int) -> Word:
    """Make a word of one bar on the line of `word`, as high."""
    labels = np.zeros((30, 20), np.int32)
    labels[:, 8:12] = 1
    part = np.array([[8, 0, 4, 30]], np.int32)
    return Word(Box(left, 0, 20, 30), labels, part, (labels > 0) * np.uint8(255), -1, 30.0)


def lattice() -> Lattice:
    return lattice_of(word().labels, [-1] * 2, [False] * 2, height=30)


STRIP = Strip(np.full((40, 50), 255, np.uint8), 5, 5)
