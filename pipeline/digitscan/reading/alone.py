"""Where the first reader alone is certain, the second is not asked: compute goes where doubt is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.confidence import LARGEST_LEAD, log_odds
from digitscan.reading.find import Word
from digitscan.reading.glyphs import GlyphReading
from digitscan.reading.kinds import GLYPH_CLIP
from digitscan.reading.leftover import MARGIN
from digitscan.reading.look import Look
from digitscan.reading.prepare import Prepared
from digitscan.reading.split import Lattice
from digitscan.types import Box, Floats

FEATURES = ("intercept", "weakest glyph", "digits", "certainty of kind")
"""What the model of the first reader alone looks at; see `features`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on the second reader is not asked.

    `certain` is how likely the first must be right, by itself; `sure` the probability that each of
    its digits must have besides; `lead` that over the next text, log scale, below which there is a
    rival: another digit, a slash.
    """

    certain: float
    sure: float
    lead: float


IN_CELLS, IN_COMBS = Limits(0.975, 0.9, 4.0), Limits(0.985, 0.97, 3.0)
"""What a digit without a rival lacks of certainty is that it may be none, and in a word of them it
is one; but in a comb it may be a part of one that goes on in the next cell."""
SURELY_WRITTEN = -0.8
"""Log odds of print, a glyph, up to which a pen wrote a word beyond doubt."""
MOST_SKIPPED = 0.15
"""Ink in no digit, in strokes one digit height long, up to which it is a dot."""
FAINT = 48
"""Darkness from which a pixel may be ink that was too faint for the contours."""
SOFT = 2
"""Pixels by which a stroke's soft edge may reach beyond its ink."""
AROUND = np.ones((2 * SOFT + 1, 2 * SOFT + 1), np.uint8)


def alone_features(
    lattices: Sequence[Lattice],
    readings: Sequence[GlyphReading],
    looks: Sequence[Look],
    combed: NDArray[np.bool_],
) -> list[Floats | None]:
    """Describe what the first reader made of words, for the model of it alone; each (4,) float32.

    None stands for a word with other ink in it, or in a comb, as `combed` (N,) bool tells, with a
    digit that is not one whole component: the second reader has to see it.
    """
    every = zip(lattices, readings, looks, combed.tolist(), strict=True)
    return [
        features(reading, -look.printed) if is_plain(lattice, reading, in_comb) else None
        for lattice, reading, look, in_comb in every
    ]


def is_plain(lattice: Lattice, reading: GlyphReading, in_comb: bool) -> bool:
    """Tell whether hardly any ink is in no digit, and in a comb each is one whole component."""
    if not reading.digits or reading.skipped > MOST_SKIPPED:
        return False
    if not in_comb:
        return True
    runs, parts = lattice.runs.tolist(), lattice.parts.tolist()
    chosen = [runs[digit.run] for digit in reading.digits]
    return all(count == 1 and parts[first] >= 0 for first, count in chosen)


def stand_alone(
    page: Prepared,
    words: Sequence[Word],
    readings: Sequence[GlyphReading],
    looks: Sequence[Look],
    confidence: Floats,
    combed: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Tell the words of which the first reader has seen all there is to see; (N,) bool.

    It is certain of each digit, without a rival; a pen wrote them; the word and its ink stand alone
    in a cell. `confidence` is (N,), how likely its text is right by itself, and `combed` (N,) bool
    the words in combs. In a field's picture, which may hold anything, there is none.
    """
    alone = (confidence >= IN_CELLS.certain) & (not page.field)
    taken = np.bincount([word.cell + 1 for word in page.words], minlength=1)
    left = {-1, *page.leftovers}
    least = MOST_SKIPPED * page.ink.stroke
    for index in np.flatnonzero(alone).tolist():
        word, reading = words[index], readings[index]
        limits = IN_COMBS if combed[index] else IN_CELLS
        alone[index] = (
            confidence[index] >= limits.certain
            and word.cell not in left
            and taken[word.cell + 1] == 1
            and looks[index].printed < SURELY_WRITTEN
            and min(digit.probability for digit in reading.digits) > limits.sure
            and lead_of(reading) > limits.lead
            and faint_ink(page, page.rulings.cells[word.cell]) <= least * word.height
        )
    return np.asarray(alone, np.bool_)


def lead_of(reading: GlyphReading) -> float:
    """Return by how far the best text leads, log scale."""
    scores = [text.score for text in reading.alternatives[:2]]
    return scores[0] - scores[1] if len(scores) > 1 else LARGEST_LEAD


def faint_ink(page: Prepared, cell: Box) -> int:
    """Count the pixels inside a cell that may be ink and were too faint for the contours."""
    beside, above = round(MARGIN * cell.width), round(MARGIN * cell.height)
    rows = slice(cell.y + above, cell.bottom - above)
    columns = slice(cell.x + beside, cell.right - beside)
    _, dark = cv2.threshold(page.ink.darkness[rows, columns], FAINT, 1, cv2.THRESH_BINARY)
    ink = cv2.dilate(page.ink.mask[rows, columns], AROUND)
    return cv2.countNonZero(cv2.compare(dark, ink, cv2.CMP_GT))


def features(reading: GlyphReading, certainty: float) -> Floats:
    """Describe the first reader's text for the model of it alone; (4,) float32, see FEATURES."""
    weakest = min((digit.probability for digit in reading.digits), default=0.5)
    seen = 1.0, log_odds(weakest), min(len(reading.digits), 8), min(certainty, GLYPH_CLIP)
    return np.array(seen, np.float32)
