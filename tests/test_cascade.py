"""The second reader is asked where the first is in doubt, and then beside what is no number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from digitscan.reading import cascade
from digitscan.reading.cascade import ask_second, next_ones, settled
from digitscan.reading.engine import Engine
from digitscan.reading.find import Word
from digitscan.reading.kinds import Company
from digitscan.reading.prepare import Prepared, prepare
from digitscan.reading.rulings import Rulings
from digitscan.reading.strips import StripReading
from digitscan.types import Box, Floats, Gray, Page
from readings import STRIP, glyphs, strips, word

COMB = tuple(Box(100 + 60 * place, 100, 50, 50) for place in range(3))
ALL = Company(~np.eye(3, dtype=bool), np.zeros((3, 3), bool))
CERTAIN = np.array([True, False, True])


class Nobody:
    """A network that is not there."""

    def run(self, images: Floats) -> dict[str, Floats]:
        raise AssertionError(images.shape)


@pytest.fixture(scope="module")
def page() -> Prepared:
    """Prepare a page with a comb of three cells, a word in each."""
    blank = prepare(Page("page", 1, np.full((400, 2000), 255, np.uint8)))
    words = [
        replace(word(cell=place), box=Box(cell.x + 5, 110, 40, 30))
        for place, cell in enumerate(COMB)
    ]
    return replace(blank, rulings=replace(blank.rulings, cells=COMB), words=words)


def asked(
    page: Prepared, monkeypatch: pytest.MonkeyPatch, said: Iterator[str], middle: float
) -> tuple[list[list[str]], list[bool]]:
    """Ask about the words, the one in the `middle` in doubt: what is expected, what are numbers."""
    looks: list[list[str]] = []

    def read(seen: Sequence[Gray], _network: Engine, expected: Sequence[str]) -> list[StripReading]:
        looks.append(list(expected))
        return [strips(next(said)) for _ in seen]

    monkeypatch.setattr(cascade, "read_strips", read)
    first = [glyphs("7"), glyphs(""), glyphs("9")]
    odds, rows = np.array([3, middle, 3], np.float32), np.zeros(3, np.int32)
    second, numbers = ask_second(page, page.words, first, ALL, odds, rows, CERTAIN, Nobody())
    assert sorted(second) == [1] if len(looks) == 1 else [0, 1, 2]
    return looks, numbers.tolist()


def test_a_stroke_that_the_second_reads_leaves_its_neighbours_to_the_first(
    page: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(page, monkeypatch, iter("1"), -3) == ([[""]], [True] * 3)


def test_beside_what_neither_reads_the_second_is_asked_after_all(
    page: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, numbers = asked(page, monkeypatch, iter(["", "7", "9"]), -3)
    assert looks == [[""], ["7", "9"]]
    assert numbers == [True, False, True]
    assert CERTAIN.tolist() == [True, False, True]


def test_what_the_first_takes_for_a_number_speaks_against_none(
    page: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(page, monkeypatch, iter([""]), 1)[0] == [[""]]


def test_the_nearest_on_either_side_are_the_next() -> None:
    row = [replace(word(), box=Box(60 * place, 10, 40, 30)) for place in range(5)]
    beside = ~np.eye(5, dtype=bool)
    assert next_ones(row, beside, np.arange(5) == 1).tolist() == [True, False, True, False, False]
    beside[2] = False  # it was asked before
    assert next_ones(row, beside, np.arange(5) == 1).tolist() == [True, False, False, True, False]
    assert not next_ones(row, beside, np.zeros(5, bool)).any()


def boxed(border: int) -> Rulings:
    """Make the rulings of one cell, its left side so dark."""
    plumb = np.zeros((100, 100), np.uint8)
    plumb[20:80, 16:19] = border
    return Rulings(plumb * 0, plumb, (Box(20, 20, 60, 60),), plumb.astype(np.uint16))


def test_what_both_read_alike_among_digits_in_a_comb_is_settled_and_so_is_a_penned_bar() -> None:
    penned = replace(word(cell=0), penned=True)
    nothing, rows = {1: (STRIP, strips(""))}, np.zeros(3, np.int32)

    def found(middle: Word = penned, text: str = "1", border: int = 0, **changed: Any) -> set[int]:
        first = [glyphs("7"), glyphs(text), glyphs("9")]
        given = {"second": nothing, "rows": rows, **changed}
        return set(settled([penned, middle, penned], first, rulings=boxed(border), **given))

    plain = word(cell=0)
    dark = replace(plain, darkness=np.full_like(plain.darkness, 200))
    assert found() == found(dark, border=120) == {1}
    assert not found(text="7")
    assert not found(dark), "no box tells"
    assert not found(dark, border=150), "may be a ruling"
    assert found(rows=np.array([0, 0, -1], np.int32)) == {1}, "one other digit"
    assert not found(second={1: (STRIP, strips("7"))})
    alike = {1: (STRIP, strips("7"))}
    assert found(text="7", second=alike) == found(plain, "7", second=alike) == {1}
    assert not found(text="7", second=alike, rows=np.array([0, 0, -1], np.int32)), "one other"
    assert not found(text="7", second=alike, rows=np.full(3, -1, np.int32)), "no comb"
