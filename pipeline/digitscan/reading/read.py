"""The sentence: clean, find, tell print from hand, read twice, decide, group."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.alone import stand_alone
from digitscan.reading.cascade import ask_second, settled
from digitscan.reading.crop import mnist_crops
from digitscan.reading.engine import (
    Classifier,
    GlyphScores,
    Kinds,
    load_strip_engine,
    model_hash,
    read_card,
    shipped_weights,
)
from digitscan.reading.first import Cut, cut, read_first
from digitscan.reading.glyphs import part_inks
from digitscan.reading.group import comb_rows
from digitscan.reading.judge import Entries, Entry, Judge
from digitscan.reading.kinds import Company, find_company
from digitscan.reading.leftover import covered_cells, reaches_out
from digitscan.reading.look import (
    SURELY_PRINTED,
    Look,
    Odds,
    big_parts,
    few_parts,
    judge_looks,
    kinds_at_a_look,
    kinds_of_digits,
    print_odds,
    told_by_few,
)
from digitscan.reading.marks import are_crosses
from digitscan.reading.numbers import Said, boxes_of, numbers_of
from digitscan.reading.prepare import Prepared, prepare, timed
from digitscan.reading.quick import load_classifier
from digitscan.reading.sift import glyph_odds, may_be_numbers
from digitscan.reading.together import parted
from digitscan.reading.turns import quarter_turns
from digitscan.settings import ReadingSettings
from digitscan.types import Gray, Page, PageReading


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
        glyph_model = self.settings.glyph_model
        self.model_hash = model_hash(glyph_model, weights, engine)
        self._glyphs = load_classifier(weights, glyph_model, engine)
        self._strips = load_strip_engine(weights, engine)
        self._judge = Judge.from_card(read_card(weights), trusted=glyph_model is None)

    def read_page(self, page: Page) -> PageReading:
        """Read one page."""
        return self.read_pages([page])[0]

    def read_pages(self, pages: Sequence[Page]) -> list[PageReading]:
        """Read pages; the glyph network sees the glyphs of all of them in common batches."""
        prepared = [self.prepare(page) for page in pages]
        entries = self.read_entries(prepared)
        return [self._report(*pair) for pair in zip(prepared, entries, strict=True)]

    def prepare(self, page: Page) -> Prepared:
        """Prepare a page, and once more where its writing says that it is turned."""
        prepared = prepare(page)
        with timed(prepared.seconds, "turns"):
            turns = quarter_turns(prepared, self._glyphs)
        if not turns:
            return prepared
        upright = prepare(page, turns)
        upright.seconds["turns"] = sum(prepared.seconds.values())
        return upright

    def _look(self, pages: list[Prepared], company: list[Company]) -> list[list[Look]]:
        """Look at whole components: which words are print, which components need no cut."""
        big, few = [], []
        for page in pages:
            with timed(page.seconds, "glyphs"):
                big.append(big_parts(page.words))
                few.append(few_parts(page.words, big[-1]))
        told = self._told_by_few(pages, company, few)
        chosen = [
            [parts & (not known) for parts, known in zip(page, count.tolist(), strict=True)]
            for page, (_, count) in zip(big, told, strict=True)
        ]
        inks = _inks(pages, chosen)
        looked = [[len(some) for some in page] for page in inks]
        kinds = None if self._printed else kinds_at_a_look(pages, company, looked, told)
        scores = self._classify(pages, inks, self._glyphs, kinds)
        found = zip(pages, company, chosen, scores, told, strict=True)
        return [judge_looks(*page) for page in found]

    def _told_by_few(
        self, pages: list[Prepared], company: list[Company], few: list[list[NDArray[np.bool_]]]
    ) -> list[Odds]:
        """Tell the words that surely are print by the `few` components chosen of each."""
        if self._printed:  # what is print is read, too
            few = [[np.zeros_like(parts) for parts in page] for page in few]
        inks = _inks(pages, few)
        scores = self._classify(pages, inks, self._glyphs.first)
        looked = [[len(some) for some in page] for page in inks]
        said = [some.printed for some in scores]
        return [told_by_few(*page) for page in zip(pages, company, looked, said, strict=True)]

    def read_entries(self, pages: list[Prepared]) -> list[Entries]:
        """Read prepared pages up to what both readers say, undecided."""
        company = []
        for page in pages:
            with timed(page.seconds, "kinds"):
                combs = comb_rows(page.combs)
                company.append(find_company(page.words, page.rulings.cells, combs))
        looks = self._look(pages, company)
        wanted = [
            [i for i, look in enumerate(seen) if self._printed or look.printed < SURELY_PRINTED]
            for seen in looks
        ]
        cuts = [cut(*found) for found in zip(pages, looks, wanted, strict=True)]
        inks = [some.inks for some in cuts]
        scores = self._classify(pages, inks, self._glyphs, kinds_of_digits)
        return [
            self._entries(*found)
            for found in zip(pages, company, looks, wanted, cuts, scores, strict=True)
        ]

    def _entries(
        self,
        page: Prepared,
        company: Company,
        looks: list[Look],
        wanted: list[int],
        cuts: Cut,
        scores: GlyphScores,
    ) -> Entries:
        """Read one page's wanted words with both readers and keep the numbers of wanted kinds."""
        unread = {*page.leftovers, *_covered(page, looks)}
        if not wanted:
            return Entries([], frozenset(unread))
        words, rows, seen = cuts.words, page.rows[wanted], [looks[i] for i in wanted]
        first = read_first(page, cuts, scores, seen, rows)
        with timed(page.seconds, "glyphs"):
            sure = self._judge.alone_confidence(first.alone)
            certain = stand_alone(page, words, first.readings, seen, sure, rows >= 0)
        odds, among = glyph_odds(first.readings), company.among(wanted)
        second, numbers = ask_second(
            page, words, first.readings, among, odds, rows, certain, self._strips
        )
        possible = np.flatnonzero(may_be_numbers(words, odds, rows)).tolist()
        with timed(page.seconds, "kinds"):
            own = [second[i][1] if i in second else None for i in possible]
            asked = [wanted[i] for i in possible]
            printed = print_odds(looks, company, asked, own, page.rows, page.field)
        those = np.where(numbers, rows, -1)
        clear = settled(words, first.readings, second, those, page.rulings)
        kept = [
            Entry(
                words[i],
                kind,
                cuts.lattices[i],
                first.pieces[i],
                first.in_full(i) if i in second else first.readings[i],
                first.alone[i],
                second.get(i),
                i in clear,
            )
            for i, kind in zip(possible, printed, strict=True)
            if numbers[i] and (self._printed or kind <= 0)
        ]
        crosses = are_crosses(words, page.rulings.cells)
        unread |= {
            words[i].cell
            for i, kind in zip(possible, printed, strict=True)
            if ((not numbers[i] and kind <= 0) or (rows[i] >= 0 and kind > 0)) and not crosses[i]
        }
        return Entries(kept, frozenset(unread - {-1} - {entry.word.cell for entry in kept}))

    def _report(self, page: Prepared, entries: Entries) -> PageReading:
        """Decide what each entry says and put the numbers in reading order."""
        with timed(page.seconds, "decide"):
            decisions = self._judge.decide(entries.numbers)
            found = [
                Said(e.word, e.kind, decision.digits, decision.confidence)
                for e, decision in zip(entries.numbers, decisions, strict=True)
                if decision.digits
            ]
            numbers = numbers_of(page, found, entries.unread, self.settings.accept)
            unread = () if page.field else boxes_of(page, entries.unread)
        source = page.page
        size = source.width, source.height
        return PageReading(source.file, source.number, *size, numbers, page.seconds, unread)

    def _classify(
        self,
        pages: list[Prepared],
        inks: list[list[list[Gray]]],
        network: Classifier,
        kinds: Kinds | None = None,
    ) -> list[GlyphScores]:
        """Classify the glyphs of all pages, cut out and grouped by word, in one batch.

        Returns the scores of each page's glyphs, word after word; `kinds` tells what need not be
        known of them.
        """
        start = time.perf_counter()
        flat = [ink for page in inks for group in page for ink in group]
        scores = network.classify(mnist_crops(flat), kinds)
        each = (time.perf_counter() - start) / max(1, len(flat))
        of_pages = [sum(map(len, groups)) for groups in inks]
        for page, count in zip(pages, of_pages, strict=True):
            page.seconds["glyphs"] = page.seconds.get("glyphs", 0.0) + each * count
        both = parted(scores.digit, of_pages), parted(scores.printed, of_pages)
        return [GlyphScores(*found) for found in zip(*both, strict=True)]


def _inks(pages: list[Prepared], chosen: list[list[NDArray[np.bool_]]]) -> list[list[list[Gray]]]:
    """Cut the `chosen` whole components out of the words of each page."""
    inks = []
    for page, words in zip(pages, chosen, strict=True):
        with timed(page.seconds, "glyphs"):
            parts = [[i for i, large in enumerate(word.tolist()) if large] for word in words]
            inks.append([part_inks(*some) for some in zip(page.words, parts, strict=True)])
    return inks


def _covered(page: Prepared, looks: list[Look]) -> set[int]:
    """Find the cells of no word that are covered by the ink of words read elsewhere."""
    far = [
        word
        for word, look in zip(page.words, looks, strict=True)
        if (look.printed < SURELY_PRINTED if word.cell < 0 else reaches_out(word, page.rulings))
    ]
    own = {word.cell for word in page.words}
    return set(covered_cells(page.ink, page.rulings, far)) - own
