"""What was read, as rows of the ledger, and back: exactly, so that exports give the same bytes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from digitscan.running.messages import Result
from digitscan.types import Box, Digit, FileFailure, Kind, Number, PageReading

_PART = "document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE"
SCHEMA_1 = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL,
        name TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        pages INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        message TEXT,
        model TEXT,
        settings TEXT,
        found REAL,
        started REAL,
        finished REAL,
        place TEXT,
        placed INTEGER NOT NULL
    )""",
    "CREATE INDEX documents_path ON documents (path)",
    "CREATE INDEX documents_sha256 ON documents (sha256)",
    "CREATE INDEX documents_state ON documents (state)",
    f"""CREATE TABLE pages (
        {_PART}, page INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
        picture TEXT, PRIMARY KEY (document, page)
    ) WITHOUT ROWID""",
    f"""CREATE TABLE numbers (
        {_PART}, page INTEGER NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL,
        confidence REAL NOT NULL, kind TEXT NOT NULL, review INTEGER NOT NULL,
        PRIMARY KEY (document, page, number)
    ) WITHOUT ROWID""",
    f"""CREATE TABLE digits (
        {_PART}, page INTEGER NOT NULL, number INTEGER NOT NULL, position INTEGER NOT NULL,
        digit INTEGER NOT NULL, confidence REAL NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL,
        width INTEGER NOT NULL, height INTEGER NOT NULL,
        PRIMARY KEY (document, page, number, position)
    ) WITHOUT ROWID""",
    f"""CREATE TABLE failures (
        {_PART}, page INTEGER, error TEXT NOT NULL, message TEXT NOT NULL
    )""",
    "CREATE INDEX failures_document ON failures (document)",
)
SCHEMA_3 = ("ALTER TABLE pages ADD COLUMN unread TEXT NOT NULL DEFAULT '[]'",)
TABLES = ("pages", "numbers", "digits", "failures")


def remove_results(change: sqlite3.Connection, document: int) -> None:
    """Remove all rows of a document."""
    for table in TABLES:
        change.execute(f"DELETE FROM {table} WHERE document = ?", (document,))


def write_results(
    change: sqlite3.Connection,
    document: int,
    results: Sequence[Result],
    picture: Callable[[int], str | None],
) -> int:
    """Add the rows of a document; `picture` names that of a page. Returns the pages read."""
    pages = [result for result in results if not isinstance(result, FileFailure)]
    change.executemany(
        "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?)",
        [(document, r.page, r.width, r.height, picture(r.page), _as_json(r.unread)) for r in pages],
    )
    numbered = [(r.page, i, number) for r in pages for i, number in enumerate(r.numbers, 1)]
    change.executemany(
        "INSERT INTO numbers VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (document, page, i, n.text, float(n.confidence), n.kind.value, bool(n.review))
            for page, i, n in numbered
        ],
    )
    change.executemany(
        "INSERT INTO digits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(document, page, i, position, int(d.value), float(d.confidence)),
                *(int(d.box.x), int(d.box.y), int(d.box.width), int(d.box.height)),
            )
            for page, i, number in numbered
            for position, d in enumerate(number.digits, 1)
        ],
    )
    change.executemany(
        "INSERT INTO failures VALUES (?, ?, ?, ?)",
        [(document, r.page, r.error, r.message) for r in results if isinstance(r, FileFailure)],
    )
    return len(pages)


def read_results(connection: sqlite3.Connection, document: int, name: str) -> Iterator[Result]:
    """Give the pages of a document, then what failed of it; times are not kept."""
    digits = connection.execute(
        "SELECT page, number, digit, confidence, x, y, width, height FROM digits "
        "WHERE document = ? ORDER BY page, number, position",
        (document,),
    )
    by_number = {
        key: tuple(Digit(value, sure, Box(*box)) for _, _, value, sure, *box in rows)
        for key, rows in groupby(digits, key=lambda row: (row[0], row[1]))
    }
    numbers = connection.execute(
        "SELECT page, number, confidence, kind, review FROM numbers WHERE document = ? "
        "ORDER BY page, number",
        (document,),
    )
    by_page = {
        page: tuple(
            Number(by_number[page, index], sure, Kind(kind), bool(review))
            for _, index, sure, kind, review in rows
        )
        for page, rows in groupby(numbers, key=lambda row: row[0])
    }
    pages = connection.execute(
        "SELECT page, width, height, unread FROM pages WHERE document = ? ORDER BY page",
        (document,),
    )
    for page, width, height, unread in pages.fetchall():
        cells = tuple(Box(*cell) for cell in json.loads(unread))
        yield PageReading(name, page, width, height, by_page.get(page, ()), {}, cells)
    failures = connection.execute(
        "SELECT page, error, message FROM failures WHERE document = ? ORDER BY rowid", (document,)
    )
    for page, error, message in failures.fetchall():
        yield FileFailure(name, page, error, message)


def _as_json(cells: Sequence[Box]) -> str:
    return json.dumps([[int(side) for side in (c.x, c.y, c.width, c.height)] for c in cells])
