"""From what the readers say of a word to what is reported, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.find import Word
from digitscan.reading.glyphs import GlyphReading
from digitscan.reading.kinds import Company, in_company, mean_odds
from digitscan.types import Floats

UNEXPLAINED_WEIGHT = 3.0
"""Log odds against a number for a stroke one digit high, per digit, that no digit explains."""
LONE_ODDS = 2.0
"""Log odds that a single digit outside every cell must have."""
LEAST_HEIGHT = 3.0
"""Height of the smallest digit, in stroke widths."""

FEATURES = ("intercept", "weakest", "product", "margin", "skipped")
WEIGHTS = np.array([-0.5, 1.0, 0.5, 0.35, -2.0], np.float32)
"""Logistic regression of `the number is right` on FEATURES."""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """The judgement on a word: is it a number, and with what probability is it right."""

    confidence: float
    digit_confidence: tuple[float, ...]


def are_numbers(
    words: list[Word], readings: list[GlyphReading], company: Company, stroke: float
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
    tall = np.array([word.height for word in words], np.float32) >= LEAST_HEIGHT * stroke
    return np.asarray(
        tall & (count > 0) & (own > 0) & (joint > 0) & (~lone | (own > LONE_ODDS)), dtype=np.bool_
    )


def decide(reading: GlyphReading) -> Decision:
    """Judge the first reader's reading of one word."""
    confidence = float(1 / (1 + np.exp(-features(reading) @ WEIGHTS)))
    doubt = np.array([1 - digit.probability for digit in reading.digits])
    share = doubt / max(float(doubt.sum()), 1e-9)
    # the doubt about the number is spread over its digits in proportion to each one's own
    digits = np.exp(share * np.log(max(confidence, 1e-6)))
    return Decision(confidence, tuple(float(value) for value in digits))


def features(reading: GlyphReading) -> Floats:
    """Describe a reading for the confidence model; (5,) float32 as named in FEATURES."""
    probability = np.array([digit.probability for digit in reading.digits])
    probability = np.clip(probability, 1e-4, 1 - 1e-4)
    weakest = np.log(probability / (1 - probability)).min()
    return np.array(
        [
            1.0,
            weakest,
            np.log(probability).sum(),
            min(reading.margin, 8.0),
            min(reading.skipped, 2.0),
        ],
        np.float32,
    )
