"""What a ledger knows: documents by path, content and state, their results and their pictures."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitscan.running.ledger_file import explain, open_ledger
from digitscan.running.ledger_rows import read_results
from digitscan.running.messages import Result
from digitscan.running.states import Document, Stamp, State

FINAL = "state IN ('done', 'failed', 'duplicate')"
"""As `State.final`."""
_FIELDS = (
    "id, path, name, size, mtime_ns, sha256, state, attempts, interrupted, pages, error, message, "
    "place"
)


class Known:
    """An open ledger, asked.

    Parameters
    ----------
    path
        The file; made where there is none.

    Raises
    ------
    UnsafeError
        The file is damaged, of another program or of a newer digitscan; it is left as it is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = open_ledger(path)
        try:
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file; nothing is pending."""
        self._connection.close()

    def by_content(self, sha256: str) -> list[Document]:
        """Return the documents with this content."""
        return self._select("WHERE sha256 = ? ORDER BY id", sha256)

    def by_path(self, path: str) -> list[Document]:
        """Return the documents whose file had this path in the inbox."""
        return self._select("WHERE path = ? ORDER BY id", os.fsencode(path))

    def unplaced(self, after: int = 0) -> list[Document]:
        """Return some whose folders may not agree with the ledger yet, of ids past `after`."""
        return self._select("WHERE NOT placed AND id > ? ORDER BY id LIMIT 100", after)

    def failed(self) -> list[Document]:
        """Return those that failed, and those put back of which the file may not be back yet."""
        return self._select("WHERE state = 'failed' OR (state = 'waiting' AND place IS NOT NULL)")

    def finished(self, since: float | None, until: float | None) -> list[tuple[int, str]]:
        """Return id and name of all done or failed from `since` on and before `until`."""
        with self._explained():
            return self._connection.execute(
                "SELECT id, name FROM documents WHERE state IN ('done', 'failed') "
                "AND finished >= ? AND finished < ?",
                (since or 0.0, until or 1e18),
            ).fetchall()

    def known(self, path: str, stamp: Stamp) -> bool:
        """Whether the file is one that was dealt with and stays in the inbox."""
        where = (
            f"WHERE path = ? AND size = ? AND mtime_ns = ? AND place IS NULL AND {FINAL} LIMIT 1"
        )
        return bool(self._select(where, os.fsencode(path), stamp.size, stamp.mtime_ns))

    def unread(self, path: str) -> list[Document]:
        """Return the documents that were found at this path and are to be read."""
        return self._select(f"WHERE path = ? AND NOT {FINAL} ORDER BY id", os.fsencode(path))

    def results(self, document: int, name: str) -> Iterator[Result]:
        """Give what was read in a document and what failed, as the workers told it."""
        with self._explained():
            yield from read_results(self._connection, document, name)

    def pictures(self, document: int) -> list[str]:
        """Return the pictures of its pages, relative to the folder of pictures."""
        query = "SELECT picture FROM pages WHERE document = ? AND picture IS NOT NULL ORDER BY page"
        with self._explained():
            return [row[0] for row in self._connection.execute(query, (document,))]

    def meta(self, key: str) -> str | None:
        """Return a note on the whole ledger."""
        with self._explained():
            row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,))
            found = row.fetchone()
        return None if found is None else str(found[0])

    def _select(self, where: str, *values: object) -> list[Document]:
        with self._explained():
            rows = self._connection.execute(
                f"SELECT {_FIELDS} FROM documents {where}", values
            ).fetchall()
        return [
            Document(id_, os.fsdecode(path), name, Stamp(size, time_), sha256, State(state), *rest)
            for id_, path, name, size, time_, sha256, state, *rest in rows
        ]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise explain(self._path, error) from error
