"""Results as tables: one row a digit, one row a number, one row a failure.

CSV and JSON lines stream; pandas is imported for Parquet and XLSX alone.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

from digitscan.errors import OutputError
from digitscan.output.place import put_whole
from digitscan.places import Place, resolve
from digitscan.settings import STDOUT, TableFormat
from digitscan.types import FileFailure, PageReading

Row: TypeAlias = Sequence[str | int | float | bool]

DIGIT_COLUMNS = (
    "file",
    "page",
    "number",
    "position",
    "digit",
    "confidence",
    "kind",
    "x",
    "y",
    "width",
    "height",
    "review",
)
NUMBER_COLUMNS = (
    "file",
    "page",
    "number",
    "text",
    "confidence",
    "kind",
    "x",
    "y",
    "width",
    "height",
    "review",
)
FAILURE_COLUMNS = ("file", "page", "error", "message")
SPELLED = ("confidence", "review")
"""The columns of floats and booleans, which a CSV spells in a way of its own."""

NEEDS = {TableFormat.PARQUET: "pyarrow", TableFormat.XLSX: "openpyxl"}
"""What pandas wants for a format."""
_OPEN = re.compile(r"/dev/(stdout|stderr|fd/\d+)|/proc/self/fd/\d+")
"""Paths of what the process has open, a file or not: written to, never replaced."""


def digit_rows(reading: PageReading) -> Iterator[Row]:
    """Give the rows of `results.csv` for a page."""
    file = _printable(reading.file)
    for number_index, number in enumerate(reading.numbers, 1):
        kind = number.kind.value
        for position, digit in enumerate(number.digits, 1):
            box = digit.box
            yield (
                file,
                reading.page,
                number_index,
                position,
                digit.value,
                digit.confidence,
                kind,
                box.x,
                box.y,
                box.width,
                box.height,
                number.review,
            )


def number_rows(reading: PageReading) -> Iterator[Row]:
    """Give the rows of the table of numbers for a page."""
    file = _printable(reading.file)
    for index, number in enumerate(reading.numbers, 1):
        box = number.box
        yield (
            file,
            reading.page,
            index,
            number.text,
            number.confidence,
            number.kind.value,
            box.x,
            box.y,
            box.width,
            box.height,
            number.review,
        )


def failure_row(failure: FileFailure) -> Row:
    """Give the row of the errors CSV; the page is empty where the whole file is meant."""
    page = "" if failure.page is None else failure.page
    return _printable(failure.file), page, failure.error, _printable(failure.message)


class Table(Protocol):
    """A table being written."""

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        ...

    def close(self) -> None:
        """Write what is still held back."""
        ...


class CsvTable:
    """RFC 4180 with LF: floats with 4 decimals, booleans as true and false."""

    def __init__(self, file: BinaryIO, columns: Sequence[str], excel: bool = False) -> None:
        encoding = "utf-8-sig" if excel else "utf-8"
        self._text = io.TextIOWrapper(file, encoding, newline="")
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._writer.writerow(columns)
        self._spelled = [columns.index(name) for name in SPELLED if name in columns]

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        self._writer.writerows(map(self._fields, rows))

    def close(self) -> None:
        """Flush; the file stays open."""
        self._text.detach()

    def _fields(self, row: Row) -> list[str | int | float]:
        fields = list(row)
        for place in self._spelled:
            fields[place] = _field(fields[place])
        return fields


class JsonTable:
    """One JSON object a line, keys in the order of the columns."""

    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        self._file = file
        self._columns = columns

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        for row in rows:
            values = [round(value, 4) if isinstance(value, float) else value for value in row]
            line = json.dumps(dict(zip(self._columns, values, strict=True)), ensure_ascii=False)
            self._file.write(line.encode() + b"\n")

    def close(self) -> None:
        """Nothing is held back."""


def table_format(path: Place, wanted: TableFormat | None) -> TableFormat:
    """Return the format that is wanted, else the one that the ending of the name says, else CSV."""
    if wanted is not None:
        return wanted
    endings = {f".{known.value}": known for known in TableFormat}
    return endings.get(path.suffix.lower(), TableFormat.CSV)


def check_format(format: TableFormat) -> None:
    """Find out before the work starts whether a format can be written.

    Raises
    ------
    OutputError
        A package is missing.
    """
    needed = NEEDS.get(format)
    if needed and importlib.util.find_spec(needed) is None:
        raise OutputError(
            f"{format.value} needs the package {needed}: pip install 'digitscan[tables]'"
        )


@contextmanager
def open_table(
    path: Place, columns: Sequence[str], format: TableFormat, excel: bool = False
) -> Iterator[Table]:
    """Open a table; it stands under `path` at the end and only if all went well.

    `path` may be `-` for standard output, which a table reaches as it grows; so it does any other
    stream.

    Raises
    ------
    OutputError
        The folder is missing, full or may not be written to, or a package is missing.
    """
    check_format(format)
    try:
        with _destination(path) as file:
            table = _table(file, columns, format, excel)
            yield table
            table.close()
    except OSError as error:
        raise OutputError(f"{path}: cannot write the table: {error.strerror or error}") from error


def is_stream(path: Place) -> bool:
    """Whether what is written there goes by: standard output, a device, a pipe.

    Nothing can be renamed into its place, and nothing has its place beside it.
    """
    if path == STDOUT:
        return True
    found = resolve(path)
    if not isinstance(found, Path):
        return False
    if _OPEN.fullmatch(str(found.absolute())):
        return True
    try:
        mode = found.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


@contextmanager
def _destination(path: Place) -> Iterator[BinaryIO]:
    found = resolve(path)
    if found == STDOUT:
        if sys.stdout is None:
            raise OutputError("standard output is closed; name a file with --out")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif isinstance(found, Path) and is_stream(found):
        with found.open("wb") as file:
            yield file
    else:
        with put_whole(path) as file:
            yield file


def _table(file: BinaryIO, columns: Sequence[str], format: TableFormat, excel: bool) -> Table:
    if format is TableFormat.CSV:
        return CsvTable(file, columns, excel)
    if format is TableFormat.JSONL:
        return JsonTable(file, columns)
    from digitscan.output.frames import ParquetTable, XlsxTable

    return (ParquetTable if format is TableFormat.PARQUET else XlsxTable)(file, columns)


def _field(value: str | float) -> str | int:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4f}" if isinstance(value, float) else value


def _printable(text: str) -> str:
    """Escape the bytes of a file name that are not UTF-8, so that the table is."""
    return text.encode("utf-8", "backslashreplace").decode()
