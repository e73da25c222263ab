"""The drawn suite's own parts: what is drawn is what is told, and it is counted right."""

from __future__ import annotations

import numpy as np
import pytest

from digitscan.scoring.failures import ErrorKind
from digitscan.types import Box, Digit, Kind, Number, PageReading
from drawing.truth import Drawing, Field, WrittenDigit
from suite.factors import BASE, FACTORS
from suite.forms import COLUMNS, ROWS, draw, numbers_of
from suite.measure import Judged, Level, compare, total
from suite.report import as_json, as_text, breaks, calibration

CORNERS = np.array([[0, 0], [60, 0], [60, 40], [0, 40]], np.float32)


def field(text: str, x: int = 0) -> Field:
    """Describe a field of 60 by 40 pixels whose digits are 10 by 20, every 12 pixels."""
    marks = [mark for mark in text if mark.isdigit()]
    ink = np.array([[5, 10], [14, 10], [14, 29], [5, 29]], np.float32)
    shift = np.array([x, 0], np.float32)
    digits = [
        WrittenDigit(int(mark), ink + shift + np.array([12 * i, 0], np.float32))
        for i, mark in enumerate(marks)
    ]
    return Field(text, CORNERS + shift, tuple(digits))


def number(text: str, x: int = 5, confidence: float = 0.9, review: bool = False) -> Number:
    digits = tuple(
        Digit(int(mark), confidence, Box(x + 12 * i, 10, 10, 20)) for i, mark in enumerate(text)
    )
    return Number(digits, confidence, Kind.HANDWRITTEN, review)


def level(fields: list[Field], *numbers: Number) -> Level:
    page = Drawing(np.full((40, 300, 3), 255, np.uint8), tuple(fields), 200)
    return compare(page, PageReading("", 1, 300, 40, numbers, {}))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1.250", ["1250"]), ("3,75", ["375"]), ("12/05", ["12", "05"]), ("450-", ["450"]), ("", [])],
)
def test_marks_join_and_slashes_part(text: str, numbers: list[str]) -> None:
    assert numbers_of(text) == numbers


def test_a_field_read_right() -> None:
    found = level([field("12")], number("12"))
    assert (found.fields, found.exact, found.beside) == (1, 1, 0)
    assert found.reported == (Judged(0.9, True, True),)
    assert not found.kinds


def test_what_was_joined_or_parted_wrongly_is_grouped_wrongly() -> None:
    joined = level([field("12/05")], number("1205"))
    parted = level([field("1.25")], number("1"), number("25", x=17))
    for found in (joined, parted):
        assert found.exact == 0
        assert found.kinds == {ErrorKind.GROUPED: 1}
        assert not any(one.right for one in found.reported)
    assert level([field("12/05")], number("12"), number("05", x=29)).exact == 1


def test_digits_beside_are_those_outside_and_in_empty_fields() -> None:
    found = level([field("1"), field("", x=100)], number("77", x=110), number("5", x=250))
    assert found.beside == 3
    assert found.kinds == {ErrorKind.NOT_FOUND: 1, ErrorKind.BESIDE: 2}
    assert found.wrong == found.accepted == 2


def test_what_is_for_review_is_not_accepted() -> None:
    found = level([field("1")], number("7", review=True))
    assert (found.accepted, found.wrong, found.share) == (0, 0, 0.0)


def test_levels_are_summed() -> None:
    one = level([field("12")], number("12"))
    other = level([field("12")], number("13"))
    both = total([one, other])
    assert (both.pages, both.fields, both.exact, both.accepted, both.wrong) == (2, 2, 1, 2, 1)
    assert both.kinds == {ErrorKind.WRONG: 1}


def test_where_reading_breaks_is_told_with_the_kinds_of_errors() -> None:
    levels = {
        ("pen", "good"): level([field("12")], number("12")),
        ("pen", "bad"): level([field("12")], number("13")),
    }
    assert [breaks(one) for one in levels.values()] == [False, True]
    below = as_text(levels).split("Where reading breaks (1 of 2 levels):")[1]
    assert "bad" in below
    assert "wrong digit 1" in below
    assert "good" not in below
    assert as_json(levels)["factors"]["pen"]["bad"]["exact"] == 0


def test_confidence_is_sorted_into_bins() -> None:
    sure = [Judged(0.995, True, right) for right in (True, True, True, False)]
    low, high = calibration([Judged(0.2, False, False), *sure])
    assert (low.lowest, low.count, low.right) == (0.0, 1, 0.0)
    assert (high.lowest, high.count, high.right) == (0.99, 4, 0.75)


def test_every_level_but_the_base_differs_from_it() -> None:
    recipes = [recipe for some in FACTORS.values() for recipe in some.values()]
    assert recipes.count(BASE) == 1
    assert len(set(recipes)) == len(recipes)


@pytest.mark.parametrize(("factor", "name"), [("skew", "15"), ("turn", "90"), ("photo", "steep")])
def test_truth_follows_the_page(factor: str, name: str) -> None:
    page = draw(FACTORS[factor][name], 3)
    assert len(page.fields) == ROWS * COLUMNS
    grey = page.pixels.min(axis=2).astype(float)
    for one in page.fields:
        for digit in one.digits:
            x, y, width, height = digit.box
            inside = grey[y : y + height, x : x + width]
            assert inside.size
            assert inside.min() < 0.7 * np.median(inside)


def test_the_same_seed_draws_the_same_form_and_numbers() -> None:
    first, again = draw(BASE, 5), draw(BASE, 5)
    assert np.array_equal(first.pixels, again.pixels)
    other = draw(FACTORS["paper"]["creased"], 5)
    assert [one.text for one in other.fields] == [one.text for one in first.fields]
    assert [one.text for one in draw(BASE, 6).fields] != [one.text for one in first.fields]


def test_an_empty_form_has_fields_and_no_digits() -> None:
    page = draw(FACTORS["base"]["empty"], 1)
    assert len(page.fields) == ROWS * COLUMNS
    assert not any(one.digits for one in page.fields)
