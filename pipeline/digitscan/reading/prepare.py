"""The first half of the sentence: a page cleaned, its rulings taken away, its words found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.binarize import binarize, levels_of, without_pattern
from digitscan.reading.chroma import with_chroma
from digitscan.reading.clean import Ink, clean
from digitscan.reading.colors import colors_of
from digitscan.reading.components import components
from digitscan.reading.creases import without_creases
from digitscan.reading.find import Word, words_and_rest
from digitscan.reading.geometry import map_box, quarter_turn
from digitscan.reading.group import comb_neighbors, comb_rows
from digitscan.reading.guides import remove_guides
from digitscan.reading.leftover import leftover_cells
from digitscan.reading.parting import with_pen
from digitscan.reading.pens import find_pen
from digitscan.reading.rulings import Rulings, find_rulings, remove_rulings
from digitscan.reading.scale import is_field, is_part, is_small
from digitscan.types import Box, Page

Seconds = dict[str, float]
"""Time spent, by stage."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A page with its ink, rulings and words found; `combs` as `comb_neighbors` gives it.

    `field` is true where the page is no more than a field cut out of one: it counts as a cell.
    `leftovers` are the cells with ink that is in no word, as `leftover_cells` gives them.
    `turns` quarter turns, as `np.rot90` does them, have set the page upright.
    """

    page: Page
    turns: int
    ink: Ink
    rulings: Rulings
    combs: NDArray[np.int32]
    field: bool
    words: list[Word]
    leftovers: tuple[int, ...]
    seconds: Seconds

    @cached_property
    def rows(self) -> NDArray[np.int32]:
        """(N,) the comb that each word stands in, or -1."""
        return np.append(comb_rows(self.combs), -1)[[word.cell for word in self.words]]

    @property
    def part(self) -> bool:
        """Whether it is a small part cut out of a page: the cut may run through boxes."""
        return is_part(self.ink.mask.shape, self.ink.stroke)

    def box_upright(self, box: Box) -> Box:
        """Return where a box of the page stands once the page is set upright."""
        if self.turns == 0:
            return box
        size = self.ink.page_size if self.turns % 2 == 0 else self.ink.page_size[::-1]
        return map_box(box, quarter_turn(-self.turns, size), size)


def prepare(page: Page, turns: int = 0) -> Prepared:
    """Turn a page as `np.rot90` does, clean it, take its rulings away and find the words."""
    seconds: Seconds = {}
    with timed(seconds, "clean"):
        ink = clean(page, turns)
        levels = levels_of(ink.darkness)
        if not is_small(ink.mask.shape):
            plain = without_pattern(ink.darkness, ink.mask, levels)
            if plain is not ink.darkness:
                ink, levels = replace(ink, darkness=plain), levels_of(plain)
    with timed(seconds, "rulings"):
        colors = colors_of(page.pixels, ink)
        pen = find_pen(colors, ink)
        rulings = find_rulings(ink, pen)
        ink = replace(ink, mask=binarize(ink.darkness, rulings.tone, levels))
        bare = remove_rulings(remove_guides(ink, rulings), rulings)
        if pen is not None:
            bare = with_pen(ink, bare, pen, (rulings.horizontal, rulings.vertical))
        ink = bare
        field = is_field(ink.mask.shape, ink.stroke) and not rulings.cells
        if field:
            rulings = as_cell(rulings)
        combs = comb_neighbors(rulings.cells)
    with timed(seconds, "find"):
        found = components(ink.mask)
        if not field and (flat := without_creases(ink, rulings, found)) is not ink:
            ink, found = flat, components(flat.mask)
        words, rest = words_and_rest(ink, rulings, field, found, combs)
        words = with_chroma(words, colors)
        leftovers = () if field else leftover_cells(rest, ink.stroke, rulings)
    return Prepared(page, turns, ink, rulings, combs, field, words, leftovers, seconds)


def as_cell(rulings: Rulings) -> Rulings:
    """Return the rulings with the whole picture as their one cell."""
    height, width = rulings.labels.shape
    return replace(
        rulings,
        cells=(Box(0, 0, width, height),),
        labels=np.ones((height, width), np.uint16),
    )


@contextmanager
def timed(seconds: Seconds, stage: str) -> Iterator[None]:
    """Add the time a stage takes to its entry."""
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
