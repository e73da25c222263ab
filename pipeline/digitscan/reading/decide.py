"""From what the readers say of a word to what is reported, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.crop import Strip
from digitscan.reading.find import Ints, Word
from digitscan.reading.glyphs import GlyphReading
from digitscan.reading.kinds import Company, in_company, mean_odds
from digitscan.reading.split import Lattice
from digitscan.reading.strips import StripReading
from digitscan.types import Box, Floats

UNEXPLAINED_WEIGHT = 3.0
"""Log odds against a number for a stroke one digit high, per digit, that no digit explains."""
LONE_ODDS = 2.0
"""Log odds that a single digit outside every cell must have."""

FEATURES = (
    "intercept",
    "agreement",
    "weakest glyph",
    "glyph margin",
    "skipped ink",
    "strip score",
    "strip margin",
    "digits",
)
WEIGHTS = np.array([-1.5, 2.5, 0.4, 0.1, -1.0, 0.3, 0.25, -0.1], np.float32)
"""Logistic regression of `the number is right` on FEATURES."""


@dataclass(frozen=True, slots=True, eq=False)
class DecidedDigit:
    """A digit as it will be reported: `pixels` are the rows and columns of its ink in the word."""

    value: int
    confidence: float
    pixels: tuple[Ints, Ints]


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """The judgement on a word: its digits, and the probability that all of them are right."""

    digits: tuple[DecidedDigit, ...]
    confidence: float


def are_numbers(
    words: list[Word], readings: list[GlyphReading], company: Company
) -> NDArray[np.bool_]:
    """Tell the words that are numbers from letters, marks and drawings.

    The evidence is each word's own (its digits against anything else, less the ink that no digit
    explains) and that of its company: a 5 in a word of letters is an S.
    """
    own, count = mean_odds([reading.odds for reading in readings])
    unexplained = np.array([r.skipped / max(1, len(r.digits)) for r in readings], np.float32)
    own = own - UNEXPLAINED_WEIGHT * np.minimum(unexplained, 1.0)
    joint = in_company(own, count, company)
    lone = np.array(
        [len(r.digits) == 1 and word.cell < 0 for word, r in zip(words, readings, strict=True)],
        np.bool_,
    )
    return np.asarray(
        (count > 0) & (own > 0) & (joint > 0) & (~lone | (own > LONE_ODDS)), dtype=np.bool_
    )


def decide(
    word: Word, lattice: Lattice, glyphs: GlyphReading, strip: Strip, strips: StripReading
) -> Decision:
    """Compare what both readers say of a word.

    Where they disagree the strip reader, which sees the digits in their company, has the word.
    No digit is left where it sees none.
    """
    confidence = float(1 / (1 + np.exp(-features(glyphs, strips) @ WEIGHTS)))
    if glyphs.text == strips.text:
        places = [_run_pixels(lattice, digit.run) for digit in glyphs.digits]
    else:
        places = [_box_pixels(word, strip, digit.box) for digit in strips.digits]
    values = [digit.value for digit in strips.digits]
    doubt = np.array([1 - digit.probability for digit in strips.digits]) + 1e-6
    # the doubt about the number is spread over its digits in proportion to each one's own
    shares = np.exp(doubt / doubt.sum() * np.log(max(confidence, 1e-6)))
    digits = [DecidedDigit(*digit) for digit in zip(values, shares.tolist(), places, strict=True)]
    return Decision(tuple(digit for digit in digits if len(digit.pixels[0])), confidence)


def features(glyphs: GlyphReading, strips: StripReading) -> Floats:
    """Describe two readings for the confidence model; (8,) float32 as named in FEATURES."""
    weakest = min((digit.probability for digit in glyphs.digits), default=0.5)
    weakest = min(max(weakest, 1e-3), 1 - 1e-3)
    return np.array(
        [
            1.0,
            glyphs.text == strips.text,
            np.log(weakest / (1 - weakest)),
            min(glyphs.margin, 8.0),
            min(glyphs.skipped, 2.0),
            max(strips.score, -10.0),
            min(strips.margin, 12.0),
            len(strips.digits),
        ],
        np.float32,
    )


def _run_pixels(lattice: Lattice, run: int) -> tuple[Ints, Ints]:
    """Return the rows and columns of a run's ink."""
    first, count = lattice.runs[run].tolist()
    rows, columns = np.nonzero((lattice.labels > first) & (lattice.labels <= first + count))
    return rows, columns


def _box_pixels(word: Word, strip: Strip, box: Box) -> tuple[Ints, Ints]:
    """Return the rows and columns of the word's ink inside a box of its strip."""
    top, left = max(0, box.y - strip.top), max(0, box.x - strip.left)
    bottom, right = max(0, box.bottom - strip.top), max(0, box.right - strip.left)
    rows, columns = np.nonzero(word.labels[top:bottom, left:right])
    return rows + top, columns + left
