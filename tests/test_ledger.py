"""digitscan.running.ledger: rows and state together, exact, and a file that is never harmed."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digitscan.errors import TransientError, UnsafeError
from digitscan.running import ledger_file, ledger_rows
from digitscan.running.ledger import Ledger, Reader
from digitscan.running.ledger_rows import SCHEMA_1
from digitscan.running.messages import Result
from digitscan.running.states import Document, Stamp, State
from digitscan.settings import PictureFormat
from digitscan.types import Box, Digit, FileFailure, Kind, Number, PageReading

READER = Reader("model", "settings")
STAMP = Stamp(3, 1_700_000_000_123_456_789)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "digitscan.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with closing(Ledger(path, lambda: 1000.0, durable=False)) as ledger:
        yield ledger


def enter(ledger: Ledger, name: str = "a.png", sha256: str = "x") -> Document:
    return ledger.enter(name, name, STAMP, sha256, None, State.WAITING)


def page(number: int, name: str = "a.png") -> PageReading:
    digits = tuple(Digit(value, 1 / 3, Box(value, 2, 3, 4)) for value in (0, 7))
    numbers = (
        Number(digits, 0.1 + 0.2, Kind.HANDWRITTEN, review=True),
        Number(digits[1:], 1.0, Kind.PRINTED, review=False),
    )
    unread = (Box(5, 6, 7, 8),) * (number - 1)
    return PageReading(name, number, 40, 30, numbers, {}, unread)


def test_what_was_read_comes_back_exactly(ledger: Ledger) -> None:
    document = enter(ledger)
    failure = FileFailure("a.png", 2, "truncated", "damaged inside")
    results: list[Result] = [page(1), failure, page(3)]
    finished = ledger.finish(document, results, failure, READER, 3, PictureFormat.JPEG)
    assert (finished.state, finished.pages, finished.error) == (State.FAILED, 2, "truncated")
    assert list(ledger.results(document.id, "a.png")) == [page(1), page(3), failure]
    assert ledger.pictures(document.id) == ["a.png-page-0001.jpg", "a.png-page-0003.jpg"]


def test_state_and_rows_change_together_or_not_at_all(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = enter(ledger)
    ledger.attempt(document.id)
    ledger.finish(document, [page(1)], None, READER)

    def fail(*_: object) -> int:
        raise OSError("the power went")

    monkeypatch.setattr("digitscan.running.ledger.write_results", fail)
    with pytest.raises(OSError, match="power"):
        ledger.finish(document, [page(1), page(2)], None, READER)
    assert list(ledger.results(document.id, "a.png")) == [page(1)]
    assert ledger.by_path("a.png")[0].state is State.DONE


def test_names_are_free_and_paths_are_bytes(ledger: Ledger) -> None:
    names = [enter(ledger, "day/scan.png").name for _ in range(3)]
    assert names == ["day/scan.png", "day/scan-2.png", "day/scan-3.png"]
    odd = os.fsdecode(b"\xff.png")
    ledger.enter(odd, "ff.png", STAMP, "y", None, State.WAITING)
    assert ledger.by_path(odd)[0].path == odd


def test_what_was_in_hand_is_put_back_and_counted(ledger: Ledger) -> None:
    document = enter(ledger)
    ledger.attempt(document.id)
    ledger.recover(keep=True)
    (found,) = ledger.unread("a.png")
    assert (found.state, found.attempts, found.interrupted) == (State.WAITING, 1, 1)


def test_a_time_range_is_chosen_by_the_end(ledger: Ledger) -> None:
    ledger.finish(enter(ledger), [page(1)], None, READER)
    assert len(ledger.finished(1000.0, 1000.1)) == 1
    assert ledger.finished(1000.1, None) == []
    assert ledger.finished(None, 1000.0) == []


def test_a_change_by_another_process_is_noticed(ledger: Ledger, path: Path) -> None:
    before = ledger.changes
    enter(ledger)
    assert ledger.changes == before
    with closing(Ledger(path)) as other:
        enter(other, "b.png")
    assert ledger.changes != before


def test_an_older_ledger_is_migrated(path: Path) -> None:
    with closing(sqlite3.connect(path)) as old:
        for statement in SCHEMA_1:
            old.execute(statement)
        old.execute(f"PRAGMA application_id = {ledger_file.APPLICATION}")
        old.execute("PRAGMA user_version = 1")
        old.execute(
            "INSERT INTO documents (path, name, size, mtime_ns, sha256, state, placed) "
            "VALUES (X'61', 'a', 1, 1, 'x', 'done', 1)"
        )
        old.commit()
    with closing(Ledger(path)) as ledger:
        assert ledger.by_path("a")[0].interrupted == 0
    with closing(sqlite3.connect(path)) as new:
        assert new.execute("PRAGMA user_version").fetchone() == (len(ledger_file.MIGRATIONS),)


def test_a_migration_that_fails_leaves_the_old_version(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Ledger(path).close()
    broken = (*ledger_file.MIGRATIONS, ("CREATE TABLE more (x)", "no SQL"))
    monkeypatch.setattr(ledger_file, "MIGRATIONS", broken)
    with pytest.raises(UnsafeError):
        Ledger(path)
    with closing(sqlite3.connect(path)) as left:
        assert left.execute("PRAGMA user_version").fetchone() == (len(broken) - 1,)
        assert left.execute("SELECT * FROM sqlite_schema WHERE name = 'more'").fetchall() == []


def test_a_newer_ledger_is_refused(path: Path) -> None:
    Ledger(path).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(UnsafeError, match="newer digitscan"):
        Ledger(path)


@pytest.mark.parametrize("content", [b"no ledger" * 1000, b"SQLite format 3\0" + b"\xff" * 8000])
def test_what_is_no_ledger_stays_as_it_is(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(UnsafeError, match="damaged"):
        Ledger(path)
    assert path.read_bytes() == content


def test_the_database_of_another_program_stays_as_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE documents (x)")
    before = path.read_bytes()
    with pytest.raises(UnsafeError, match="not a ledger of digitscan"):
        Ledger(path)
    assert path.read_bytes() == before


def test_a_damaged_page_is_found_at_the_start(path: Path) -> None:
    with closing(Ledger(path)) as ledger:
        for number in range(50):
            ledger.finish(enter(ledger, f"{number}.png"), [page(1)], None, READER)
    content = bytearray(path.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(UnsafeError, match="damaged"):
        Ledger(path)
    assert path.read_bytes() == content


def test_a_locked_ledger_may_be_free_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_file, "BUSY", 0.05)
    with closing(Ledger(path)) as ledger, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TransientError, match="locked"):
            enter(ledger)
        other.rollback()
        assert enter(ledger).name == "a.png"


def test_tables_of_results_are_all_emptied() -> None:
    made = {statement.split()[2] for statement in SCHEMA_1 if "REFERENCES" in statement}
    assert made == set(ledger_rows.TABLES)
