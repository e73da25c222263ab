"""The sentence: clean, find, tell print from hand, read twice, decide, group."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitscan.reading.crop import Strip, cut_strip, field_strip
from digitscan.reading.decide import (
    POSSIBLE,
    PRINT_ODDS,
    Decision,
    DecisionModel,
    are_numbers,
    decide,
    decide_print,
    glyph_odds,
)
from digitscan.reading.engine import (
    GLYPH,
    GlyphScores,
    load_glyph_engine,
    load_strip_engine,
    model_hash,
    read_card,
    shipped_weights,
)
from digitscan.reading.find import Word
from digitscan.reading.geometry import map_pixels
from digitscan.reading.glyphs import GlyphReading, part_crops, read_lattice, run_crops
from digitscan.reading.group import chains, reading_order
from digitscan.reading.kinds import find_company
from digitscan.reading.look import Look, big_parts, judge_looks
from digitscan.reading.prepare import Prepared, prepare, timed
from digitscan.reading.split import Lattice, split
from digitscan.reading.strips import StripReading, read_strips
from digitscan.reading.turns import quarter_turns
from digitscan.settings import ReadingSettings
from digitscan.types import Digit, Gray, Kind, Number, Page, PageReading


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A word that was read: what is written by both readers, what is printed by the first."""

    word: Word
    lattice: Lattice
    glyphs: GlyphReading
    strips: tuple[Strip, StripReading] | None

    @property
    def kind(self) -> Kind:
        """Who made the word."""
        return Kind.PRINTED if self.strips is None else Kind.HANDWRITTEN


class Reader:
    """Reads pages; made once a process, since it holds the networks.

    With `printed` it reads what machines printed as well as what pens wrote; `weights` is another
    folder of networks and card than the shipped one.

    Raises
    ------
    ModelError
        A network is missing, damaged or of another version.
    """

    def __init__(
        self,
        settings: ReadingSettings | None = None,
        printed: bool = False,
        weights: Path | None = None,
    ) -> None:
        self.settings = settings or ReadingSettings()
        self._printed = printed
        weights, engine = weights or shipped_weights(), self.settings.engine
        glyph_model = self.settings.glyph_model or weights / GLYPH
        self.model_hash = model_hash(glyph_model, weights, engine)
        self._glyphs = load_glyph_engine(glyph_model, engine)
        self._strips = load_strip_engine(weights, engine)
        self._decision = DecisionModel.from_card(read_card(weights))

    def read_page(self, page: Page) -> PageReading:
        """Read one page."""
        return self.read_pages([page])[0]

    def read_pages(self, pages: Sequence[Page]) -> list[PageReading]:
        """Read pages; the glyph network sees the glyphs of all of them in common batches."""
        prepared = [self._prepare(page) for page in pages]
        looks = self._look(prepared)
        entries = self._read(prepared, looks)
        return [self._report(*pair) for pair in zip(prepared, entries, strict=True)]

    def _prepare(self, page: Page) -> Prepared:
        """Prepare a page, and once more where its writing says that it is turned."""
        prepared = prepare(page)
        with timed(prepared.seconds, "turns"):
            turns = quarter_turns(prepared, self._glyphs)
        if not turns:
            return prepared
        upright = prepare(page, turns)
        upright.seconds["turns"] = sum(prepared.seconds.values())
        return upright

    def _look(self, pages: list[Prepared]) -> list[list[Look]]:
        """Look at whole components: which words are print, which components need no cut."""
        chosen = [[big_parts(word) for word in page.words] for page in pages]
        scores = self._classify(
            pages,
            [
                [part_crops(word, parts) for word, parts in zip(page.words, big, strict=True)]
                for page, big in zip(pages, chosen, strict=True)
            ],
        )
        return [judge_looks(*found) for found in zip(pages, chosen, scores, strict=True)]

    def read_entries(self, page: Page) -> tuple[Prepared, list[Entry]]:
        """Read one page up to what both readers say, undecided: what the decision learns from."""
        prepared = [self._prepare(page)]
        return prepared[0], self._read(prepared, self._look(prepared))[0]

    def _read(self, pages: list[Prepared], looks: list[list[Look]]) -> list[list[Entry]]:
        """Read the words of the wanted kind with both readers; keep those that are numbers."""
        wanted = [
            [
                (word, look)
                for word, look in zip(page.words, seen, strict=True)
                if self._printed or look.kind is Kind.HANDWRITTEN
            ]
            for page, seen in zip(pages, looks, strict=True)
        ]
        lattices = []
        for page, words in zip(pages, wanted, strict=True):
            with timed(page.seconds, "split"):
                lattices.append([split(word, look.whole, page.ink.stroke) for word, look in words])
        scores = self._classify(
            pages,
            [
                [run_crops(word, lattice) for (word, _), lattice in zip(words, cut, strict=True)]
                for words, cut in zip(wanted, lattices, strict=True)
            ],
        )
        return [
            self._entries(*found) for found in zip(pages, wanted, lattices, scores, strict=True)
        ]

    def _entries(
        self,
        page: Prepared,
        words: list[tuple[Word, Look]],
        lattices: list[Lattice],
        scores: list[GlyphScores],
    ) -> list[Entry]:
        """Read one page's words and keep the numbers."""
        with timed(page.seconds, "glyphs"):
            first = [
                read_lattice(lattice, score.digit, word.height, page.ink.stroke)
                for (word, _), lattice, score in zip(words, lattices, scores, strict=True)
            ]
            odds = glyph_odds(first)
            by_hand = np.array([look.kind is Kind.HANDWRITTEN for _, look in words], np.bool_)
            possible = np.flatnonzero(by_hand & (odds > POSSIBLE)).tolist()
            printed = np.flatnonzero(~by_hand & (odds > PRINT_ODDS)).tolist()
        with timed(page.seconds, "strips"):
            strips = [_strip(page, words[i][0]) for i in possible]
            second = read_strips([strip.pixels for strip in strips], self._strips)
        with timed(page.seconds, "kinds"):
            numbers = are_numbers(
                [words[i][0] for i in possible],
                [first[i] for i in possible],
                second,
                find_company([words[i][0] for i in possible], page.rulings.cells),
                page.field,
            )
        seen = zip(possible, strips, second, strict=True)
        written = [
            Entry(words[i][0], lattices[i], first[i], (strip, reading))
            for (i, strip, reading), number in zip(seen, numbers, strict=True)
            if number
        ]
        return written + [Entry(words[i][0], lattices[i], first[i], None) for i in printed]

    def _report(self, page: Prepared, entries: list[Entry]) -> PageReading:
        """Decide what each entry says, join combs, put the numbers in reading order."""
        with timed(page.seconds, "decide"):
            decisions = [
                decide(self._decision, e.word, e.lattice, e.glyphs, *e.strips)
                if e.strips
                else decide_print(e.lattice, e.glyphs)
                for e in entries
            ]
            kept = [pair for pair in zip(entries, decisions, strict=True) if pair[1].digits]
            groups = chains([entry.word.cell for entry, _ in kept], page.combs)
            numbers = [self._number(page, [kept[i] for i in group]) for group in groups]
            order = reading_order([page.box_upright(number.box) for number in numbers])
        source = page.page
        return PageReading(
            source.file,
            source.number,
            source.width,
            source.height,
            tuple(numbers[i] for i in order),
            page.seconds,
        )

    def _number(self, page: Prepared, parts: list[tuple[Entry, Decision]]) -> Number:
        """Make one number of the entries of neighbouring comb cells, or of a single entry."""
        digits = []
        for entry, decision in parts:
            left, top = entry.word.box.x, entry.word.box.y
            for digit in decision.digits:
                rows, columns = digit.pixels
                box = map_pixels(rows + top, columns + left, page.ink.to_page, page.ink.page_size)
                digits.append(Digit(digit.value, digit.confidence, box))
        confidence = float(np.prod([decision.confidence for _, decision in parts]))
        review = confidence < self.settings.accept
        return Number(tuple(digits), confidence, parts[0][0].kind, review)

    def _classify(
        self, pages: list[Prepared], crops: list[list[list[Gray]]]
    ) -> list[list[GlyphScores]]:
        """Classify the crops of all pages, grouped by word, in one batch."""
        start = time.perf_counter()
        flat = [crop for page in crops for group in page for crop in group]
        scores = self._glyphs.classify(np.stack(flat) if flat else np.zeros((0, 28, 28), np.uint8))
        each = (time.perf_counter() - start) / max(1, len(flat))
        first = 0
        result = []
        for page, groups in zip(pages, crops, strict=True):
            found = []
            for group in groups:
                last = first + len(group)
                found.append(GlyphScores(scores.digit[first:last], scores.printed[first:last]))
                first = last
            count = sum(len(group) for group in groups)
            page.seconds["glyphs"] = page.seconds.get("glyphs", 0.0) + each * count
            result.append(found)
        return result


def _strip(page: Prepared, word: Word) -> Strip:
    """Cut out what the strip reader sees of a word: of a field, all of it."""
    if page.field:
        height, width = page.ink.darkness.shape
        return field_strip(word, page.page.pixels, (width, height))
    return cut_strip(word, page.ink.darkness)
