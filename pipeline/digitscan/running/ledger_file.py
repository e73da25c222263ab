"""The file of the ledger: opened, checked, brought to this version; what is wrong explained."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from digitscan.errors import OutputError, TransientError, UnsafeError
from digitscan.running.ledger_rows import SCHEMA_1, SCHEMA_3

NAME = "digitscan.db"
APPLICATION = 0x64736361
"""`dsca` in SQLite's field for whose file it is."""
SCHEMA_2 = (
    "ALTER TABLE documents ADD COLUMN interrupted INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX documents_unplaced ON documents (id) WHERE NOT placed",
)
MIGRATIONS = (SCHEMA_1, SCHEMA_2, SCHEMA_3)
"""Statements from each version of the ledger to the next; a new ledger takes them all."""
BUSY = 5.0
"""Seconds to wait for another process that writes."""
CHECKED = 256 * 1024 * 1024
"""A ledger of more bytes is not read through at the start: that would take minutes."""

_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
}


def open_ledger(path: Path) -> sqlite3.Connection:
    """Open a ledger and bring it to this version; what is not one stays as it is."""
    try:
        connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
    except sqlite3.Error as error:
        raise OutputError(f"{path}: cannot open the ledger: {error}") from error
    try:
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        whose = connection.execute("PRAGMA application_id").fetchone()[0]
        if tables and whose != APPLICATION:
            raise UnsafeError(f"{path} is not a ledger of digitscan; choose another output folder")
        if path.stat().st_size <= CHECKED:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise sqlite3.DatabaseError(found)
        connection.execute("PRAGMA journal_mode = WAL")
        _migrate(connection, path)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise explain(path, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply what is missing, all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise UnsafeError(
                f"{path} was written by a newer digitscan (version {version} of the ledger, this "
                f"one knows {len(MIGRATIONS)}); install that one"
            )
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        if version < len(MIGRATIONS):
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def explain(path: Path, error: sqlite3.DatabaseError) -> OutputError | UnsafeError:
    """Tell what passes by itself from what does not."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING:
        return TransientError(
            f"{path}: the ledger cannot be used: {error}; free the disk, its rights or end the "
            "program that holds it"
        )
    return UnsafeError(
        f"{path}: the ledger is damaged ({error}) and was left as it is; put back a copy of it, or "
        "move it aside, and the results with it, to start anew"
    )
