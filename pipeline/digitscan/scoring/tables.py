"""What is compared: a table of results and a file of truth.

The truth is a JSON object: file name -> one of a list of digits with boxes; `{"fields": [...],
"ignore": [...]}`, what stands in regions, each of which may name its `kind`; `{"numbers": [...]}`,
texts without places; `{"empty": true}`. Files are matched by name, without folders; a file with no
row was read as empty.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitscan.errors import UsageError
from digitscan.output.read_table import DigitRow, read_digits
from digitscan.types import Box, Kind


@dataclass(frozen=True, slots=True)
class Row:
    """One digit of a results table."""

    page: int
    number: int
    position: int
    digit: str
    confidence: float
    box: Box
    review: bool


Rows = tuple[Row, ...]


def read_results(path: Path, kind: Kind = Kind.HANDWRITTEN) -> dict[str, Rows]:
    """Read the digits of one kind from a table of results, by file name.

    Raises
    ------
    UsageError
        The file is not a table of results of `digitscan run`.
    """
    found: dict[str, list[Row]] = defaultdict(list)
    for row in read_digits(path):
        if row.kind is kind:
            found[row.file.rpartition("/")[2]].append(row_of(row))
    return {name: tuple(rows) for name, rows in found.items()}


def row_of(row: DigitRow) -> Row:
    """Return what is compared of a row of a table."""
    place = row.page, row.number, row.position
    return Row(*place, str(row.digit), row.confidence, row.box, row.review)


def read_truth(path: Path) -> dict[str, Any]:
    """Read a truth file; UsageError where it is not one."""
    try:
        truth = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not a truth file: {error}") from error
    if not isinstance(truth, dict) or not truth:
        raise UsageError(f"{path} is not a truth file: it must be an object, one entry a file")
    return truth
