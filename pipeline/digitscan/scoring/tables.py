"""What is compared: a table of results and a file of truth.

The truth is a JSON object: file name -> one of a list of digits with boxes; `{"fields": [...],
"ignore": [...]}`, what stands in regions; `{"numbers": [...]}`, texts without places; `{"empty":
true}`. Files are matched by name, without folders; a file with no row was read as empty.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitscan.errors import UsageError
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
    """Read the digits of one kind from a results CSV, by file name.

    Raises
    ------
    UsageError
        The file is not a results CSV of `digitscan run`.
    """
    found: dict[str, list[Row]] = defaultdict(list)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            for line in csv.DictReader(file):
                if line["kind"] == kind:
                    found[line["file"].rpartition("/")[2]].append(_row(line))
    except (OSError, KeyError, ValueError) as error:
        raise UsageError(f"{path} is not a results CSV of 'digitscan run': {error!r}") from error
    return {name: tuple(rows) for name, rows in found.items()}


def _row(line: dict[str, str]) -> Row:
    return Row(
        int(line["page"]),
        int(line["number"]),
        int(line["position"]),
        line["digit"],
        float(line["confidence"]),
        Box(*(int(line[side]) for side in ("x", "y", "width", "height"))),
        line["review"] == "true",
    )


def read_truth(path: Path) -> dict[str, Any]:
    """Read a truth file; UsageError where it is not one."""
    try:
        truth = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is not a truth file: {error}") from error
    if not isinstance(truth, dict):
        raise UsageError(f"{path} is not a truth file: it must be an object, one entry a file")
    return truth
