"""Contours of the ink -> words: components that stand together on one line or in one cell."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.borders import joined_cells, part_at_borders, part_stacked
from digitscan.reading.clean import Ink
from digitscan.reading.components import Components, components, label_again
from digitscan.reading.group import comb_neighbors
from digitscan.reading.links import groups_of, link_components, link_in_combs, parted_by_ruling
from digitscan.reading.rulings import Rulings
from digitscan.reading.runs import true_places
from digitscan.reading.standing import cells_of, on_ruling
from digitscan.types import Box, Gray, Ints, Mask

MIN_SIDE_PER_STROKE = 2.2
"""A component whose longer side is below this many stroke widths is a speck."""
TALLEST = 240
"""A component taller than this, in working pixels, is a drawing."""
LEAST_AREA_PER_STROKE = 6.0
"""What is of no word is a speck where it has less ink than a stroke so many pixels long."""
LEAST_HEIGHT_PER_STROKE = 3.0
"""A word lower than this many stroke widths holds no digit."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """Ink components that a reader would read in one go; everything in working pixels.

    `labels` is (h, w) int32 over `box`: 0 elsewhere, 1..N for the ink of each component, whose
    boxes stand in `parts` (N, 4) int32 as x, y, width, height relative to `box`, left to right.
    `darkness` is (h, w) uint8 over `box`. `cell` is the index of the cell it stands in or -1.
    `height` is that of a typical tall component. `chroma` is how much more colourful the ink is
    than the page's print, 0 to 1, as `with_chroma` measures it: 0 on a grey page. `penned` where it
    is of the coloured pen that was told from print. `last` is the last of the comb cells over which
    it goes on, `cell` the first; -1 for none. `over` is how many they are: each holds a digit.
    """

    box: Box
    labels: Ints
    parts: Ints
    darkness: Gray
    cell: int
    height: float
    chroma: float = 0.0
    penned: bool = False
    last: int = -1
    over: int = 1

    @property
    def mask(self) -> Mask:
        """(h, w) the word's own ink, 0/1."""
        return (self.labels > 0).astype(np.uint8)


def find_words(ink: Ink, rulings: Rulings) -> list[Word]:
    """Find the words on a page; see `words_and_rest`."""
    return words_and_rest(ink, rulings)[0]


def words_and_rest(
    ink: Ink,
    rulings: Rulings,
    field: bool = False,
    found: Components | None = None,
    combs: NDArray[np.int32] | None = None,
) -> tuple[list[Word], Mask]:
    """Find the words on a page from which the rulings are already removed, and the ink in none.

    In a `field`, a picture of one entry, all that is written is one word. Specks are left out of
    the rest.

    Parameters
    ----------
    ink
        The page at working scale without rulings.
    rulings
        Its cells, which no word crosses.
    found
        The components of its ink where they are known already; the labels of those that are parted
        are changed.
    combs
        As `comb_neighbors` gives it of the cells, where it is known already.
    """
    _, labels, stats = components(ink.mask) if found is None else found
    mask = ink.mask
    stacked = part_stacked(mask, labels, stats, rulings.cells, rulings.labels)
    if stacked is not None:
        mask = stacked
        _, labels, stats = components(mask)
    following = comb_neighbors(rulings.cells) if combs is None else combs
    order = np.arange(len(stats))
    parted = part_at_borders(mask, labels, stats, rulings.cells, following)
    if parted is not None:
        changed = np.unique(labels.ravel()[true_places((parted != mask).ravel())])
        stats, order = label_again(parted, labels, stats, changed)
    written = _penned(labels, len(stats), ink)
    keep = _plausible(stats, ink) & (written | ~on_ruling(stats[:, :4], rulings))
    if not keep.any():
        return [], _rest(labels, stats, np.arange(0), ink)
    ids = order[keep[order]]
    boxes = stats[ids, :4]
    own = cells_of(boxes, rulings)
    cells, until, over = joined_cells(boxes, own, rulings.cells, following)
    penned = written[ids]
    every = np.arange(len(boxes), dtype=np.int32)
    links: list[Ints] = [np.stack((0 * every, every), 1)]  # a field's are all one word
    if not field:
        pens, prints = np.where(penned, cells, -1), np.where(penned, -1, cells)
        # As if print and pen stood in other cells: neither is of the other's words.
        apart = np.where(pens >= 0, cells + len(rulings.cells), np.where(penned, -2, cells))
        beside = link_components(boxes, apart)
        beside = beside[~parted_by_ruling(boxes, beside, rulings.vertical)]
        links = [beside, link_in_combs(prints, following), link_in_combs(pens, following)]
    groups = groups_of(boxes, np.concatenate(links))
    words = _words(ids, *groups, stats, labels, cells, (until, over), penned, ink)
    tall = [word.height >= LEAST_HEIGHT_PER_STROKE * ink.stroke for word in words]
    used = ids[groups[0][np.repeat(tall, groups[1])]]
    return list(itertools.compress(words, tall)), _rest(labels, stats, used, ink)


def _rest(labels: Ints, stats: Ints, used: Ints, ink: Ink) -> Mask:
    """Draw the components that are of no word, but for specks; `used` are the labels of those."""
    rest = np.zeros_like(ink.mask)
    large = stats[:, 4] >= LEAST_AREA_PER_STROKE * ink.stroke
    large[0] = False
    large[used] = False
    for label in np.flatnonzero(large).tolist():
        x, y, width, height = stats[label, :4].tolist()
        window = slice(y, y + height), slice(x, x + width)
        rest[window] |= labels[window] == label
    return rest


def _penned(labels: NDArray[np.int32], count: int, ink: Ink) -> NDArray[np.bool_]:
    """Tell which labels are those of a coloured pen's ink; no component holds both.

    (count,) bool, label 0 included.
    """
    penned = np.zeros(count, np.bool_)
    if ink.pen is not None:
        penned[labels[ink.pen > 0]] = True
    return penned


def _plausible(stats: Ints, ink: Ink) -> NDArray[np.bool_]:
    """Tell components that may be part of a digit from specks, drawings and blocks; (N,) bool."""
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    longer = np.maximum(width, height)
    keep: NDArray[np.bool_] = longer >= max(4.0, MIN_SIDE_PER_STROKE * ink.stroke)
    keep &= (height <= TALLEST) & (width <= 4 * TALLEST)
    keep &= ~((area > 0.85 * width * height) & (np.minimum(width, height) > 4 * ink.stroke))
    keep[0] = False
    return keep


def _words(
    ids: Ints,
    order: Ints,
    sizes: Ints,
    stats: Ints,
    labels: Ints,
    cells: Ints,
    joined: tuple[Ints, Ints],
    penned: NDArray[np.bool_],
    ink: Ink,
) -> list[Word]:
    """Cut the words out of the page.

    `ids` are the labels of the components that make words, `cells` where they stand, `joined`
    the last cell that writing goes on to from each cell and how many these are, `penned` whether
    they are a coloured pen's; `order` and `sizes` are as `groups_of` gives them, `stats` and
    `labels` as `components` does.
    """
    begin = np.cumsum(sizes) - sizes
    own = ids[order]
    x, y, width, height = stats[own, :4].T
    left, top = np.minimum.reduceat(x, begin), np.minimum.reduceat(y, begin)
    right, bottom = np.maximum.reduceat(x + width, begin), np.maximum.reduceat(y + height, begin)
    frames = np.stack((left, top, right, bottom), 1).tolist()
    place = np.arange(1, own.size + 1) - np.repeat(begin, sizes)  # in its word, from 1
    corner = np.stack((left, top, 0 * left, 0 * top), 1)
    parts = stats[own, :4] - np.repeat(corner, sizes, axis=0)
    number = np.zeros(len(stats), np.int32)  # in the word that is being cut out
    first = order[begin]
    cell, pens = cells[first], penned[first]
    last, over = np.append(joined[0], -1)[cell], np.append(joined[1], 1)[cell]
    told = begin, begin + sizes, cell, _typical_heights(height, begin), pens, last, over
    words = []
    for frame, start, stop, cell, tall, pen, last, over in zip(
        frames, *(each.tolist() for each in told), strict=True
    ):
        left, top, right, bottom = frame
        window = slice(top, bottom), slice(left, right)
        number[own[start:stop]] = place[start:stop]
        words.append(
            Word(
                box=Box(left, top, right - left, bottom - top),
                labels=number.take(labels[window]),
                parts=parts[start:stop],
                darkness=(ink.pen if ink.pen is not None and pen else ink.darkness)[window],
                cell=cell,
                height=tall,
                penned=pen,
                last=last,
                over=over,
            )
        )
        number[own[start:stop]] = 0
    return words


def _typical_heights(height: Ints, begin: Ints) -> NDArray[np.float64]:
    """Return the median height of each word's components at least half as tall as its tallest.

    `height` is (N,), word after word from `begin`, (W,), on.
    """
    end = np.append(begin[1:], height.size)
    word = np.repeat(np.arange(begin.size), end - begin)
    ordered = height[np.lexsort((height, word))]
    low = 2 * ordered < ordered[end - 1][word]
    first = begin + np.add.reduceat(low, begin, dtype=np.intp)
    count = end - first
    middle = ordered[first + (count - 1) // 2] + ordered[first + count // 2]
    return np.asarray(middle / 2, np.float64)
