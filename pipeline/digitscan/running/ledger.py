"""The ledger: one SQLite file that knows every document, where it stands and what it holds.

What lies in folders is an export of it. A change of state and the rows that belong to it are one
transaction, and it is on the disk before a file moves.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from digitscan.output.place import picture_path
from digitscan.running.ledger_known import FINAL, Known
from digitscan.running.ledger_rows import remove_results, write_results
from digitscan.running.messages import Result
from digitscan.running.states import Document, Stamp, State, free_name
from digitscan.settings import PictureFormat
from digitscan.types import FileFailure


@dataclass(frozen=True, slots=True)
class Reader:
    """What a document was read with."""

    model: str
    settings: str


class Ledger(Known):
    """An open ledger and all that changes it; whoever opens it closes it.

    Parameters
    ----------
    path
        The file; made where there is none.
    now
        Seconds since 1970, for the record alone: nothing is decided by it.
    durable
        What files are moved for is on the disk before they are; else it survives the process alone.

    Raises
    ------
    UnsafeError
        The file is damaged, of another program or of a newer digitscan; it is left as it is.
    """

    def __init__(
        self, path: Path, now: Callable[[], float] = time.time, durable: bool = True
    ) -> None:
        super().__init__(path)
        self._now = now
        self._durable = durable

    @contextmanager
    def transaction(self, lasting: bool = False) -> Iterator[sqlite3.Connection]:
        """Change all or nothing; where it is to last, it is on the disk at the end.

        Raises
        ------
        TransientError
            The disk is full or another process writes; nothing was changed.
        """
        with self._explained():
            if lasting and self._durable:
                self._connection.execute("PRAGMA synchronous = FULL")
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                self._connection.execute("PRAGMA synchronous = NORMAL")

    @property
    def changes(self) -> int:
        """A number that is another one once another process has changed the ledger."""
        with self._explained():
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def note(self, key: str, value: str) -> None:
        """Keep a note on the whole ledger."""
        with self.transaction() as change:
            change.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def clear(self) -> None:
        """Forget all documents."""
        with self.transaction() as change:
            change.execute("DELETE FROM documents")

    def enter(
        self, path: str, name: str, stamp: Stamp, sha256: str, row: Document | None, state: State
    ) -> Document:
        """Enter a file: as a new document, or as `row`, which it is from now on.

        `name` is what it would like to be called. A file that takes the place of another one, or
        one that had failed, starts anew; one that was put back keeps the count of its attempts.
        """
        with self.transaction(lasting=state.final) as change:
            if row is None:
                name = free_name(name, self._taken)
                id_ = change.execute(
                    "INSERT INTO documents (path, name, size, mtime_ns, sha256, state, placed, "
                    "found) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(os.fsencode(path), name, stamp.size, stamp.mtime_ns, sha256, state),
                        *(not state.final, self._now()),
                    ),
                ).lastrowid
                assert id_ is not None
            else:
                id_, keep = row.id, row.sha256 == sha256 and row.state is not State.FAILED
                change.execute(
                    "UPDATE documents SET size = ?, mtime_ns = ?, sha256 = ?, state = ?, "
                    "place = NULL, placed = ?, attempts = attempts * ?, "
                    "interrupted = interrupted * ? WHERE id = ?",
                    (stamp.size, stamp.mtime_ns, sha256, state, not state.final, keep, keep, id_),
                )
        return self._select("WHERE id = ?", id_)[0]

    def attempt(self, document: int) -> None:
        """Note that a document is about to be given to a worker."""
        self._update(
            document, "state = 'reading', attempts = attempts + 1, started = ?", self._now()
        )

    def finish(
        self,
        document: Document,
        results: Sequence[Result],
        failure: FileFailure | None,
        reader: Reader,
        pages: int = 1,
        pictures: PictureFormat | None = None,
    ) -> Document:
        """Enter what came of a document, done or failed, with all its rows; not placed yet.

        `pages` is how many it has and `pictures` the format of those in the work folder, by which
        they are called.
        """
        state = State.DONE if failure is None else State.FAILED

        def picture(page: int) -> str | None:
            if pictures is None:
                return None
            return picture_path(Path(), document.name, page, pages, pictures).as_posix()

        with self.transaction(lasting=True) as change:
            remove_results(change, document.id)
            read = write_results(change, document.id, results, picture)
            change.execute(
                "UPDATE documents SET state = ?, placed = 0, pages = ?, error = ?, message = ?, "
                "model = ?, settings = ?, finished = ? WHERE id = ?",
                (
                    *(state, read, failure and failure.error, failure and failure.message),
                    *(reader.model, reader.settings, self._now(), document.id),
                ),
            )
        return self._select("WHERE id = ?", document.id)[0]

    def put_back(self, document: int, failure: FileFailure | None, gone: bool = False) -> None:
        """Let a document wait for another time, or note that its file is gone."""
        error, message = (failure.error, failure.message) if failure else (None, None)
        state = State.GONE if gone else State.WAITING
        self._update(document, "state = ?, error = ?, message = ?", state, error, message)

    def retry(self, document: int, path: str) -> None:
        """Let a failed document be read again, its file being moved to this path of the inbox."""
        self._update(
            document,
            "state = 'waiting', attempts = 0, interrupted = 0, placed = 1, path = ?",
            os.fsencode(path),
        )

    def placed(self, document: int, place: str | None) -> None:
        """Note that files and folders agree, and where the original lies, see `Document`."""
        self._update(document, "placed = 1, place = ?", place)

    def seen(self, document: int, stamp: Stamp) -> None:
        """Note that a file that stays in the inbox was touched and is still the same."""
        self._update(document, "size = ?, mtime_ns = ?", stamp.size, stamp.mtime_ns)

    def recover(self, keep: bool) -> None:
        """Put back what was in hand when the service ended; unless kept, let originals move."""
        with self.transaction() as change:
            change.execute(
                "UPDATE documents SET state = 'waiting', interrupted = interrupted + 1 "
                "WHERE state = 'reading'"
            )
            if not keep:
                change.execute(f"UPDATE documents SET placed = 0 WHERE place IS NULL AND {FINAL}")

    def _taken(self, name: str) -> bool:
        query = "SELECT 1 FROM documents WHERE name = ?"
        return self._connection.execute(query, (name,)).fetchone() is not None

    def _update(self, document: int, what: str, *values: object) -> None:
        with self.transaction() as change:
            change.execute(f"UPDATE documents SET {what} WHERE id = ?", (*values, document))
