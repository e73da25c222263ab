"""The sentence: clean, find, tell print from hand, read, decide, group."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.clean import Ink, clean
from digitscan.reading.decide import are_numbers, decide
from digitscan.reading.engine import GlyphEngine, GlyphScores, load_glyph_engine, model_hash
from digitscan.reading.find import Word, find_words
from digitscan.reading.glyphs import GlyphReading, part_crops, read_lattice, run_crops
from digitscan.reading.group import chains, comb_neighbors, reading_order, tight_box
from digitscan.reading.kinds import find_company, in_company, print_log_odds
from digitscan.reading.rulings import Rulings, find_rulings, remove_rulings
from digitscan.reading.split import Lattice, split
from digitscan.settings import ReadingSettings
from digitscan.types import Box, Digit, Gray, Kind, Number, Page, PageReading

SURE = 0.95
"""A whole component read as a digit with this probability is not cut."""

Seconds = dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A page with its ink, rulings and words found; `combs` as `comb_neighbors` gives it."""

    page: Page
    ink: Ink
    rulings: Rulings
    combs: NDArray[np.int32]
    words: list[Word]
    seconds: Seconds


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A word that was read."""

    word: Word
    kind: Kind
    lattice: Lattice
    reading: GlyphReading


class Reader:
    """Reads pages; made once a process, since it holds the networks.

    Raises
    ------
    ModelError
        A network is missing, damaged or of another version.
    """

    def __init__(self, settings: ReadingSettings | None = None) -> None:
        self.settings = settings or ReadingSettings()
        self.model_hash = model_hash(self.settings.glyph_model)
        self._glyphs: GlyphEngine = load_glyph_engine(self.settings.glyph_model)

    def read_page(self, page: Page) -> PageReading:
        """Read one page."""
        return self.read_pages([page])[0]

    def read_pages(self, pages: Sequence[Page]) -> list[PageReading]:
        """Read pages; the networks look at the glyphs of all of them in common batches."""
        return [self._read(prepare(page)) for page in pages]

    def _read(self, prepared: Prepared) -> PageReading:
        page, seconds = prepared.page, prepared.seconds
        with _timed(seconds, "kinds"):
            kinds, whole = self._first_look(prepared)
        entries = self._second_look(prepared, kinds, whole)
        with _timed(seconds, "group"):
            numbers = self._numbers(prepared, entries)
        return PageReading(page.file, page.number, page.width, page.height, numbers, seconds)

    def _first_look(self, prepared: Prepared) -> tuple[list[Kind], list[NDArray[np.bool_]]]:
        """Look at whole components: which words are print, which components need no cut."""
        words = prepared.words
        chosen = [_big_parts(word) for word in words]
        scores = self._classify(
            [part_crops(word, parts) for word, parts in zip(words, chosen, strict=True)]
        )
        odds, count = print_log_odds([score.printed for score in scores])
        odds = in_company(odds, count, find_company(words, prepared.rulings.cells))
        kinds = [Kind.PRINTED if odd > 0 else Kind.HANDWRITTEN for odd in odds]
        whole = []
        for word, parts, score in zip(words, chosen, scores, strict=True):
            sure = np.zeros(len(word.parts), np.bool_)
            sure[parts] = score.digit[:, :10].max(1, initial=0) > SURE
            whole.append(sure)
        return kinds, whole

    def _second_look(
        self, prepared: Prepared, kinds: list[Kind], whole: list[NDArray[np.bool_]]
    ) -> list[Entry]:
        """Cut, classify and read the words of the wanted kind."""
        stroke = prepared.ink.stroke
        with _timed(prepared.seconds, "split"):
            chosen = [i for i, kind in enumerate(kinds) if kind is Kind.HANDWRITTEN]
            lattices = [split(prepared.words[i], whole[i], stroke) for i in chosen]
        with _timed(prepared.seconds, "glyphs"):
            scores = self._classify(
                [run_crops(prepared.words[i], x) for i, x in zip(chosen, lattices, strict=True)]
            )
        with _timed(prepared.seconds, "path"):
            entries = [
                Entry(
                    prepared.words[i],
                    kinds[i],
                    lattice,
                    read_lattice(lattice, score.digit, prepared.words[i].height, stroke),
                )
                for i, lattice, score in zip(chosen, lattices, scores, strict=True)
            ]
            company = find_company([entry.word for entry in entries], prepared.rulings.cells)
            numbers = are_numbers(
                [entry.word for entry in entries],
                [entry.reading for entry in entries],
                company,
                stroke,
            )
        return [entry for entry, number in zip(entries, numbers, strict=True) if number]

    def _classify(self, groups: list[list[Gray]]) -> list[GlyphScores]:
        """Classify groups of crops in one batch."""
        crops = [crop for group in groups for crop in group]
        if not crops:
            return [self._glyphs.classify(np.zeros((0, 28, 28), np.uint8)) for _ in groups]
        scores = self._glyphs.classify(np.stack(crops))
        borders = np.cumsum([len(group) for group in groups])[:-1]
        return [
            GlyphScores(digit, printed)
            for digit, printed in zip(
                np.split(scores.digit, borders), np.split(scores.printed, borders), strict=True
            )
        ]

    def _numbers(self, prepared: Prepared, entries: list[Entry]) -> tuple[Number, ...]:
        """Join the entries of combs, judge every number, put all in reading order."""
        groups = chains([entry.word.cell for entry in entries], prepared.combs)
        numbers = []
        for group in groups:
            digits: list[Digit] = []
            confidence = 1.0
            for entry in (entries[i] for i in group):
                decision = decide(entry.reading)
                confidence *= decision.confidence
                for digit, sure in zip(
                    entry.reading.digits, decision.digit_confidence, strict=True
                ):
                    digits.append(Digit(digit.value, sure, _page_box(prepared, entry, digit.run)))
            kind = entries[group[0]].kind
            numbers.append(Number(tuple(digits), confidence, kind, review=confidence < 0.9))
        order = reading_order([number.box for number in numbers])
        return tuple(numbers[i] for i in order)


def prepare(page: Page) -> Prepared:
    """Clean a page, take its rulings away and find the words."""
    seconds: Seconds = {}
    with _timed(seconds, "clean"):
        ink = clean(page)
    with _timed(seconds, "rulings"):
        rulings = find_rulings(ink)
        ink = remove_rulings(ink, rulings)
        combs = comb_neighbors(rulings.cells)
    with _timed(seconds, "find"):
        words = find_words(ink, rulings)
    return Prepared(page, ink, rulings, combs, words, seconds)


def _page_box(prepared: Prepared, entry: Entry, run: int) -> Box:
    """Return the tight box of a run's ink in page pixels."""
    first, count = entry.lattice.runs[run].tolist()
    labels = entry.lattice.labels
    rows, columns = np.nonzero((labels > first) & (labels <= first + count))
    x, y = columns + entry.word.box.x, rows + entry.word.box.y
    corners = np.concatenate([np.stack((x + dx, y + dy), 1) for dx in (0, 1) for dy in (0, 1)])
    points = np.c_[corners, np.ones(len(corners))] @ prepared.ink.to_page.T
    return tight_box(points[:, :2] / points[:, 2:], (prepared.page.width, prepared.page.height))


def _big_parts(word: Word) -> NDArray[np.int32]:
    """Return the components large enough to be a glyph of their word; (k,) int32."""
    high = word.parts[:, 3] > 0.4 * word.height
    wide = word.parts[:, 2] > 0.5 * word.height
    return np.flatnonzero(high | wide).astype(np.int32)


@contextmanager
def _timed(seconds: Seconds, stage: str) -> Iterator[None]:
    """Add the time a stage takes to its entry."""
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
