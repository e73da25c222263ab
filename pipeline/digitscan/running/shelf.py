"""The folders of results: made to agree with the ledger, again and again if need be.

Whatever is written stands in the work folder first and appears in its place by a rename. Every
step may be repeated: after a crash the same call finds what is done and does the rest.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from digitscan.logs import logger
from digitscan.output.place import path_inside
from digitscan.output.table import DIGIT_COLUMNS, CsvTable, digit_rows
from digitscan.running.inbox import stamp_of
from digitscan.running.ledger import Ledger
from digitscan.running.messages import Result
from digitscan.running.moving import Beat, digest, move, on_disk
from digitscan.running.states import Document, State, free_name
from digitscan.types import FileFailure

RESULTS, PICTURES, FAILED = "results", "annotated", "failed"
ORIGINALS = {State.DONE: "done", State.FAILED: FAILED, State.DUPLICATE: "duplicates"}
WORK = ".work"
ERROR = ".error.txt"


def pictures_folder(out: Path) -> Path:
    """Return where workers draw; what they drew goes to its place once its document is done."""
    return out / WORK / "pages"


class Shelf:
    """The output folder of a watcher.

    Parameters
    ----------
    out, inbox
        The folders.
    keep
        Leave originals in the inbox.
    beat
        Called now and then amid long work.
    """

    def __init__(self, out: Path, inbox: Path, keep: bool, beat: Beat) -> None:
        self._out = out
        self._inbox = inbox
        self.keep = keep
        self._beat = beat
        self._work = out / WORK
        self._pictures = pictures_folder(out)

    def clear(self) -> None:
        """Remove what is unfinished; nothing may be in hand and nothing unplaced."""
        shutil.rmtree(self._work, ignore_errors=True)

    def place(self, document: Document, ledger: Ledger) -> None:
        """Make results, pictures and the original of a document stand where the ledger says.

        Raises
        ------
        OSError
            A folder is full or may not be written to; to be called again.
        TransientError
            The ledger cannot be used; to be called again.
        """
        self._work.mkdir(exist_ok=True)
        if document.state is not State.DUPLICATE:
            self._place_results(document, list(ledger.results(document.id, document.name)))
            for picture in ledger.pictures(document.id):
                if (self._pictures / picture).exists():
                    self._appear(self._pictures / picture, PICTURES, self._out / PICTURES / picture)
        place = None if self.keep else self._place_original(document)
        if document.state is State.DONE:
            self._clear_failed(document, place)
        ledger.placed(document.id, place)

    def _place_results(self, document: Document, results: Iterable[Result]) -> None:
        pages = [result for result in results if not isinstance(result, FileFailure)]
        failures = [result for result in results if isinstance(result, FileFailure)]
        if pages or not failures:
            part = self._work / "part.csv"
            with part.open("wb") as file:
                table = CsvTable(file, DIGIT_COLUMNS)
                for page in pages:
                    table.write(digit_rows(page))
                table.close()
            folder = self._out / RESULTS
            self._appear(part, RESULTS, path_inside(folder, document.name, ".csv"))
        if failures:
            part = self._work / "part.txt"
            lines = "".join(_told(failure) for failure in failures)
            part.write_bytes(lines.encode("utf-8", "backslashreplace"))
            self._appear(part, FAILED, path_inside(self._out / FAILED, document.name, ERROR))

    def _place_original(self, document: Document) -> str:
        """Move the file out of the inbox; empty where it is not there or no longer the same."""
        source = self._inbox / document.path
        target, there = self._target(document)
        same = stamp_of(source) == document.stamp
        if there and same:
            source.unlink()
        elif not there and not (same and self._move(source, target, document)):
            logger.warning("%s: left the inbox or changed after it was read", document.name)
            return ""
        return target.relative_to(self._out).as_posix()

    def _target(self, document: Document) -> tuple[Path, bool]:
        """Return where an original goes, and whether it is there; what lies there is kept."""
        folder = self._out / ORIGINALS[document.state]

        def taken(name: str) -> bool:
            path = _unblocked(folder, path_inside(folder, name))
            return os.path.lexists(path) and not self._holds(path, document)

        target = _unblocked(folder, path_inside(folder, free_name(document.name, taken)))
        return target, os.path.lexists(target)

    def _holds(self, path: Path, document: Document) -> bool:
        """Whether a file has the content of a document."""
        stamp = stamp_of(path)
        if stamp is None or stamp.size != document.stamp.size:
            return False
        return digest(path, self._beat) == document.sha256

    def _move(self, source: Path, target: Path, document: Document) -> bool:
        part = self._work / "part.original"
        return move(source, target, part, document.sha256, self._beat)

    def _clear_failed(self, document: Document, place: str | None) -> None:
        """Remove what an earlier try left in failed/."""
        folder = self._out / FAILED
        reason = path_inside(folder, document.name, ERROR)
        if not reason.is_file():
            return
        reason.unlink()
        original = path_inside(folder, document.name)
        if place and self._holds(original, document):
            original.unlink()

    def _appear(self, part: Path, folder: str, path: Path) -> None:
        path = _unblocked(self._out / folder, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        on_disk(part)
        part.replace(path)


def _unblocked(root: Path, path: Path) -> Path:
    """Return a path that can be written: where a file and a folder want one name, one gets a `~`.

    An inbox may hold `a` as a file today and as a folder tomorrow.
    """
    *folders, name = path.relative_to(root).parts
    for folder in folders:
        while os.path.lexists(root / folder) and not (root / folder).is_dir():
            folder += "~"
        root /= folder
    while (root / name).is_dir():
        name += "~"
    return root / name


def _told(failure: FileFailure) -> str:
    page = "" if failure.page is None else f"page {failure.page}: "
    return f"{page}{failure.error}: {failure.message}\n"
