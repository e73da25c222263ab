"""From what the readers say of a word to what is reported, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitscan.errors import ModelError
from digitscan.reading.bars import find_bars
from digitscan.reading.components import places
from digitscan.reading.crop import Strip
from digitscan.reading.find import Ints, Word
from digitscan.reading.glyphs import GlyphDigit, GlyphReading
from digitscan.reading.kinds import NEIGHBOR_WEIGHT, Company, in_company, mean_odds
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
COMB_ODDS = 2.0
"""Log odds of all company that make a digit of what is hardly one, among digits in a comb."""
LONE_ODDS = 3.0
"""Log odds that a single digit outside every cell must have."""

MANY = 4
"""Words in one row that together tell letters from digits; fewer may be crosses and a digit."""
SINGLE = 1.3
"""A word no wider than this many heights may be a single letter."""
LETTERS = 0.75
"""Their mean log odds for a number up to which they are letters: some letters are digits' twins."""
MOST_LEAN = 22.0
"""Degrees by which a bare stroke through a cell may lean and still be a 1."""
THROUGH = 0.95
"""Largest part of its cell's height or width that a leaning 1 takes."""
SCRAP = 0.4
"""Of the highest digit's height in a comb: what is lower is no digit."""
NEAR_BORDER = 0.06
"""What is no farther from a cell's border touches it, in heights of the cell."""
GLYPH_WEIGHT = 1.5
"""What the first reader's log score counts against the second's."""
UNLIKELY = 2.0
"""How far below a reader's last alternative lies what it does not name, log scale."""
LARGEST_LEAD = 12.0
"""No lead over another text counts more."""

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
class DecisionModel:
    """A logistic regression of `this text is right` on curves over FEATURES.

    Each curve is piecewise linear: `slopes`, (12,) float32, is how steep it begins, and at
    `bends[f, k]` it becomes steeper by `turns[f, k]`, (12, K) float32 both.
    """

    slopes: Floats
    bends: Floats
    turns: Floats

    @classmethod
    def from_card(cls, card: dict[str, Any]) -> DecisionModel:
        """Take the model from card.json; ModelError where it is missing or does not fit."""
        try:
            found = card["decision"]
            slopes, bends, turns = (
                np.asarray(found[name], np.float32) for name in ("slopes", "bends", "turns")
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError("card.json has no decision model; install digitscan again") from error
        if slopes.shape != (len(FEATURES),) or not len(bends) == len(turns) == len(FEATURES):
            raise ModelError("card.json's decision model is of another version of digitscan")
        return cls(slopes, bends, turns)

    def confidence(self, seen: Floats) -> float:
        """Return the probability that a text with these features is right."""
        odds = seen @ self.slopes + (beyond(seen, self.bends) * self.turns).sum()
        return float(1 / (1 + np.exp(-odds)))


def beyond(seen: Floats, bends: Floats) -> Floats:
    """Return how far features, (..., 12), lie beyond the bends of their curves; (..., 12, K)."""
    return np.asarray(np.maximum(seen[..., None] - bends, 0), np.float32)


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
    odds = [-STRIP_SURE if reading is None else _strip_odds(reading) for reading in readings]
    return np.clip(np.array(odds, np.float32), -STRIP_SURE, STRIP_SURE)


def _strip_odds(reading: StripReading) -> float:
    """Sum up one reading; where it is empty, by how far the likeliest digits lie below nothing."""
    if reading.digits:
        return STRIP_SURE + STRIP_WEIGHT * reading.score / len(reading.digits)
    likeliest = max((score for text, score in reading.alternatives if text), default=-np.inf)
    return likeliest - reading.score


def are_numbers(
    words: list[Word],
    glyphs: list[GlyphReading],
    strips: list[StripReading | None],
    company: Company,
    cells: tuple[Box, ...],
    rows: Ints,
    field: bool,
) -> NDArray[np.bool_]:
    """Tell the words that are numbers from letters, marks and drawings; (N,) bool.

    The evidence is each word's own, of both readers, and that of its company: a 5 in a word of
    letters is an S. In a `field`, where a number is expected, a word must only be possible: better
    a number for review than none. Words that the strip reader did not look at (None) are none,
    but they are company. `cells` are the page's, in working pixels. `rows` is (N,), the comb that
    each word stands in or -1: its digits speak for each other, and a comb of many letters holds no
    number, whatever some of them look like.
    """
    own = glyph_odds(glyphs) + strip_odds(strips)
    digits = [0 if reading is None else len(reading.digits) for reading in strips]
    count = np.clip(np.array(digits, np.float32), 1, 6)
    joint = in_company(own, count, company)
    joint = np.where(rows >= 0, np.maximum(joint, _in_comb(own, rows)), joint)
    lone = np.array(
        [found == 1 and word.cell < 0 for word, found in zip(words, digits, strict=True)], np.bool_
    )
    found = zip(words, glyphs, strips, strict=True)
    read = np.array([_is_read(*word) for word in found], np.bool_)
    if field:
        return np.asarray(read & (own > POSSIBLE), dtype=np.bool_)
    read &= ~(_cross_arms(words, own, cells, rows) | _scraps(words, own, rows))
    lines = spaced_lines(words, company)
    read &= ~(_among_letters(own, rows) | _among_letters(own, np.where(rows < 0, lines, -1)))
    likely = (own > OWN_ODDS) | ((rows >= 0) & (own > POSSIBLE) & (joint > COMB_ODDS))
    return np.asarray(read & likely & (joint > 0) & (~lone | (own > LONE_ODDS)), dtype=np.bool_)


def _in_comb(own: Floats, rows: Ints) -> Floats:
    """Average each word's log odds with those in its comb that speak for a number; (N,) float32.

    The others do not count: crosses in unused cells say nothing about the digits after them.
    """
    others = np.maximum(own, 0)
    beside = (rows[:, None] == rows) & (own > 0) & ~np.eye(len(own), dtype=np.bool_)
    total = own + NEIGHBOR_WEIGHT * (beside @ others)
    return np.asarray(total / (1 + NEIGHBOR_WEIGHT * beside.sum(1)), dtype=np.float32)


def _among_letters(own: Floats, rows: Ints) -> NDArray[np.bool_]:
    """Tell the words in rows of `MANY` words or more that taken together are no number; (N,)."""
    found = np.zeros(len(own), np.bool_)
    for row in np.unique(rows[rows >= 0]).tolist():
        here = rows == row
        found |= here & (np.count_nonzero(here) >= MANY and float(own[here].mean()) < LETTERS)
    return found


def spaced_lines(words: list[Word], company: Company) -> Ints:
    """Name the line of single glyphs, set apart as in a comb, that each word stands in; (N,) int32.

    Those that are wider than one glyph stand in none, -1.
    """
    single = np.array([word.box.width <= SINGLE * word.height for word in words], np.bool_)
    beside = company.beside & single[:, None] & single
    lines = np.where(single, np.arange(len(words)), len(words)).astype(np.int32)
    while True:
        least = np.where(beside, lines, len(words)).min(1, initial=len(words))
        joined = np.where(single, np.minimum(lines, least), lines).astype(np.int32)
        if (joined == lines).all():
            return np.where(single, lines, -1).astype(np.int32)
        lines = joined


def is_slanted(word: Word) -> bool:
    """Tell whether a word is one slanting straight stroke, or two that slant to both sides."""
    count = len(word.parts)
    if count > 2:
        return False
    lean, straight = find_bars(word.labels, count)
    apart = count == 1 or lean[0] * lean[1] < 0
    return bool(apart and straight.all() and (np.abs(lean) > MOST_LEAN).all())


def _cross_arms(
    words: list[Word], own: Floats, cells: tuple[Box, ...], rows: Ints
) -> NDArray[np.bool_]:
    """Tell the words that the borders of cells have cut off a large cross; (N,) bool.

    They slant and run through their cells, or come from its border where no digit stands beside
    them in a comb; a leaning 1 stays inside.
    """
    slanted = np.array([word.cell >= 0 and is_slanted(word) for word in words], np.bool_)
    arms = np.zeros(len(words), np.bool_)
    for index in np.flatnonzero(slanted).tolist():
        box, cell = words[index].box, cells[words[index].cell]
        digits = (rows[index] >= 0) & (rows == rows[index]) & ~slanted & (own > 0)
        through = max(box.height / cell.height, box.width / cell.width) > THROUGH
        arms[index] = through or (not digits.any() and _touches(box, cell))
    return arms


def _scraps(words: list[Word], own: Floats, rows: Ints) -> NDArray[np.bool_]:
    """Tell the words in combs that are far lower than the digits beside them; (N,) bool.

    They are pieces of a printed guide or of a ruling.
    """
    height = np.array([word.height for word in words], np.float32)
    same = (rows[:, None] == rows) & (rows >= 0) & (own > 0)
    highest = np.where(same, height, 0).max(1, initial=0)
    return np.asarray(height < SCRAP * highest, np.bool_)


def _touches(box: Box, cell: Box) -> bool:
    """Tell whether a box reaches a border of its cell."""
    gaps = box.x - cell.x, box.y - cell.y, cell.right - box.right, cell.bottom - box.bottom
    return min(gaps) <= max(1, NEAR_BORDER * cell.height)


def _is_read(word: Word, glyphs: GlyphReading, strips: StripReading | None) -> bool:
    """Tell whether digits were read in a word.

    The strip reader, which knows print and letters, must see them; in a cell, where a lone 1 may
    look to it like a ruling, a single one of the glyph reader will do.
    """
    if strips is None:
        return False
    return bool(strips.digits) or (word.cell >= 0 and len(glyphs.digits) == 1)


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


def choose(glyphs: GlyphReading, strips: StripReading) -> Choice:
    """Choose among the first reader's texts and the second reader's best: the highest sum.

    Both scores are log probabilities of readers built differently, so the sum is the product of
    what each believes; a digit that one does not see, the other can insist on.
    """
    paths = {entry.text: entry for entry in glyphs.alternatives if entry.digits}
    by_glyphs = {entry.text: GLYPH_WEIGHT * entry.score for entry in glyphs.alternatives}
    by_strips = dict(strips.alternatives)
    glyph_floor = min(by_glyphs.values(), default=0.0) - UNLIKELY
    strip_floor = min(by_strips.values(), default=0.0) - UNLIKELY

    def both(text: str) -> tuple[float, float]:
        return by_strips.get(text, strip_floor), by_glyphs.get(text, glyph_floor)

    scores = {text: both(text) for text in {*paths, *by_strips}}
    possible = [text for text in scores if text in paths or (text and text == strips.text)]
    best = max(possible, key=lambda text: (sum(scores[text]), text))
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
    lattice: Lattice,
    glyphs: GlyphReading,
    strip: Strip,
    strips: StripReading,
    certainty: float,
) -> Decision:
    """Take what both readers together find likeliest, and judge how sure it is.

    `certainty` are the log odds for the kind, printed or handwritten, that the word counts as.
    """
    if not _is_read(word, glyphs, strips):
        return Decision((), 0.0)
    choice = choose(glyphs, strips)
    confidence = model.confidence(features(choice, glyphs, strips, certainty))
    by_strips = choice.text == strips.text  # whose boxes hold where digits join
    chosen: Sequence[GlyphDigit | StripDigit] = strips.digits if by_strips else choice.glyphs
    places = (
        [_box_pixels(word, strip, digit.box) for digit in strips.digits]
        if by_strips
        else [_run_pixels(lattice, digit.run) for digit in choice.glyphs]
    )
    doubt = np.array([1 - digit.probability for digit in chosen]) + 1e-6
    # the doubt about the number is spread over its digits in proportion to each one's own
    shares = np.exp(doubt / doubt.sum() * np.log(max(confidence, 1e-6))).tolist()
    digits = [
        DecidedDigit(digit.value, share, place)
        for digit, share, place in zip(chosen, shares, places, strict=True)
    ]
    return Decision(tuple(digits), confidence)


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
            _log_odds(weakest),
            _log_odds(place),
            min(glyphs.skipped, 2.0),
            min(count, 8),
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
    x, y, width, height = lattice.run_boxes[run].tolist()
    labels = lattice.labels[y : y + height, x : x + width]
    rows, columns = places((labels > first) & (labels <= first + count))
    return rows + y, columns + x


def _box_pixels(word: Word, strip: Strip, box: Box) -> tuple[Ints, Ints]:
    """Return the rows and columns of the word's ink inside a box of its strip.

    Where none was found, too faint for the contours, they are the box's own corners.
    """
    top, left = max(0, box.y - strip.top), max(0, box.x - strip.left)
    bottom, right = max(0, box.bottom - strip.top), max(0, box.right - strip.left)
    rows, columns = places(word.labels[top:bottom, left:right] > 0)
    if not len(rows):
        rows, columns = np.array([0, box.height - 1]), np.array([0, box.width - 1])
        top, left = box.y - strip.top, box.x - strip.left
    return rows + top, columns + left
