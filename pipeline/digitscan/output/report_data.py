"""What the report shows, as plain lists and numbers: the data that its page is filled with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from digitscan.output.read_table import NumberRows
from digitscan.output.report_pictures import MARGIN, Snippet
from digitscan.types import FileFailure

NUMBER_COLUMNS = (
    *("page", "number", "text", "confidence", "kind", "x", "y", "width", "height", "review"),
    *("sheet_x", "sheet_y", "sheet_scale", "sheet_width", "sheet_height"),
)
DIGIT_COLUMNS = (
    *("number", "position", "digit", "confidence", "x", "y", "width", "height", "others"),
)

RunnersUp = Sequence[tuple[int, float]]
"""What else a digit may be, likeliest first: digits with their probabilities."""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A page of the report: its size in pixels, and where its pictures are, relative to the report.

    Without a picture both addresses are empty. `scale` is picture pixels a page pixel is long;
    `seconds` is what reading took, None where that is not known.
    """

    file: str
    page: int
    width: int
    height: int
    picture: str
    scale: float
    sheet: str
    seconds: float | None


@dataclass(slots=True)
class ReportData:
    """Collects the data page by page; `run` says what was read, with what and how."""

    run: dict[str, Any]
    pages: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[list[Any]] = field(default_factory=list)
    digits: list[list[Any]] = field(default_factory=list)

    def add(
        self,
        page: ReportPage,
        numbers: Sequence[NumberRows],
        snippets: Sequence[Snippet],
        others: Sequence[RunnersUp],
    ) -> None:
        """Add a page with its numbers; `others` has an entry for each of their digits, in order."""
        rest = iter(others)
        for number, snippet in zip(numbers, snippets, strict=True):
            box, place = number.box, snippet.place
            for row in number.rows:
                self.digits.append(
                    [
                        *(len(self.numbers), row.position, row.digit, round(row.confidence, 4)),
                        *(row.box.x, row.box.y, row.box.width, row.box.height),
                        [[digit, share] for digit, share in next(rest)],
                    ]
                )
            self.numbers.append(
                [
                    *(len(self.pages), number.key[2], number.text, round(number.confidence, 4)),
                    *(number.rows[0].kind.value, box.x, box.y, box.width, box.height),
                    *(int(number.review), place.x, place.y, snippet.scale),
                    *(place.width, place.height),
                ]
            )
        self.pages.append(
            {
                "file": page.file,
                "page": page.page,
                "width": page.width,
                "height": page.height,
                "picture": page.picture,
                "picture_scale": round(page.scale, 6),
                "sheet": page.sheet,
                "seconds": page.seconds,
            }
        )

    def finished(self, failures: Sequence[FileFailure], unread: int | None) -> dict[str, Any]:
        """Return all of it, with what could not be read and the cells with ink not read."""
        return {
            "run": self.run,
            "pages": self.pages,
            "number_columns": list(NUMBER_COLUMNS),
            "numbers": self.numbers,
            "digit_columns": list(DIGIT_COLUMNS),
            "digits": self.digits,
            "margin": MARGIN,
            "failures": [
                {"file": f.file, "page": f.page, "error": f.error, "message": f.message}
                for f in failures
            ],
            "unread": unread,
        }
