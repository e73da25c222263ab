"""Kinds of errors: each by a tiny table against a tiny truth."""

from __future__ import annotations

from typing import Any

import pytest

from digitscan.errors import UsageError
from digitscan.scoring.failures import ErrorKind, confusions, failures_of
from digitscan.scoring.readings import Reading, match
from digitscan.scoring.tables import Row
from digitscan.types import Box


def rows(*texts: str, x: int = 0, confidence: float = 0.9, review: bool = False) -> list[Row]:
    """Make numbers, digits of 10 by 20 pixels every 12, numbers from 1."""
    places = [(n, i, digit) for n, text in enumerate(texts, 1) for i, digit in enumerate(text, 1)]
    return [
        Row(1, n, i, digit, confidence, Box(x + 12 * at, 10, 10, 20), review)
        for at, (n, i, digit) in enumerate(places)
    ]


def string(text: str) -> list[dict[str, int]]:
    return [
        {"digit": int(digit), "x": 12 * i, "y": 10, "width": 10, "height": 20}
        for i, digit in enumerate(text)
    ]


def field(text: str, width: int = 100) -> dict[str, Any]:
    return {"text": text, "x": 0, "y": 0, "width": width, "height": 40}


def failures(table: list[Row], entry: object) -> list[tuple[Reading, ErrorKind]]:
    return failures_of(match({"a.png": tuple(table)}, {"a.png": entry}))


def kinds(table: list[Row], entry: object) -> list[ErrorKind]:
    return [kind for _, kind in failures(table, entry)]


@pytest.mark.parametrize(
    "entry", [string("123"), {"fields": [field("1-23")]}, {"numbers": ["123"]}]
)
def test_what_is_exact_is_no_failure(entry: object) -> None:
    assert kinds(rows("123"), entry) == []


@pytest.mark.parametrize("entry", [string("12"), {"fields": [field("12")]}, {"numbers": ["12"]}])
def test_nothing_read_is_not_found(entry: object) -> None:
    assert kinds([], entry) == [ErrorKind.NOT_FOUND]


@pytest.mark.parametrize("entry", [string("172"), {"fields": [field("172")]}, {"numbers": ["172"]}])
def test_as_many_digits_but_others_are_wrong(entry: object) -> None:
    assert kinds(rows("112"), entry) == [ErrorKind.WRONG]


def test_too_few_and_too_many() -> None:
    entry = {"fields": [field("123")]}
    assert kinds(rows("12"), entry) == [ErrorKind.MISSED]
    assert kinds(rows("1234"), entry) == [ErrorKind.EXTRA]
    assert kinds(rows("12"), {"numbers": ["123"]}) == [ErrorKind.MISSED]
    assert kinds(rows("1234"), {"numbers": ["123"]}) == [ErrorKind.EXTRA]
    assert kinds(rows("12"), string("123")) == [ErrorKind.MISSED]


def test_a_box_over_two_digits_shows_that_they_were_joined() -> None:
    over_two = Row(1, 1, 1, "8", 0.9, Box(0, 10, 22, 20), False)
    assert kinds([over_two, *rows("3", x=24)], string("123")) == [ErrorKind.CUT]


def test_two_boxes_in_a_digit_show_that_it_was_split() -> None:
    halves = [Row(1, 1, i, "1", 0.9, Box(5 * i, 10, 4, 20), False) for i in (0, 1)]
    assert kinds(halves, string("4")) == [ErrorKind.CUT]


def test_digits_of_a_field_show_it_too() -> None:
    entry = {"fields": [{**field("12"), "digits": string("12")}]}
    over_two = Row(1, 1, 1, "8", 0.9, Box(0, 10, 22, 20), False)
    assert kinds([over_two], entry) == [ErrorKind.CUT]


@pytest.mark.parametrize(
    ("wanted", "read"),
    [
        (["1250", "7"], ["1", "250", "7"]),
        (["12", "05", "7"], ["1205", "7"]),
    ],
)
def test_digits_in_other_numbers_are_grouped_wrongly(wanted: list[str], read: list[str]) -> None:
    found = kinds(rows(*read), {"numbers": wanted})
    assert set(found) == {ErrorKind.GROUPED}
    assert len(found) == len(set(wanted) - set(read))


def test_what_nobody_wrote_is_beside() -> None:
    beside = [ErrorKind.BESIDE]
    assert kinds(rows("1", x=300), {"fields": [field("")]}) == beside
    assert kinds(rows("1"), {"fields": [field("")]}) == beside
    assert kinds(rows("1"), {"empty": True}) == beside
    assert kinds(rows("5", "777"), {"numbers": ["5"]}) == beside


def test_a_number_beside_is_one_failure_whatever_its_digits() -> None:
    assert kinds(rows("123", "45"), {"empty": True}) == [ErrorKind.BESIDE] * 2


def test_numbers_are_paired_with_the_most_alike() -> None:
    entry = {"numbers": ["1234", "5678"]}
    pairs = {(reading.wanted, reading.text) for reading, _ in failures(rows("5679", "124"), entry)}
    assert pairs == {("1234", "124"), ("5678", "5679")}


def test_single_digits_without_places_are_never_paired() -> None:
    assert set(kinds(rows("8"), {"numbers": ["3"]})) == {ErrorKind.NOT_FOUND, ErrorKind.BESIDE}


def test_confusions_are_counted_in_readings_of_the_right_length() -> None:
    entry = {"numbers": ["1177", "7005", "23456"]}
    table = rows("1111", "1005", "2345")
    assert confusions(failures(table, entry)) == [("7", "1", 3)]


def test_a_reading_is_as_sure_as_its_digits_and_accepted_without_review() -> None:
    (sure, _), *_ = failures(rows("11", confidence=0.9), string("12"))
    (doubted, _), *_ = failures(rows("11", review=True), string("12"))
    assert sure.confidence == pytest.approx(0.81)
    assert (sure.accepted, doubted.accepted) == (True, False)


def test_a_region_holds_what_is_wanted_and_what_was_read() -> None:
    (reading, _), *_ = failures(rows("11", x=50), string("12"))
    assert reading.region == Box(0, 10, 72, 20)
    (lost, _), *_ = failures([], {"numbers": ["5"]})
    assert lost.region is None


@pytest.mark.parametrize(
    "entry", [7, {"fields": [{"text": "1"}]}, [{"digit": 1}], {"numbers": [1]}]
)
def test_a_truth_of_another_form_is_refused_by_name(entry: object) -> None:
    with pytest.raises(UsageError, match=r"a\.png"):
        match({"a.png": tuple(rows("12"))}, {"a.png": entry})
