"""Tables of results read back: one row a digit, in any format that they are written in."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from math import prod
from pathlib import Path
from typing import Any, TextIO
from zipfile import BadZipFile

from digitscan.errors import UsageError
from digitscan.output.table import DIGIT_COLUMNS, check_format, table_format
from digitscan.settings import TableFormat
from digitscan.types import Box, Kind

ROWS_A_BLOCK = 10_000
"""Rows of a Parquet file that are held at a time."""


class State(StrEnum):
    """What became of a digit, or a number, of a corrected table."""

    READ = "read"
    """Nobody said anything."""
    ACCEPTED = "accepted"
    """A person said that it is right."""
    CORRECTED = "corrected"
    """A person said what stands there instead."""


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
    state: State = State.READ


@dataclass(frozen=True, slots=True)
class NumberRows:
    """The digits of one number of a table, at least one, by position."""

    rows: tuple[DigitRow, ...]

    @property
    def key(self) -> tuple[str, int, int]:
        """File, page and number."""
        return _number_of(self.rows[0])

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
    except KeyError as error:
        raise UsageError(
            f"{path} is no table of results of 'digitscan run', a row for each digit: it has no "
            f"column {error}"
        ) from error
    except (TypeError, ValueError, csv.Error, BadZipFile) as error:
        raise UsageError(
            f"{path}, row {read + 1}: this is no table of results of 'digitscan run', a row "
            f"for each digit ({error!r})"
        ) from error


def read_numbers(path: Path) -> Iterator[NumberRows]:
    """Give the numbers of a table of results; see `read_digits`.

    Raises
    ------
    UsageError
        Not only for what `read_digits` refuses, but also where the rows of a number do not stand
        together.
    """
    for (file, page, index), rows in groupby(read_digits(path), _number_of):
        number = NumberRows(tuple(sorted(rows, key=lambda row: row.position)))
        if [row.position for row in number.rows] != list(range(1, len(number.rows) + 1)):
            raise UsageError(
                f"{path}: the rows of number {index} of {file}, page {page}, are not all there or "
                "stand apart; sort the table by file, page, number and position"
            )
        yield number


def _number_of(row: DigitRow) -> tuple[str, int, int]:
    return row.file, row.page, row.number


def _lines(path: Path, format: TableFormat) -> Iterator[dict[str, Any]]:
    """Give the rows as they stand in the file, by column."""
    if format is TableFormat.CSV:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield from (line for _, line in read_csv(file, DIGIT_COLUMNS))
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


def read_csv(file: TextIO, columns: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the lines of a CSV that hold anything, by column, with their numbers in the file.

    Spreadsheets may have parted the columns by `;` or tabs. A column that a line is too short for
    is empty.

    Raises
    ------
    KeyError
        A column is missing; it is the key.
    """
    head = file.readline()
    file.seek(0)
    lines = csv.DictReader(file, delimiter=max(",;\t", key=head.count), restval="")
    missing = [column for column in columns if column not in (lines.fieldnames or ())]
    if missing:
        raise KeyError(missing[0])
    for line in lines:
        if any(line.values()):
            yield lines.line_num, line


def _row(line: dict[str, Any]) -> DigitRow:
    review = line["review"]
    digit, confidence = int(line["digit"]), float(line["confidence"])
    page, number, position = (int(line[name]) for name in ("page", "number", "position"))
    if not 0 <= digit <= 9 or not 0 <= confidence <= 1 or min(page, number, position) < 1:
        raise ValueError("a value is out of range")
    return DigitRow(
        str(line["file"]),
        page,
        number,
        position,
        digit,
        confidence,
        Kind(line["kind"]),
        Box(*(int(line[side]) for side in ("x", "y", "width", "height"))),
        review if isinstance(review, bool) else str(review).lower() == "true",
        State(line.get("state") or State.READ),
    )
