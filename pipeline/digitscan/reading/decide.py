"""From what the readers say of a word to what is reported, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitscan.errors import ModelError
from digitscan.reading.crop import Strip
from digitscan.reading.find import Ints, Word
from digitscan.reading.glyphs import GlyphDigit, GlyphReading
from digitscan.reading.kinds import Company, in_company, mean_odds
from digitscan.reading.split import Lattice
from digitscan.reading.strips import StripDigit, StripReading
from digitscan.types import Box, Floats

UNEXPLAINED_WEIGHT = 3.0
"""Log odds against a number for a stroke one digit high, per digit, that no digit explains."""
STRIP_SURE = 3.0
"""Log odds for a number that the strip reader reads without doubt, and against one it does not."""
STRIP_WEIGHT = 1.5
"""Log odds lost for each unit of a strip's score, per digit."""
POSSIBLE = -4.0
"""Log odds of the first reader below which a word is not looked at again."""
OWN_ODDS = -1.0
"""Log odds below which company does not make a word a number."""
LONE_ODDS = 3.0
"""Log odds that a single digit outside every cell must have."""

FEATURES = (
    "intercept",
    "weakest glyph",
    "glyph margin",
    "glyph score",
    "skipped ink",
    "strip score",
    "strip margin",
    "digits",
    "glyph text by strip score",
    "weakest place",
    "certainty of kind",
)
"""What the confidence models look at; see `features`."""


@dataclass(frozen=True, slots=True, eq=False)
class DecisionModel:
    """Three logistic regressions of `this reading is right` on FEATURES, (11,) float32 weights.

    `agreed` where both readers say the same; elsewhere `glyphs` and `strips` for what each says.
    `accept` is (K, 2): shares of wrong numbers, rising, and the confidence from which numbers are
    accepted so that no more of them are wrong.
    """

    agreed: Floats
    glyphs: Floats
    strips: Floats
    accept: Floats

    @classmethod
    def from_card(cls, card: dict[str, Any]) -> DecisionModel:
        """Take the weights from card.json; ModelError where they are missing or do not fit."""
        try:
            found = [np.asarray(card["decision"][name], np.float32) for name in CASES]
            accept = np.asarray(card["decision"]["accept"], np.float32)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError("card.json has no decision model; install digitscan again") from error
        if any(weights.shape != (len(FEATURES),) for weights in found) or accept.ndim != 2:
            raise ModelError("card.json's decision model is of another version of digitscan")
        agreed, glyphs, strips = found
        return cls(agreed, glyphs, strips, accept)

    def least_confidence(self, max_error: float) -> float:
        """Return the confidence from which numbers are accepted for a share of wrong ones.

        Interpolated over the logarithm of the share; the ends go on flat.
        """
        shares, confidences = self.accept.T
        return float(np.interp(np.log(max_error), np.log(shares), confidences))


CASES = ("agreed", "glyphs", "strips")


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


def glyph_odds(readings: list[GlyphReading]) -> Floats:
    """Sum up what the first reader says for a number in each word, as log odds a glyph; (N,)."""
    own, _ = mean_odds([reading.odds for reading in readings])
    unexplained = np.array([r.skipped / max(1, len(r.digits)) for r in readings], np.float32)
    return np.asarray(own - UNEXPLAINED_WEIGHT * np.minimum(unexplained, 1.0), dtype=np.float32)


def strip_odds(readings: list[StripReading | None]) -> Floats:
    """Sum up what the second reader says for a number in each word, as log odds a digit; (N,).

    None stands for a word that was not worth a look.
    """
    odds = [
        STRIP_SURE + STRIP_WEIGHT * reading.score / len(reading.digits)
        if reading is not None and reading.digits
        else -STRIP_SURE
        for reading in readings
    ]
    return np.clip(np.array(odds, np.float32), -STRIP_SURE, STRIP_SURE)


def are_numbers(
    words: list[Word],
    glyphs: list[GlyphReading],
    strips: list[StripReading | None],
    company: Company,
    field: bool,
) -> NDArray[np.bool_]:
    """Tell the words that are numbers from letters, marks and drawings; (N,) bool.

    The evidence is each word's own, of both readers, and that of its company: a 5 in a word of
    letters is an S. In a `field`, where a number is expected, a word must only be possible: better
    a number for review than none. Words that the strip reader did not look at (None) are none,
    but they are company.
    """
    own = glyph_odds(glyphs) + strip_odds(strips)
    digits = [0 if reading is None else len(reading.digits) for reading in strips]
    count = np.clip(np.array(digits, np.float32), 1, 6)
    joint = in_company(own, count, company)
    lone = np.array(
        [found == 1 and word.cell < 0 for word, found in zip(words, digits, strict=True)], np.bool_
    )
    found = zip(words, glyphs, strips, strict=True)
    read = np.array([_is_read(*word) for word in found], np.bool_)
    if field:
        return np.asarray(read & (own > POSSIBLE), dtype=np.bool_)
    return np.asarray(
        read & (own > OWN_ODDS) & (joint > 0) & (~lone | (own > LONE_ODDS)), dtype=np.bool_
    )


def _is_read(word: Word, glyphs: GlyphReading, strips: StripReading | None) -> bool:
    """Tell whether digits were read in a word.

    The strip reader, which knows print and letters, must see them; in a cell, where a lone 1 may
    look to it like a ruling, those of the glyph reader will do.
    """
    if strips is None:
        return False
    return bool(strips.digits) or (word.cell >= 0 and bool(glyphs.digits))


def decide(
    model: DecisionModel,
    word: Word,
    lattice: Lattice,
    glyphs: GlyphReading,
    strip: Strip,
    strips: StripReading,
    certainty: float,
) -> Decision:
    """Compare what both readers say of a word, and take what is likelier right.

    `certainty` are the log odds for the kind, printed or handwritten, that the word counts as.
    """
    if not _is_read(word, glyphs, strips):
        return Decision((), 0.0)
    confidence, use_glyphs = judge(model, glyphs, strips, certainty)
    if use_glyphs:
        places = [_run_pixels(lattice, digit.run) for digit in glyphs.digits]
    else:
        places = [_box_pixels(word, strip, digit.box) for digit in strips.digits]
    chosen: tuple[GlyphDigit | StripDigit, ...] = glyphs.digits if use_glyphs else strips.digits
    doubt = np.array([1 - digit.probability for digit in chosen]) + 1e-6
    # the doubt about the number is spread over its digits in proportion to each one's own
    shares = np.exp(doubt / doubt.sum() * np.log(max(confidence, 1e-6))).tolist()
    digits = [
        DecidedDigit(digit.value, share, place)
        for digit, share, place in zip(chosen, shares, places, strict=True)
    ]
    return Decision(tuple(digits), confidence)


def judge(
    model: DecisionModel, glyphs: GlyphReading, strips: StripReading, certainty: float
) -> tuple[float, bool]:
    """Return the probability that the likelier reading is right, and whether it is the first's."""
    seen = features(glyphs, strips, certainty)
    if not strips.digits:
        return _sigmoid(seen, model.glyphs), True
    if glyphs.text == strips.text:
        return _sigmoid(seen, model.agreed), True
    by_glyphs, by_strips = _sigmoid(seen, model.glyphs), _sigmoid(seen, model.strips)
    return max(by_glyphs, by_strips), by_glyphs > by_strips


def _sigmoid(seen: Floats, weights: Floats) -> float:
    """Return the probability that a logistic regression gives."""
    return float(1 / (1 + np.exp(-np.dot(seen, weights))))


def features(glyphs: GlyphReading, strips: StripReading, certainty: float) -> Floats:
    """Describe two readings for the confidence models; (11,) float32 as named in FEATURES."""
    weakest = min((digit.probability for digit in glyphs.digits), default=0.5)
    place = min((digit.probability for digit in strips.digits), default=0.5)
    count = max(1, len(strips.digits))
    return np.array(
        [
            1.0,
            _log_odds(weakest),
            min(glyphs.margin, 8.0),
            max(glyphs.score / count, -4.0),
            min(glyphs.skipped, 2.0),
            max(strips.score, -12.0),
            min(strips.margin, 12.0),
            min(count, 8),
            max(dict(strips.alternatives).get(glyphs.text, -20.0) - strips.score, -8.0),
            _log_odds(place),
            min(certainty, 4.0),
        ],
        np.float32,
    )


def _log_odds(probability: float) -> float:
    """Return the log odds of a probability, 0.001 to 0.999."""
    clipped = min(max(probability, 1e-3), 1 - 1e-3)
    return float(np.log(clipped / (1 - clipped)))


def _run_pixels(lattice: Lattice, run: int) -> tuple[Ints, Ints]:
    """Return the rows and columns of a run's ink."""
    first, count = lattice.runs[run].tolist()
    rows, columns = np.nonzero((lattice.labels > first) & (lattice.labels <= first + count))
    return rows, columns


def _box_pixels(word: Word, strip: Strip, box: Box) -> tuple[Ints, Ints]:
    """Return the rows and columns of the word's ink inside a box of its strip.

    Where none was found, too faint for the contours, they are the box's own corners.
    """
    top, left = max(0, box.y - strip.top), max(0, box.x - strip.left)
    bottom, right = max(0, box.bottom - strip.top), max(0, box.right - strip.left)
    rows, columns = np.nonzero(word.labels[top:bottom, left:right])
    if not len(rows):
        rows, columns = np.array([0, box.height - 1]), np.array([0, box.width - 1])
        top, left = box.y - strip.top, box.x - strip.left
    return rows + top, columns + left
