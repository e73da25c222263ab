"""From what the readers say of a word to what is reported, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digitscan.reading.glyphs import GlyphReading
from digitscan.types import Floats

FEATURES = ("intercept", "weakest", "product", "margin", "skipped")
WEIGHTS = np.array([-0.5, 1.0, 0.5, 0.35, -2.0], np.float32)
"""Logistic regression of `the number is right` on FEATURES."""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """The judgement on a word: is it a number, and with what probability is it right."""

    confidence: float
    digit_confidence: tuple[float, ...]


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
