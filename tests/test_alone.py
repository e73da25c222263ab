"""Where the first reader is certain by itself, the second is not asked."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitscan.reading.alone import CERTAIN, FEATURES, alone_features, stand_alone
from digitscan.reading.confidence import LARGEST_LEAD, DecisionModel
from digitscan.reading.glyphs import GlyphReading
from digitscan.reading.judge import Entry, Judge
from digitscan.reading.look import Look
from digitscan.reading.prepare import Prepared, prepare
from digitscan.reading.split import Lattice, ink_of, lattice_of
from digitscan.types import Box, Page
from readings import STRIP, glyphs, lattice, strips, word

CELL = Box(100, 100, 80, 50)
BY_HAND = Look(-3.0, 2, -3.0, np.zeros((2, 11), np.float32), np.zeros(2, np.bool_))


@pytest.fixture(scope="module")
def page() -> Prepared:
    """Prepare a page of one cell and the word of two bars in it."""
    blank = prepare(Page("page", 1, np.full((400, 2000), 255, np.uint8)))
    placed = replace(word(cell=0), box=Box(120, 110, 40, 30))
    mask, darkness = np.zeros((2, *blank.ink.mask.shape), np.uint8)
    mask[110:140, 120:160] = placed.mask
    darkness[110:140, 120:160] = placed.darkness
    ink = replace(blank.ink, mask=mask, darkness=darkness, stroke=4.0)
    rulings = replace(blank.rulings, cells=(CELL,))
    return replace(blank, ink=ink, rulings=rulings, words=[placed])


def stands(
    page: Prepared,
    reading: GlyphReading | None = None,
    look: Look = BY_HAND,
    in_comb: bool = False,
    confidence: float = 0.99,
) -> bool:
    found, sure = reading or glyphs("17"), np.array([confidence], np.float32)
    (alone,) = stand_alone(page, page.words[:1], [found], [look], sure, np.array([in_comb]))
    return bool(alone)


def test_a_word_alone_in_its_cell_that_is_surely_read_needs_no_second_reader(
    page: Prepared,
) -> None:
    assert stands(page)


def test_a_doubtful_text_or_a_rival_needs_one(page: Prepared) -> None:
    assert not stands(page, confidence=0.98)
    for lead, alone in ((2.9, False), (3.1, True)):  # the 1 may be a slash
        assert stands(page, replace(glyphs("17"), lead=lead)) == alone


def test_what_may_go_on_beyond_its_cell_must_be_surer(page: Prepared) -> None:
    box = page.words[0].box
    narrow = replace(page.rulings, cells=(replace(CELL, width=box.right - CELL.x),))
    at_border = replace(page, rulings=narrow)
    assert stands(page, glyphs("17", sure=0.96))
    for sure, alone in ((0.94, False), (0.96, True)):
        assert stands(page, glyphs("17", sure=sure), in_comb=True) == alone
        assert stands(at_border, glyphs("17", sure=sure)) == alone


def test_what_may_be_print_needs_one(page: Prepared) -> None:
    assert not stands(page, look=replace(BY_HAND, printed=-0.5))


def test_a_word_outside_cells_or_not_alone_in_one_needs_one(page: Prepared) -> None:
    (placed,) = page.words
    assert not stands(replace(page, words=[replace(placed, cell=-1)]))
    assert not stands(replace(page, words=[placed, placed]))
    assert not stands(replace(page, leftovers=(0,)))
    assert not stands(replace(page, field=True))


def test_ink_too_faint_for_the_contours_needs_one(page: Prepared) -> None:
    darkness = page.ink.darkness.copy()
    cv2.line(darkness, (168, 112), (168, 138), 90, 3)  # a third digit, hardly seen
    assert not stands(replace(page, ink=replace(page.ink, darkness=darkness)))


def whole() -> Lattice:
    return lattice_of(word().labels, [0, 1], [True, True], height=30)


def test_only_what_is_digits_and_nothing_else_is_described() -> None:
    words = [whole(), whole(), lattice(), lattice()]  # two are one component, cut in two
    read = [glyphs("17"), glyphs("17", skipped=0.3), glyphs("17"), glyphs("17")]
    combed = np.array([False, False, False, True])
    described = alone_features(words, read, [BY_HAND] * 4, combed)
    assert [seen is not None for seen in described] == [True, False, True, False]
    assert described[0] is not None
    assert described[0].tolist() == pytest.approx([1, np.log(99), 2, 3, LARGEST_LEAD])


def judge(odds: float, trusted: bool = True) -> Judge:
    neutral = DecisionModel(*np.zeros((3, 12, 1), np.float32))
    slopes = np.zeros(len(FEATURES), np.float32)
    slopes[0] = odds
    bends = np.zeros((len(FEATURES), 1), np.float32)
    return Judge(
        replace(neutral, slopes=neutral.slopes[:, 0]), DecisionModel(slopes, bends, bends), trusted
    )


def test_the_model_says_how_sure_the_first_reader_is_by_itself() -> None:
    seen = np.array([1, 5, 2, 3, 9], np.float32)
    confidence = judge(5.0).alone_confidence([None, seen])
    assert confidence.tolist() == pytest.approx([0, 1 / (1 + np.exp(-5))])
    assert judge(5.0, trusted=False).alone_confidence([seen]).tolist() == [0]
    assert confidence[1] > CERTAIN


def test_what_only_the_first_reader_saw_is_as_it_read_it() -> None:
    seen = np.array([1, 5, 2, 3, 9], np.float32)
    entry = Entry(word(), -3.0, whole(), ink_of([whole()]), glyphs("17"), seen, None)
    (decision,) = judge(5.0).decide([entry])
    assert [digit.value for digit in decision.digits] == [1, 7]
    assert [digit.ink[1].min() for digit in decision.digits] == [8, 28]
    assert decision.confidence == pytest.approx(1 / (1 + np.exp(-5)))
    (both,) = judge(5.0).decide([replace(entry, second=(STRIP, strips("17")))])
    assert both.confidence == pytest.approx(0.5)


def test_what_is_settled_is_at_least_as_sure_as_the_first_reader_is_by_itself() -> None:
    seen, second = np.array([1, 5, 2, 3, 9], np.float32), (STRIP, strips("17"))
    entry = Entry(word(), -3.0, whole(), ink_of([whole()]), glyphs("17"), seen, second, True)
    assert judge(5.0).decide([entry])[0].confidence == pytest.approx(1 / (1 + np.exp(-5)))
    assert judge(-5.0).decide([entry])[0].confidence == pytest.approx(0.5)
    assert judge(5.0).decide([replace(entry, alone=None)])[0].confidence == pytest.approx(0.5)
