"""The samples: their truth holds, and the program reads them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import digitscan
from digitscan import (
    Box,
    Kind,
    KindChoice,
    Number,
    OutputSettings,
    PageReading,
    RunSettings,
    Settings,
)

SAMPLES = Path(__file__).parent.parent / "samples"
TRUTH: dict[str, Any] = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
PICTURES = {".png", ".jpg", ".tif", ".pdf"}


@dataclass(frozen=True)
class Place:
    """A place on a sample and the digits that stand there."""

    file: str
    page: int
    box: Box
    text: str
    digits: tuple[Box, ...]


def box(entry: dict[str, int]) -> Box:
    return Box(entry["x"], entry["y"], entry["width"], entry["height"])


def places() -> Iterator[Place]:
    for file, entry in TRUTH.items():
        for one in entry.get("fields", entry.get("places", [])):
            digits = tuple(box(digit) for digit in one["digits"])
            yield Place(file, one["page"], box(one), one["text"], digits)


@pytest.fixture(scope="module")
def readings() -> dict[tuple[str, int], PageReading]:
    results = list(digitscan.scan(SAMPLES, Settings(running=RunSettings(workers=2))))
    pages = [result for result in results if isinstance(result, PageReading)]
    assert len(pages) == len(results), "every sample can be read"
    return {(page.file, page.page): page for page in pages}


def numbers_at(place: Place, reading: PageReading) -> list[Number]:
    """Numbers that have the middle of a digit in the place."""

    def inside(number: Number) -> bool:
        return any(
            place.box.x <= digit.box.center[0] < place.box.right
            and place.box.y <= digit.box.center[1] < place.box.bottom
            for digit in number.digits
        )

    return [number for number in reading.numbers if inside(number)]


def test_every_sample_has_its_truth_and_they_are_small() -> None:
    files = [path for path in SAMPLES.iterdir() if path.suffix in PICTURES]
    assert {path.name for path in files} == set(TRUTH)
    assert sum(path.stat().st_size for path in files) < 2_500_000


def test_truth_names_each_digit_in_its_place() -> None:
    for place in places():
        assert len(place.digits) == len(place.text)
        assert [digit.x for digit in place.digits] == sorted(digit.x for digit in place.digits)
        assert all(digit.intersection(place.box) > 0.9 * digit.area for digit in place.digits)


def test_numbers_are_read(readings: dict[tuple[str, int], PageReading]) -> None:
    wrong, total = [], 0
    for place in places():
        found = numbers_at(place, readings[place.file, place.page])
        texts = [number.text for number in found]
        total += 1
        if texts != ([place.text] if place.text else []):
            wrong.append(f"{place.file} p. {place.page}: {texts} for {place.text!r}")
    assert len(wrong) <= 0.02 * total, wrong


def test_words_ticks_and_signatures_give_no_accepted_number(
    readings: dict[tuple[str, int], PageReading],
) -> None:
    beside = []
    for (file, page), reading in readings.items():
        known = [place for place in places() if (place.file, place.page) == (file, page)]
        placed = {number for place in known for number in numbers_at(place, reading)}
        beside += [
            f"{file} p. {page}: {number.text}"
            for number in reading.numbers
            if number not in placed and not number.review
        ]
    assert beside == []


def test_digits_are_where_their_ink_is(readings: dict[tuple[str, int], PageReading]) -> None:
    overlaps = [
        digit.box.iou(truth)
        for place in places()
        for number in numbers_at(place, readings[place.file, place.page])
        if len(number.digits) == len(place.digits)
        for digit, truth in zip(number.digits, place.digits, strict=True)
    ]
    assert len(overlaps) > 250
    assert sum(overlap >= 0.7 for overlap in overlaps) >= 0.98 * len(overlaps)


def test_empty_form_has_no_handwritten_digit(
    readings: dict[tuple[str, int], PageReading],
) -> None:
    assert readings["empty-form.png", 1].numbers == ()


def test_accepted_numbers_are_right(readings: dict[tuple[str, int], PageReading]) -> None:
    right = Counter((place.file, place.page, place.text) for place in places() if place.text)
    accepted = [
        (file, page, number.text)
        for (file, page), reading in readings.items()
        for number in reading.numbers
        if not number.review
    ]
    wrong = Counter(accepted) - right
    assert wrong.total() <= 0.01 * len(accepted), wrong
    assert len(accepted) >= 0.5 * right.total()


def test_default_is_handwriting_alone(readings: dict[tuple[str, int], PageReading]) -> None:
    kinds = {number.kind for reading in readings.values() for number in reading.numbers}
    assert kinds == {Kind.HANDWRITTEN}


def test_print_is_read_where_it_is_asked_for() -> None:
    """The numbers of the candidates on the score sheet are printed: 101 to 109."""
    settings = Settings(output=OutputSettings(kind=KindChoice.PRINTED))
    (reading,) = digitscan.scan(SAMPLES / "exam-scores.png", settings)
    assert isinstance(reading, PageReading)
    assert {number.kind for number in reading.numbers} == {Kind.PRINTED}
    printed = [number.text for number in reading.numbers]
    assert sum(str(candidate) in printed for candidate in range(101, 110)) >= 8
