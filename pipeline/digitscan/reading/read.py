"""The sentence: clean, find, read, decide, group."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from digitscan.reading.clean import Ink, clean
from digitscan.reading.decide import decide
from digitscan.reading.engine import GlyphEngine, load_glyph_engine
from digitscan.reading.find import Word, find_words
from digitscan.reading.glyphs import GlyphReading, part_crops, read_lattice, run_crops
from digitscan.reading.group import comb_groups, reading_order, tight_box
from digitscan.reading.kinds import find_company, in_company, print_log_odds
from digitscan.reading.rulings import Rulings, find_rulings, remove_rulings
from digitscan.reading.split import Lattice, split
from digitscan.settings import ReadingSettings
from digitscan.types import Box, Digit, Floats, Gray, Kind, Number, Page, PageReading

SURE = 0.95
"""A whole component read with this probability is not cut."""


@dataclass(slots=True, eq=False)
class _Work:
    """A page on its way through the stages."""

    page: Page
    ink: Ink
    rulings: Rulings
    words: list[Word]
    seconds: dict[str, float] = field(default_factory=dict)
    kinds: list[Kind] = field(default_factory=list)
    whole: list[np.ndarray] = field(default_factory=list)


class Reader:
    """Reads pages; made once a process, since it holds the network.

    Raises
    ------
    ModelError
        The network is missing, damaged or of another version.
    """

    def __init__(self, settings: ReadingSettings | None = None) -> None:
        self.settings = settings or ReadingSettings()
        self.glyphs = load_glyph_engine()

    def read_page(self, page: Page) -> PageReading:
        """Read one page."""
        return self.read_pages([page])[0]

    def read_pages(self, pages: Sequence[Page]) -> list[PageReading]:
        """Read pages, classifying the glyphs of all of them together."""
        works = [self._prepare(page) for page in pages]
        self._first_look(works)
        return [self._finish(work) for work in works]

    def _prepare(self, page: Page) -> _Work:
        seconds: dict[str, float] = {}
        with _timed(seconds, "clean"):
            ink = clean(page)
        with _timed(seconds, "rulings"):
            rulings = find_rulings(ink)
            ink = remove_rulings(ink, rulings)
        with _timed(seconds, "find"):
            words = find_words(ink, rulings)
        return _Work(page, ink, rulings, words, seconds)

    def _first_look(self, works: list[_Work]) -> None:
        """Classify every whole component: which need no cut, and what is print."""
        for work in works:
            with _timed(work.seconds, "glyphs"):
                chosen = [_big_parts(word) for word in work.words]
                crops = [
                    c for w, k in zip(work.words, chosen, strict=True) for c in part_crops(w, k)
                ]
                scores = self.glyphs.classify(_stack(crops))
                borders = np.cumsum([len(k) for k in chosen])[:-1]
                digit = np.split(scores.digit, borders)
                printed = np.split(scores.printed, borders)
            with _timed(work.seconds, "kinds"):
                odds, count = print_log_odds(printed)
                odds = in_company(odds, count, find_company(work.words, work.rulings.cells))
                for word, parts, probability, odd in zip(
                    work.words, chosen, digit, odds, strict=True
                ):
                    work.kinds.append(Kind.PRINTED if odd > 0 else Kind.HANDWRITTEN)
                    whole = np.zeros(len(word.parts), np.bool_)
                    whole[parts] = probability[:, :10].max(1, initial=0) > SURE
                    work.whole.append(whole)

    def _finish(self, work: _Work) -> PageReading:
        stroke = work.ink.stroke
        entries: list[tuple[Number, Word]] = []
        with _timed(work.seconds, "split"):
            chosen = [i for i, kind in enumerate(work.kinds) if kind is Kind.HANDWRITTEN]
            lattices = [split(work.words[i], work.whole[i], stroke) for i in chosen]
        with _timed(work.seconds, "glyphs"):
            crops = [
                c
                for i, l in zip(chosen, lattices, strict=True)
                for c in run_crops(work.words[i], l)
            ]
            scores = self.glyphs.classify(_stack(crops))
            borders = np.cumsum([len(l.runs) for l in lattices])[:-1]
            parts = np.split(scores.digit, borders)
        with _timed(work.seconds, "decide"):
            for i, lattice, probability in zip(chosen, lattices, parts, strict=True):
                word = work.words[i]
                reading = read_lattice(lattice, probability, word.height, stroke)
                if not reading.digits:
                    continue
                entries.append((self._number(work, word, lattice, reading), word))
        with _timed(work.seconds, "group"):
            order = reading_order([number.box for number, _ in entries])
            numbers = tuple(entries[i][0] for i in order)
        page = work.page
        return PageReading(page.file, page.number, page.width, page.height, numbers, work.seconds)

    def _number(self, work: _Work, word: Word, lattice: Lattice, reading: GlyphReading) -> Number:
        decision = decide(reading)
        digits = tuple(
            Digit(digit.value, confidence, _page_box(work, word, lattice, digit.run))
            for digit, confidence in zip(reading.digits, decision.digit_confidence, strict=True)
        )
        return Number(digits, decision.confidence, Kind.HANDWRITTEN, decision.confidence < 0.9)


def _page_box(work: _Work, word: Word, lattice: Lattice, run: int) -> Box:
    first, count = lattice.runs[run].tolist()
    rows, columns = np.nonzero((lattice.labels > first) & (lattice.labels <= first + count))
    x, y = columns + word.box.x, rows + word.box.y
    corners = np.concatenate([np.stack((x + dx, y + dy), 1) for dx in (0, 1) for dy in (0, 1)])
    points = np.c_[corners, np.ones(len(corners))] @ work.ink.to_page.T
    return tight_box(points[:, :2] / points[:, 2:], (work.page.width, work.page.height))


def _big_parts(word: Word) -> np.ndarray:
    """Return the components large enough to be a glyph of this word; (k,) int32."""
    high = word.parts[:, 3] > 0.4 * word.height
    wide = word.parts[:, 2] > 0.5 * word.height
    return np.flatnonzero(high | wide).astype(np.int32)


def _stack(crops: list[Gray]) -> np.ndarray:
    return np.stack(crops) if crops else np.zeros((0, 28, 28), np.uint8)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
