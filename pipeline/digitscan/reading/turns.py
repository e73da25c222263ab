"""Which way is up: a page scanned on its side or upside down is found out by its own writing.

Glyphs stand closer to the next one of their line than to the next line, which tells lines that
run across from lines that run down. Between the turns of one axis the glyph network tells: it
knows print and digits when they stand upright, and knows few of them otherwise.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.crop import mnist_crops
from digitscan.reading.engine import Classifier
from digitscan.reading.find import Word
from digitscan.reading.glyphs import part_inks
from digitscan.reading.prepare import Prepared
from digitscan.reading.scale import is_field
from digitscan.types import Floats, Ints

LEAST_VOTES = 20
"""Fewer components with a near neighbour do not tell how lines run."""
MAJORITY = 2.0
"""How many times more components must speak for one axis than for the other."""
MOST_ASKED = 300
"""Components asked for their neighbours on one page."""
NEAR = 0.8
"""Farthest neighbour that counts, in sides of the component."""
NEARER = 0.8
"""How much smaller the gap along the line must be than the gap across it."""
SLENDEREST = 3.5
"""A component longer than this many widths is a bar, alike upside down."""
FEW, MANY = 16, 128
"""Glyphs looked at to see that a page is upright, and to be sure that it is not."""
SEEMS, SEEMS_FIRST = 1.0, 1.2
"""Lead at which few glyphs prove a page upright, in standard deviations; and for the network that
is asked first. It costs a third, and leads by 0.6 at most of 59 pages that stand on their heads."""
SURE_LEAD = 2.0
"""Lead at which many glyphs prove a page turned; both senses differ by 3 and more."""
SURE_DIGIT = 0.95
"""A digit of this probability counts as known."""
DIGIT_WEIGHT = 1.0
"""What a known digit counts against known print; 0, 1, 6, 8 and 9 are digits upside down too."""


class Axis(Enum):
    """How the lines of a page run."""

    ACROSS = "across"
    DOWN = "down"
    UNSURE = "unsure"


def quarter_turns(page: Prepared, glyphs: Classifier) -> int:
    """Return how many quarter turns counterclockwise (`np.rot90`) set a page upright, 0 to 3.

    0 when unsure, and for a picture no larger than a field, which holds too little to tell.
    """
    if is_field(page.ink.mask.shape, page.ink.stroke):
        return 0
    boxes, cells = _components(page.words)
    axis = line_axis(boxes, cells)
    if axis is Axis.UNSURE:
        return 0
    chosen = glyph_sized(boxes)
    if axis is Axis.ACROSS:
        few = _crops(page.words, _spread(chosen, FEW))
        for network, least in ((glyphs.first, SEEMS_FIRST), (glyphs, SEEMS)):
            if lead(_known(few, 0, network), _known(few, 2, network)) > least:
                return 0
    crops = _crops(page.words, _spread(chosen, MANY))
    upright = _known(crops, 0, glyphs)
    turned = {
        turns: _known(crops, turns, glyphs) for turns in ((2,) if axis is Axis.ACROSS else (1, 3))
    }
    best = max(turned, key=lambda turns: float(turned[turns].sum()))
    return best if lead(turned[best], upright) > SURE_LEAD else 0


def line_axis(boxes: Ints, cells: Ints) -> Axis:
    """Tell how lines run from where the nearest neighbours of components stand.

    Parameters
    ----------
    boxes
        (N, 4) int32 x, y, width, height.
    cells
        (N,) int32 cell of each, -1 for none; only components of one cell are neighbours.
    """
    if len(boxes) < LEAST_VOTES:
        return Axis.UNSURE
    asked = _spread(np.arange(len(boxes)), MOST_ASKED)
    side = boxes[:, 2:].max(1)
    larger = np.maximum(side[asked, None], side)
    neighbor = (cells[asked, None] == cells) & (2 * side[asked, None] >= larger)
    neighbor &= 2 * side >= larger
    neighbor[np.arange(len(asked)), asked] = False
    asking, other = np.divmod(np.flatnonzero(neighbor), len(boxes))
    # What is farther than any that counts, the other's width or height included, is left out.
    (left, top, width, height), end = boxes.T, boxes[:, :2] + boxes[:, 2:]
    own = asked[asking]
    farthest = (NEAR / NEARER + 2) * side[own]
    close = np.abs(left[own] - left[other]) <= farthest
    close &= np.abs(top[own] - top[other]) <= farthest
    asking, other, own = asking[close], other[close], own[close]
    gap_x = np.maximum(left[own], left[other]) - np.minimum(end[own, 0], end[other, 0])
    gap_y = np.maximum(top[own], top[other]) - np.minimum(end[own, 1], end[other, 1])
    larger = np.maximum(side[own], side[other])
    beside = (-5 * gap_y > 2 * np.minimum(height[own], height[other])) & (10 * gap_x > -larger)
    under = (-5 * gap_x > 2 * np.minimum(width[own], width[other])) & (10 * gap_y > -larger)
    nearest_x = _nearest(gap_x[beside], asking[beside], len(asked))
    nearest_y = _nearest(gap_y[under], asking[under], len(asked))
    reach = NEAR * side[asked]
    across = np.count_nonzero((nearest_x < reach) & (nearest_x < NEARER * nearest_y))
    down = np.count_nonzero((nearest_y < reach) & (nearest_y < NEARER * nearest_x))
    if max(across, down) < LEAST_VOTES or max(across, down) < MAJORITY * min(across, down):
        return Axis.UNSURE
    return Axis.ACROSS if across > down else Axis.DOWN


def _nearest(gap: Ints, asking: Ints, count: int) -> Floats:
    """Return the smallest gap of each of those asking, infinite without one; (count,) float32.

    `gap` is the paper up to each candidate, below 0 where it overlaps the one `asking` it.
    """
    nearest = np.full(count, np.inf, np.float32)
    np.minimum.at(nearest, asking, np.maximum(gap, 0).astype(np.float32))
    return nearest


def glyph_sized(boxes: Ints) -> Ints:
    """Return the indices of the components that may be one glyph of the page's usual size."""
    side, thickness = boxes[:, 2:].max(1), boxes[:, 2:].min(1)
    stout = side <= SLENDEREST * thickness
    if not stout.any():
        return np.zeros(0, np.int32)
    usual = np.median(side[stout])
    alike = (side > 0.5 * usual) & (side < 2.5 * usual)
    return np.flatnonzero(stout & alike).astype(np.int32)


def lead(known: Floats, other: Floats) -> float:
    """Return how far one turn of the same glyphs leads another, in standard deviations."""
    ahead = known - other
    return float(ahead.sum() / np.sqrt(np.square(ahead).sum() + 1))


def _known(crops: NDArray[np.uint8], turns: int, glyphs: Classifier) -> Floats:
    """Return how well the network knows each turned crop; (N,) float32, 0 to 1.5."""
    scores = glyphs.classify(np.ascontiguousarray(np.rot90(crops, turns, (1, 2))))
    digit = scores.digit[:, :10].max(1, initial=0) > SURE_DIGIT
    return np.asarray(scores.printed + DIGIT_WEIGHT * digit, np.float32)


def _components(words: list[Word]) -> tuple[Ints, Ints]:
    """Return the boxes (N, 4) of all components in working pixels, and the cell of each."""
    counts = [len(word.parts) for word in words]
    places = [(word.box.x, word.box.y, word.cell) for word in words]
    left, top, cell = np.repeat(np.array(places, np.int32).reshape(-1, 3), counts, axis=0).T
    boxes = np.concatenate([np.zeros((0, 4), np.int32), *(word.parts for word in words)])
    return boxes + np.stack((left, top, 0 * left, 0 * left), 1), cell


def _crops(words: list[Word], chosen: Ints) -> NDArray[np.uint8]:
    """Crop the chosen ones of all components, counted through the words; (k, 28, 28)."""
    first = np.cumsum([0] + [len(word.parts) for word in words])
    of_word = np.searchsorted(first, chosen, side="right") - 1
    return mnist_crops(
        [
            ink
            for index in np.unique(of_word).tolist()
            for ink in part_inks(words[index], (chosen[of_word == index] - first[index]).tolist())
        ]
    )


def _spread(indices: Ints, most: int) -> Ints:
    """Return at most that many of the indices, spread evenly over them."""
    if len(indices) <= most:
        return indices
    return indices[np.linspace(0, len(indices) - 1, most).astype(np.int32)]
