"""One table of what a watcher has read, in the format of a run."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from digitscan.errors import NothingToReadError, UsageError
from digitscan.pages.inputs import natural_key
from digitscan.running.checks import check_outputs
from digitscan.running.ledger import Ledger
from digitscan.running.ledger_file import NAME
from digitscan.running.tables import list_failures, tables
from digitscan.settings import OutputSettings
from digitscan.types import FileFailure


def open_watched(out: Path) -> closing[Ledger]:
    """Open the ledger of a watcher, which may be at work.

    Raises
    ------
    NothingToReadError
        There is none.
    """
    if not (out / NAME).is_file():
        raise NothingToReadError(
            f"{out} holds no {NAME}; name the folder that 'digitscan watch' was given as --out"
        )
    return closing(Ledger(out / NAME))


def export(out: Path, output: OutputSettings, since: float | None, until: float | None) -> int:
    """Write the tables of all documents that were finished in a range of seconds since 1970.

    Returns how many there were; duplicates are not among them.
    """
    check_outputs((), (), output)
    failures: list[FileFailure] = []
    with open_watched(out) as ledger:
        documents = sorted(
            ledger.finished(since, until), key=lambda document: natural_key(document[1])
        )
        with tables(output) as write:
            for id_, name in documents:
                for result in ledger.results(id_, name):
                    write(result)
                    if isinstance(result, FileFailure):
                        failures.append(result)
    list_failures(failures, output)
    return len(documents)


def parse_time(text: str) -> float:
    """Turn a date, or date and time, into seconds since 1970; local unless it names a zone.

    Raises
    ------
    UsageError
        It is none.
    """
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"'{text}' is no date and time; write 2026-01-31 or 2026-01-31T18:30"
        ) from error
