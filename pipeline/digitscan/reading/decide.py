"""From what the readers say of a word to what is reported, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from digitscan.reading.components import places
from digitscan.reading.confidence import LARGEST_LEAD, DecisionModel, log_odds
from digitscan.reading.crop import Strip
from digitscan.reading.find import Word
from digitscan.reading.geometry import Ink
from digitscan.reading.glyphs import GlyphDigit, GlyphReading
from digitscan.reading.stretches import Stretches
from digitscan.reading.strips import StripDigit, StripReading
from digitscan.types import Box, Floats, Ints

GLYPH_WEIGHT = 1.5
"""What the first reader's log score counts against the second's."""
UNSURE = -0.5
"""The first reader's log score of its best text, a digit, below which it could not part the
strokes: all its texts are wrong then, and by how much tells little:"""
MOST_AGAINST = 4.0
"""its best text leads any other one by this at most."""
UNLIKELY = 2.0
"""How far below a reader's last alternative lies what it does not name, log scale."""
FEATURES = (
    "intercept",
    "agreement",
    "lead",
    "lead by strips",
    "lead by glyphs",
    "strip score",
    "glyph score",
    "weakest glyph",
    "weakest place",
    "skipped ink",
    "digits",
    "certainty of kind",
)
"""What the confidence model looks at; see `features`."""


@dataclass(frozen=True, slots=True, eq=False)
class DecidedDigit:
    """A digit as it will be reported; `ink` is its own in the word."""

    value: int
    confidence: float
    ink: Ink


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """The judgement on a word: its digits, and the probability that all of them are right."""

    digits: tuple[DecidedDigit, ...]
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The text that both readers together find likeliest, and what speaks for it.

    `glyphs` are its digits on the first reader's path; none where only the second reader names
    it. `lead`, `by_strips` and `by_glyphs` tell how far it lies above the best other text, for
    both readers and for each (log scale, below 0 where that reader prefers another).
    """

    text: str
    glyphs: tuple[GlyphDigit, ...]
    lead: float
    by_strips: float
    by_glyphs: float
    strip_score: float
    glyph_score: float


def choose(glyphs: GlyphReading, strips: StripReading, cells: int = 1) -> Choice:
    """Choose among the first reader's texts and the second reader's best: the highest sum.

    Both scores are log probabilities of readers built differently, so the sum is the product of
    what each believes; a digit that one does not see, the other can insist on. Of writing joined
    over several comb `cells` each holds a digit.
    """
    texts = [(entry.text, entry) for entry in glyphs.alternatives]
    paths = {text: entry for text, entry in texts if text}
    by_glyphs = {text: GLYPH_WEIGHT * entry.score for text, entry in texts}
    by_strips = dict(strips.alternatives)
    glyph_floor = min(by_glyphs.values(), default=0.0) - UNLIKELY
    strip_floor = min(by_strips.values(), default=0.0) - UNLIKELY

    def both(text: str) -> tuple[float, float]:
        return by_strips.get(text, strip_floor), by_glyphs.get(text, glyph_floor)

    scores = {text: both(text) for text in {*paths, *by_strips}}
    possible = [text for text in scores if text in paths or (text and text == strips.text)]
    if cells > 1:
        possible = [text for text in possible if len(text) == cells] or possible
    first = max(glyphs.alternatives, key=lambda entry: entry.score, default=None)
    unsure = first is not None and first.score < UNSURE * max(1, len(first.digits))
    least = GLYPH_WEIGHT * first.score - MOST_AGAINST if first and unsure else -np.inf

    def likely(text: str) -> tuple[float, str]:
        strip, glyph = scores[text]
        return strip + max(glyph, least), text

    best = max(possible, key=likely)
    others = [score for text, score in scores.items() if text != best]

    def lead(own: float, rest: list[float]) -> float:
        return min(own - max(rest, default=-np.inf), LARGEST_LEAD)

    strip, glyph = scores[best]
    return Choice(
        best,
        paths[best].digits if best in paths else (),
        lead(strip + glyph, [sum(score) for score in others]),
        lead(strip, [score[0] for score in others]),
        lead(glyph, [score[1] for score in others]),
        strip,
        glyph,
    )


def decide(
    model: DecisionModel,
    word: Word,
    runs: Ints,
    ink: Stretches,
    glyphs: GlyphReading,
    strip: Strip,
    strips: StripReading,
    certainty: float,
) -> Decision:
    """Take what both readers together find likeliest, and judge how sure it is.

    `runs` are the lattice's and `ink` that of its pieces; `certainty` are the log odds for the
    kind, printed or handwritten, that the word counts as.
    """
    choice = choose(glyphs, strips, word.over)
    confidence = float(model.confidence(features(choice, glyphs, strips, certainty)))
    if choice.text != strips.text:
        return _decision(choice.glyphs, _ink_of(runs, ink, choice.glyphs), confidence)
    # Where digits join the second reader's boxes hold.
    places = [_box_ink(word, strip, digit.box) for digit in strips.digits]
    return _decision(strips.digits, places, confidence)


def decide_alone(runs: Ints, ink: Stretches, glyphs: GlyphReading, confidence: float) -> Decision:
    """Take what the first reader reads, which is right with that probability."""
    return _decision(glyphs.digits, _ink_of(runs, ink, glyphs.digits), confidence)


def _decision(
    digits: Sequence[GlyphDigit | StripDigit],
    places: Sequence[Ink],
    confidence: float,
) -> Decision:
    """Spread the doubt about a number over its digits in proportion to each one's own."""
    doubt = [1 - digit.probability + 1e-6 for digit in digits]
    odds = log(max(confidence, 1e-6)) / sum(doubt) if doubt else 0.0
    decided = [
        DecidedDigit(digit.value, exp(part * odds), place)
        for digit, part, place in zip(digits, doubt, places, strict=True)
    ]
    return Decision(tuple(decided), confidence)


def features(
    choice: Choice, glyphs: GlyphReading, strips: StripReading, certainty: float
) -> Floats:
    """Describe a choice for the confidence model; (12,) float32 as named in FEATURES."""
    weakest = min((digit.probability for digit in choice.glyphs), default=0.5)
    place = min((digit.probability for digit in strips.digits), default=0.5)
    count = max(1, len(choice.text))
    return np.array(
        [
            1.0,
            float(glyphs.text == strips.text),
            max(choice.lead, 0.0),
            max(choice.by_strips, -8.0),
            max(choice.by_glyphs, -8.0),
            max(choice.strip_score / count, -4.0),
            max(choice.glyph_score / count, -4.0),
            log_odds(weakest),
            log_odds(place),
            min(glyphs.skipped, 2.0),
            min(count, 8),
            min(certainty, 4.0),
        ],
        np.float32,
    )


def _ink_of(runs: Ints, ink: Stretches, digits: Sequence[GlyphDigit]) -> list[Ink]:
    """Return the ink of each digit's run of pieces."""
    pieces: list[tuple[int, int]] = runs.tolist()
    return ink.of_runs([pieces[digit.run] for digit in digits])


def _box_ink(word: Word, strip: Strip, box: Box) -> Ink:
    """Return the word's ink inside a box of its strip, pixel by pixel.

    Where none was found, too faint for the contours, it is the box's own corners.
    """
    top, left = max(0, box.y - strip.top), max(0, box.x - strip.left)
    bottom, right = max(0, box.bottom - strip.top), max(0, box.right - strip.left)
    rows, columns = places(word.labels[top:bottom, left:right] > 0)
    if not len(rows):
        rows, columns = np.array([0, box.height - 1]), np.array([0, box.width - 1])
        top, left = box.y - strip.top, box.x - strip.left
    return np.stack((rows + top, columns + left, columns + (left + 1)))
