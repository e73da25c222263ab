"""Where the first reader alone is certain, the second is not asked: compute goes where doubt is."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.confidence import LARGEST_LEAD, LEAST_CHANCE
from digitscan.reading.find import Word
from digitscan.reading.geometry import corners
from digitscan.reading.glyphs import GlyphReading
from digitscan.reading.kinds import GLYPH_CLIP
from digitscan.reading.leftover import MARGIN
from digitscan.reading.look import Look
from digitscan.reading.prepare import Prepared
from digitscan.reading.split import Lattice
from digitscan.types import Box, Floats

FEATURES = ("intercept", "weakest glyph", "digits", "certainty of kind", "lead")
"""What the model of the first reader alone looks at; see `alone_features`."""
CERTAIN = 0.985
"""Probability that the first reader is right, by itself, from which the second is not asked."""
CLEAR_LEAD = 3.0
"""Lead over the next text, log scale, below which there is a rival: another digit, a slash."""
SURE_AT_BORDERS = 0.95
"""Probability that a digit must have besides in a comb, or in a word that reaches the border of its
cell: it may be a part of one that goes on beyond, or have lost a stroke with the ruling. Elsewhere
what a digit without a rival lacks of it is that it may be none; in a word of digits it is one."""
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
    """Describe what the first reader made of words, for the model of it alone; each (5,) float32.

    None stands for a word with other ink in it, or in a comb, as `combed` (N,) bool tells, with a
    digit that is not one whole component: the second reader has to see it. See FEATURES.
    """
    weakest = [min([digit.probability for digit in r.digits], default=0.5) for r in readings]
    clipped = np.clip(weakest, LEAST_CHANCE, 1 - LEAST_CHANCE)
    counts = np.minimum([len(reading.digits) for reading in readings], 8)
    kinds = np.minimum([-look.printed for look in looks], GLYPH_CLIP)
    leads = np.minimum([reading.lead for reading in readings], LARGEST_LEAD)
    ones = np.ones(len(readings))
    odds = np.log(clipped / (1 - clipped))
    described = np.stack([ones, odds, counts, kinds, leads], 1).astype(np.float32)
    every = zip(described, lattices, readings, combed.tolist(), strict=True)
    return [seen if is_plain(*word) else None for seen, *word in every]


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
    alone = (confidence >= CERTAIN) & (not page.field)
    taken = np.bincount([word.cell + 1 for word in page.words], minlength=1)
    left = {-1, *page.leftovers}
    cells = page.rulings.cells
    for index in np.flatnonzero(alone).tolist():
        word, reading = words[index], readings[index]
        alone[index] = (
            word.cell not in left
            and taken[word.cell + 1] == 1
            and looks[index].printed < SURELY_WRITTEN
            and reading.lead > CLEAR_LEAD
            and is_inside(word.box, cells[word.cell], reading, bool(combed[index]))
        )
    chosen = np.flatnonzero(alone)
    theirs = [words[index] for index in chosen.tolist()]
    faint = faint_ink(page, [cells[word.cell] for word in theirs])
    most = [MOST_SKIPPED * page.ink.stroke * word.height for word in theirs]
    alone[chosen] = np.array(faint) <= most
    return np.asarray(alone, np.bool_)


def is_inside(box: Box, cell: Box, reading: GlyphReading, combed: bool) -> bool:
    """Tell whether all of a word was read: none of it goes on beyond its cell."""
    sure = min(digit.probability for digit in reading.digits) > SURE_AT_BORDERS
    return sure or not (combed or reaches(box, cell))


def reaches(box: Box, cell: Box) -> bool:
    """Tell whether a word reaches the border of its cell."""
    return not (
        cell.x < box.x and cell.y < box.y and box.right < cell.right and box.bottom < cell.bottom
    )


def faint_ink(page: Prepared, cells: Sequence[Box]) -> list[int]:
    """Count the pixels inside each cell that may be ink and were too faint for the contours."""
    if not cells:
        return []
    left, top, right, bottom = corners(cells).T
    first, last = int(top.min()), int(bottom.max())
    begin, end = int(left.min()), int(right.max())
    around = slice(first, last), slice(begin, end)
    _, dark = cv2.threshold(page.ink.darkness[around], FAINT, 1, cv2.THRESH_BINARY)
    faint = cv2.compare(dark, cv2.dilate(page.ink.mask[around], AROUND), cv2.CMP_GT)
    found = []
    for cell in cells:
        beside, above = round(MARGIN * cell.width), round(MARGIN * cell.height)
        x, y = cell.x - begin, cell.y - first
        rows = slice(y + above, y + cell.height - above)
        columns = slice(x + beside, x + cell.width - beside)
        found.append(cv2.countNonZero(faint[rows, columns]))
    return found
