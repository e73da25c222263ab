"""corrections.csv: what the report's page saves of a person's work, read and checked."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from digitscan.errors import UsageError
from digitscan.output.read_table import read_csv

COLUMNS = ("file", "page", "number", "position", "old", "new", "who", "when")
NEEDED = COLUMNS[:6]
"""Columns without which a correction says nothing."""

MOST_DIGITS = 18
"""Of a page or number: more than any table has, and few enough for any program."""

Key: TypeAlias = tuple[str, int, int]
"""File, page and number."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One line of a corrections CSV; `line` is its number and `where` what messages call it.

    `position` is that of a digit, None where the whole number is meant. `old` is what was read,
    `new` what stands there: the same where it was accepted as right, empty where nothing does.
    """

    line: int
    where: str
    key: Key
    position: int | None
    old: str
    new: str


def read_corrections(path: Path) -> dict[Key, list[Correction]]:
    """Read a corrections CSV, by number; a mark for UTF-8, CRLF and `;` of spreadsheets do no harm.

    Raises
    ------
    UsageError
        It is none, or a line is damaged; the message names the line.
    """
    found: dict[Key, list[Correction]] = defaultdict(list)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            for line, row in read_csv(file, NEEDED):
                correction = _parsed(path, line, row)
                found[correction.key].append(correction)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8; save it as 'CSV UTF-8'") from error
    except KeyError as error:
        raise UsageError(
            f"{path} has no column {error}; save the corrections from the page of "
            "'digitscan report' once more"
        ) from error
    except csv.Error as error:
        raise UsageError(f"{path} is no CSV: {error}") from error
    return dict(found)


def _parsed(path: Path, line: int, row: dict[str, str]) -> Correction:
    """Check one line: whole numbers from 1, and digits where digits belong."""
    where = f"{path}, line {line}"

    def refuse(what: str) -> UsageError:
        return UsageError(f"{where}: {what}; mend the line or save the corrections anew")

    def count(column: str) -> int:
        text = row[column] or ""
        digits = text.lstrip("0")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
            raise refuse(f"'{column}' is a whole number from 1, got '{text[: 2 * MOST_DIGITS]}'")
        return int(digits)

    position = count("position") if row["position"] else None
    old, new = row["old"] or "", row["new"] or ""
    for column, text, least in (("old", old, 1), ("new", new, 0)):
        most = 1 if position else len(text)
        if not (least <= len(text) <= most and (not text or (text.isascii() and text.isdigit()))):
            wanted = "one digit" if position else "digits"
            raise refuse(f"'{column}' holds {wanted}, got '{text}'")
    return Correction(
        line, where, (row["file"], count("page"), count("number")), position, old, new
    )
