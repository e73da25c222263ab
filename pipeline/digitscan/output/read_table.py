"""Tables of results read back: one row a digit, in any format that they are written in."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, TextIO

from digitscan.errors import UsageError
from digitscan.output.table import DIGIT_COLUMNS, check_format, table_format
from digitscan.settings import TableFormat
from digitscan.types import Box, Kind

ROWS_A_BLOCK = 10_000
"""Rows of a Parquet file that are held at a time."""


@dataclass(frozen=True, slots=True)
class DigitRow:
    """One row of a table of results: a digit, where it stands and how sure it is.

    `state` is what a corrected table says of it, `read` in all others.
    """

    file: str
    page: int
    number: int
    position: int
    digit: int
    confidence: float
    kind: Kind
    box: Box
    review: bool
    state: str = "read"


@dataclass(frozen=True, slots=True)
class NumberRows:
    """The digits of one number of a table, at least one, by position."""

    rows: tuple[DigitRow, ...]

    @property
    def key(self) -> tuple[str, int, int]:
        """File, page and number."""
        first = self.rows[0]
        return first.file, first.page, first.number

    @property
    def text(self) -> str:
        """The digits as a string."""
        return "".join(str(row.digit) for row in self.rows)

    @property
    def confidence(self) -> float:
        """Probability of the whole: the product of its digits'."""
        return prod(row.confidence for row in self.rows)

    @property
    def review(self) -> bool:
        """Whether it needs a look."""
        return any(row.review for row in self.rows)

    @property
    def box(self) -> Box:
        """The box around all digits, page pixels."""
        box = self.rows[0].box
        for row in self.rows[1:]:
            box = box.union(row.box)
        return box


def read_digits(path: Path) -> Iterator[DigitRow]:
    """Give the rows of a table of results, CSV, JSON lines, Parquet or XLSX by its name's ending.

    Raises
    ------
    UsageError
        It is no table of results, cannot be read, or a row is damaged; the message names the row.
    OutputError
        The package for its format is missing.
    """
    format = table_format(path, None)
    check_format(format)
    read = 1  # the header
    try:
        for line in _lines(path, format):
            yield _row(line)
            read += 1
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8; save it as 'CSV UTF-8'") from error
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise UsageError(
            f"{path}, row {read + 1}: this is no table of results of 'digitscan run' ({error!r})"
        ) from error


def read_numbers(path: Path) -> Iterator[NumberRows]:
    """Give the numbers of a table whose rows stand as they were written; see `read_digits`."""
    rows: list[DigitRow] = []
    for row in read_digits(path):
        if rows and (row.file, row.page, row.number) != NumberRows((rows[0],)).key:
            yield NumberRows(tuple(rows))
            rows = []
        rows.append(row)
    if rows:
        yield NumberRows(tuple(rows))


def _lines(path: Path, format: TableFormat) -> Iterator[dict[str, Any]]:
    """Give the rows as they stand in the file, by column."""
    if format is TableFormat.CSV:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield from read_csv(file, DIGIT_COLUMNS)
    elif format is TableFormat.JSONL:
        with path.open(encoding="utf-8") as file:
            yield from (json.loads(line) for line in file)
    elif format is TableFormat.PARQUET:
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(path) as table:
            for block in table.iter_batches(ROWS_A_BLOCK):
                yield from block.to_pylist()
    else:
        yield from _sheets(path)


def _sheets(path: Path) -> Iterator[dict[str, Any]]:
    """Give the rows of all sheets of a workbook."""
    import openpyxl

    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True)
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True)
            header = next(rows, ())
            yield from (dict(zip(header, row, strict=False)) for row in rows)


def read_csv(file: TextIO, columns: Iterable[str]) -> Iterator[dict[str, str]]:
    """Give the lines of a CSV by column; spreadsheets may have parted them by `;` or tabs.

    Raises
    ------
    KeyError
        A column is missing; it is the key.
    """
    head = file.readline()
    file.seek(0)
    delimiter = max(",;\t", key=head.count)
    lines = csv.DictReader(file, delimiter=delimiter)
    missing = [column for column in columns if column not in (lines.fieldnames or ())]
    if missing:
        raise KeyError(missing[0])
    yield from lines


def _row(line: dict[str, Any]) -> DigitRow:
    review = line["review"]
    digit = int(line["digit"])
    if not 0 <= digit <= 9:
        raise ValueError(f"digit {digit}")
    return DigitRow(
        str(line["file"]),
        int(line["page"]),
        int(line["number"]),
        int(line["position"]),
        digit,
        float(line["confidence"]),
        Kind(line["kind"]),
        Box(*(int(line[side]) for side in ("x", "y", "width", "height"))),
        review if isinstance(review, bool) else str(review).lower() == "true",
        line.get("state") or "read",
    )
