"""Results matched with the truth: each thing that is wanted beside what was read for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import prod
from typing import Any

from digitscan.errors import UsageError
from digitscan.scoring.multiset import match_numbers
from digitscan.scoring.tables import Row, Rows
from digitscan.types import Box

SLACK = 0.15
"""How far beside a field, in heights of the field, a digit of it may lie."""


class Source(StrEnum):
    """What the truth tells of a file."""

    STRING = "string"
    FIELDS = "fields"
    NUMBERS = "numbers"
    EMPTY = "empty"
    CORRECTED = "corrected"
    """No truth of a file but what a person said of a number that was read."""


@dataclass(frozen=True, slots=True)
class TrueDigit:
    """A digit of the truth and the box of its ink, page pixels."""

    value: str
    box: Box


@dataclass(frozen=True, slots=True)
class Reading:
    """A string, a field or a number, as it is wanted and as it was read.

    `wanted` is None for a number where none is written. `rows` are the digits read, in order;
    `digits` the true ones, left to right, where the truth has their boxes; `place` is the field's
    box. `regrouped` says that the digits stand in the table, but in other numbers. `kind` is what
    the truth calls a field of this kind, empty where it says nothing.
    """

    source: Source
    file: str
    page: int
    wanted: str | None
    rows: Rows
    place: Box | None = None
    digits: tuple[TrueDigit, ...] = ()
    regrouped: bool = False
    kind: str = ""

    @property
    def text(self) -> str:
        """The digits read."""
        return "".join(row.digit for row in self.rows)

    @property
    def exact(self) -> bool:
        """Whether just what is wanted was read."""
        return self.text == self.wanted and not self.regrouped

    @property
    def accepted(self) -> bool:
        """Whether nothing is marked for review; what was read as empty cannot be."""
        return not any(row.review for row in self.rows)

    @property
    def confidence(self) -> float:
        """Probability of the whole, the product of its digits'; 1 where nothing was read."""
        return prod(row.confidence for row in self.rows)

    @property
    def region(self) -> Box | None:
        """The box around all that is known of it, page pixels; None where no place is known."""
        boxes = [digit.box for digit in self.digits] + [row.box for row in self.rows]
        boxes += [self.place] if self.place else []
        if not boxes:
            return None
        region = boxes[0]
        for box in boxes[1:]:
            region = region.union(box)
        return region


def match(results: Mapping[str, Rows], truth: Mapping[str, Any]) -> list[Reading]:
    """Match results with the truth, file by file.

    Raises
    ------
    UsageError
        An entry of the truth is none of the known forms.
    """
    readings: list[Reading] = []
    for file, entry in truth.items():
        try:
            readings += _match_file(file, results.get(file, ()), entry)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UsageError(f"the truth of {file} cannot be understood: {error!r}") from error
    return readings


def source_of(entry: Any) -> Source:
    """Tell which form an entry of the truth has."""
    if isinstance(entry, list):
        return Source.STRING
    return next((one for one in (Source.FIELDS, Source.NUMBERS) if one in entry), Source.EMPTY)


def _match_file(file: str, rows: Rows, entry: Any) -> Iterator[Reading]:
    source = source_of(entry)
    if source is Source.STRING:
        digits = _true_digits(entry)
        wanted = "".join(digit.value for digit in digits)
        page = rows[0].page if rows else 1
        yield Reading(source, file, page, wanted, _across(rows), None, digits)
    elif source is Source.FIELDS:
        yield from _fields(file, rows, entry)
    elif source is Source.NUMBERS:
        yield from _numbers(file, rows, entry["numbers"])
    else:
        yield from _beside(source, file, rows)


def _fields(file: str, rows: Rows, entry: dict[str, Any]) -> Iterator[Reading]:
    """Give each field what has its middle in it; what is in none, nor in `ignore`, is beside."""
    left = rows
    for field in entry["fields"]:
        place = _box(field)
        inside = tuple(row for row in rows if _is_inside(row, place))
        left = tuple(row for row in left if row not in inside)
        wanted = "".join(mark for mark in field["text"] if mark.isdigit())
        page = inside[0].page if inside else field.get("page", 1)
        digits = _true_digits(field.get("digits", []))
        kind = str(field.get("kind", ""))
        yield Reading(Source.FIELDS, file, page, wanted, _across(inside), place, digits, kind=kind)
    ignored = [_box(region) for region in entry.get("ignore", [])]
    beside = (row for row in left if not any(_is_inside(row, region) for region in ignored))
    yield from _beside(Source.FIELDS, file, tuple(beside))


def _numbers(file: str, rows: Rows, wanted: list[str]) -> Iterator[Reading]:
    """Match numbers by their texts alone, wherever they stand."""
    numbers = _by_number(rows)
    texts = ["".join(row.digit for row in number) for number in numbers]
    for pair in match_numbers(wanted, texts):
        found = tuple(row for index in pair.read for row in numbers[index])
        page = found[0].page if found else 1
        text = None if pair.wanted is None else wanted[pair.wanted]
        yield Reading(Source.NUMBERS, file, page, text, found, regrouped=pair.regrouped)


def _beside(source: Source, file: str, rows: Rows) -> Iterator[Reading]:
    for number in _by_number(rows):
        yield Reading(source, file, number[0].page, None, number)


def _by_number(rows: Rows) -> list[Rows]:
    """Return the digits of each number of a table, in its order."""
    groups: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.page, row.number].append(row)
    return [tuple(sorted(groups[key], key=lambda row: row.position)) for key in sorted(groups)]


def _across(rows: Rows) -> Rows:
    return tuple(sorted(rows, key=lambda row: row.box.center[0]))


def _true_digits(entries: list[dict[str, int]]) -> tuple[TrueDigit, ...]:
    digits = (TrueDigit(str(entry["digit"]), _box(entry)) for entry in entries)
    return tuple(sorted(digits, key=lambda digit: digit.box.center[0]))


def _box(entry: dict[str, int]) -> Box:
    return Box(entry["x"], entry["y"], entry["width"], entry["height"])


def _is_inside(row: Row, place: Box) -> bool:
    """Tell whether a digit's middle lies in a region or just beside it."""
    x, y = row.box.center
    slack = SLACK * place.height
    across = place.x - slack <= x <= place.right + slack
    return across and place.y - slack <= y <= place.bottom + slack
