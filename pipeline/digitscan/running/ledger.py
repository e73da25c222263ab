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
from digitscan.running.ledger_file import explain, open_ledger
from digitscan.running.ledger_rows import read_results, remove_results, write_results
from digitscan.running.messages import Result
from digitscan.running.states import Document, Stamp, State, free_name
from digitscan.settings import PictureFormat
from digitscan.types import FileFailure

_FINAL = "state IN ('done', 'failed', 'duplicate')"
"""As `State.final`."""
_FIELDS = (
    "id, path, name, size, mtime_ns, sha256, state, attempts, interrupted, pages, error, message, "
    "place"
)


@dataclass(frozen=True, slots=True)
class Reader:
    """What a document was read with."""

    model: str
    settings: str


class Ledger:
    """An open ledger; use it as a context manager or close it.

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
        self._path = path
        self._now = now
        self._durable = durable
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

    # What is known.

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
            f"WHERE path = ? AND size = ? AND mtime_ns = ? AND place IS NULL AND {_FINAL} LIMIT 1"
        )
        return bool(self._select(where, os.fsencode(path), stamp.size, stamp.mtime_ns))

    def unread(self, path: str) -> list[Document]:
        """Return the documents that were found at this path and are to be read."""
        return self._select(f"WHERE path = ? AND NOT {_FINAL} ORDER BY id", os.fsencode(path))

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

    # What changes.

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
                change.execute(f"UPDATE documents SET placed = 0 WHERE place IS NULL AND {_FINAL}")

    def _taken(self, name: str) -> bool:
        query = "SELECT 1 FROM documents WHERE name = ?"
        return self._connection.execute(query, (name,)).fetchone() is not None

    def _update(self, document: int, what: str, *values: object) -> None:
        with self.transaction() as change:
            change.execute(f"UPDATE documents SET {what} WHERE id = ?", (*values, document))

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
