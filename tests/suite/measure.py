"""Forms read and compared with what was drawn, summed up level by level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2

from digitscan.reading.read import Reader
from digitscan.scoring.failures import ErrorKind, kind_of
from digitscan.scoring.readings import Reading, Source, TrueDigit
from digitscan.scoring.tables import Row
from digitscan.types import Box, Number, Page, PageReading
from drawing.truth import Drawing, Field
from suite.forms import numbers_of

SLACK = 0.1
"""How far beside a field, in heights of it, a digit of it may lie."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A number that was reported: its confidence, whether it was accepted and whether right."""

    confidence: float
    accepted: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Level:
    """Sums over the pages of one level: `beside` counts digits where no number is written."""

    pages: int
    fields: int
    exact: int
    beside: int
    reported: tuple[Judged, ...]
    kinds: Counter[ErrorKind]

    @property
    def accepted(self) -> int:
        """Numbers accepted without review."""
        return sum(one.accepted for one in self.reported)

    @property
    def wrong(self) -> int:
        """Wrong ones among those accepted, numbers where none is written among them."""
        return sum(one.accepted and not one.right for one in self.reported)

    @property
    def share(self) -> float:
        """Share of the written fields that were read exactly."""
        return self.exact / self.fields if self.fields else 1.0

    def as_json(self) -> dict[str, Any]:
        """Return the sums by name."""
        return {
            "pages": self.pages,
            "fields": self.fields,
            "exact": round(self.share, 4),
            "digits_beside_per_page": round(self.beside / self.pages, 2),
            "reported": len(self.reported),
            "accepted": self.accepted,
            "accepted_wrong": self.wrong,
            "errors": {kind.value: count for kind, count in self.kinds.most_common()},
        }


def total(levels: Sequence[Level]) -> Level:
    """Sum levels up."""
    return Level(
        sum(level.pages for level in levels),
        sum(level.fields for level in levels),
        sum(level.exact for level in levels),
        sum(level.beside for level in levels),
        tuple(one for level in levels for one in level.reported),
        sum((level.kinds for level in levels), Counter()),
    )


def measure(reader: Reader, drawing: Drawing) -> Level:
    """Read a drawn page and compare."""
    page = Page("drawn", 1, drawing.pixels, float(drawing.dpi))
    return compare(drawing, reader.read_page(page))


def compare(drawing: Drawing, reading: PageReading) -> Level:
    """Give each number the field that its digits lie in, and judge both."""
    places = [_place(number, drawing.fields) for number in reading.numbers]
    readings, reported = [], []
    for index, field in enumerate(drawing.fields):
        found = [n for n, place in zip(reading.numbers, places, strict=True) if place == index]
        readings.append(_as_read(field, found))
        wanted = Counter(numbers_of(field.text))
        for number in found:
            reported.append(Judged(number.confidence, not number.review, wanted[number.text] > 0))
            wanted[number.text] -= 1
    outside = [n for n, place in zip(reading.numbers, places, strict=True) if place is None]
    reported += [Judged(number.confidence, not number.review, False) for number in outside]
    written = [one for one in readings if one.wanted]
    beside = [len(one.rows) for one in readings if not one.wanted]
    kinds = Counter(kind for one in readings if (kind := kind_of(one)))
    return Level(
        1,
        len(written),
        sum(one.exact for one in written),
        sum(beside) + sum(len(number.digits) for number in outside),
        tuple(reported),
        kinds + Counter({ErrorKind.BESIDE: len(outside)}),
    )


def _place(number: Number, fields: Sequence[Field]) -> int | None:
    """Return the index of the field that holds most digits of a number; None where none does."""
    count = Counter(
        index
        for digit in number.digits
        for index, field in enumerate(fields)
        if _is_inside(digit.box, field)
    )
    return count.most_common(1)[0][0] if count else None


def _is_inside(box: Box, field: Field) -> bool:
    """Tell whether a digit's middle lies in a field, which may stand askew."""
    high = float(cv2.norm(field.corners[0] - field.corners[3]))
    return cv2.pointPolygonTest(field.corners, box.center, True) >= -SLACK * high


def _as_read(field: Field, numbers: Sequence[Number]) -> Reading:
    """Describe a field as the scorer does; that digits stand in other numbers counts as well."""
    wanted = numbers_of(field.text)
    rows = tuple(
        Row(1, index, position, str(digit.value), digit.confidence, digit.box, number.review)
        for index, number in enumerate(numbers, 1)
        for position, digit in enumerate(number.digits, 1)
    )
    return Reading(
        Source.FIELDS,
        "drawn",
        1,
        "".join(wanted),
        rows,
        Box(*field.box),
        tuple(TrueDigit(str(digit.value), Box(*digit.box)) for digit in field.digits),
        regrouped="".join(number.text for number in numbers) == "".join(wanted)
        and [number.text for number in numbers] != wanted,
    )
