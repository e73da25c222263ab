"""What a run has finished so far, in a ledger beside its table, so that one that died can go on.

Files are noted in the order of the table, each with all that came of it, and only the files of
whole tasks are taken over: the same batches go through the networks, so the same bytes come out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from digitscan import __version__
from digitscan.errors import DigitscanError, NetworkError, OutputError, UnsafeError, UsageError
from digitscan.logs import NOTICE, logger
from digitscan.output.place import exists, sweep_dead
from digitscan.output.table import is_stream
from digitscan.pages.inputs import InputFile
from digitscan.places import Place, Url, resolve
from digitscan.running.backend import AnySlot, Backend
from digitscan.running.guard import locked
from digitscan.running.inbox import stamp_of
from digitscan.running.ledger import Ledger, Reader
from digitscan.running.messages import Result
from digitscan.running.mounts import mount_of
from digitscan.running.schedule import whole_tasks
from digitscan.running.states import Stamp, State
from digitscan.settings import PictureFormat, Settings
from digitscan.types import FileFailure

READER = "reader"
"""The ledger's note of what decides the results."""


class Journal:
    """Takes the results of a run, file by file; without a ledger it forgets them.

    Parameters
    ----------
    ledger
        Of this run and the one it goes on with.
    pictures
        Folder of the annotated pages and their format, if there are any.
    reader
        Writes down what decides the results, once there are some; the ledger has no note of it yet.
    """

    def __init__(
        self,
        ledger: Ledger | None,
        pictures: Sequence[tuple[Place, PictureFormat]] = (),
        reader: Callable[[], str] | None = None,
    ) -> None:
        self.ledger = ledger
        self._pictures = pictures
        self._reader = reader
        self._paths: dict[str, Place] = {}
        self._file: list[Result] = []
        self.done = False
        """To be set when all is written: the ledger is of no more use."""

    def finished(self, files: Sequence[InputFile]) -> int:
        """Return how many files, from the first one on, need not be read again."""
        self._paths = {file.name: file.path for file in files}
        if self.ledger is None:
            return 0
        ledger = self.ledger
        return whole_tasks((file.path for file in files), lambda path: self._known(ledger, path))

    def results(self, files: Sequence[InputFile]) -> Iterator[Result]:
        """Give what came of files that need not be read again."""
        assert self.ledger is not None or not files
        for file in files:
            if self.ledger is not None:
                (document,) = self.ledger.by_path(_path(file.path))
                yield from self.ledger.results(document.id, file.name)

    def add(self, result: Result) -> None:
        """Take a result; those of a file come one after the other."""
        if self._file and self._file[0].file != result.file:
            self.flush()
        self._file.append(result)

    def flush(self) -> None:
        """Note the file whose results came last: all of them have come."""
        results, self._file = self._file, []
        path = self._paths.get(results[0].file) if results else None
        if self.ledger is None or path is None:
            return
        try:
            if self._reader is not None:
                self.ledger.note(READER, self._reader())
                self._reader = None
            self._note(self.ledger, path, results)
        except (DigitscanError, OSError) as error:
            logger.warning("%s; should this run be stopped, it cannot be gone on with", error)
            self.ledger = None

    def _note(self, ledger: Ledger, path: Place, results: Sequence[Result]) -> None:
        known = ledger.by_path(_path(path))
        stamp = _stamp(path) or Stamp(0, 0)
        name = results[0].file
        row = known[0] if known else None
        document = ledger.enter(_path(path), name, stamp, "", row, State.READING)
        failures = [result for result in results if isinstance(result, FileFailure)]
        pages = max(result.page or 1 for result in results)
        format = self._pictures[0][1] if self._pictures else None
        reader = Reader("", "")  # the same for all: a note on the whole ledger
        ledger.finish(document, results, failures[0] if failures else None, reader, pages, format)

    def _known(self, ledger: Ledger, path: Place) -> bool:
        """Whether a file is as it was when it was read, and so are the pictures of its pages."""
        for document in ledger.by_path(_path(path)):
            if document.error == NetworkError.error:  # it may be back
                return False
            if document.state.final and document.stamp == _stamp(path):
                names = ledger.pictures(document.id)
                return all(
                    exists(folder.joinpath(name)) for folder, _ in self._pictures for name in names
                )
        return False


@contextmanager
def open_journal(settings: Settings, resume: bool, backend: Backend[AnySlot]) -> Iterator[Journal]:
    """Open the journal of a run; it is empty unless a run is gone on with.

    Where it cannot be kept, the run goes on without.

    Raises
    ------
    DigitscanError
        A run is to be gone on with and that cannot be.
    """
    with ExitStack() as stack:
        try:
            journal = _open(settings, resume, backend, stack)
        except DigitscanError as error:
            if resume:
                raise
            logger.info("%s; should this run be stopped, it cannot be gone on with", error)
            journal = Journal(None)
        yield journal


def _open(settings: Settings, resume: bool, backend: Backend[AnySlot], stack: ExitStack) -> Journal:
    output = settings.output
    if is_stream(output.out):
        raise UsageError("--resume needs a table that is a file; name it with --out")
    out = resolve(output.out)
    # What lies elsewhere has its ledger here: SQLite needs a disk.
    path = Path(out.name) if isinstance(out, Url) else out
    path = path.with_name(f"{path.name}.resume.db")
    if mount_of(path).remote:
        raise UnsafeError(f"{path} would lie on a network mount; choose another --out")
    try:
        path.touch()
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
    stack.enter_context(locked(path))
    pictures = [(output.annotated, output.annotated_format)] if output.annotated else []
    journal = Journal(None, pictures, None if resume else lambda: _reader(settings, backend.model))
    stack.callback(lambda: _remove(path) if journal.done else None)
    journal.ledger = stack.enter_context(closing(Ledger(path, durable=False)))
    if resume:
        from digitscan.reading.engine import model_hash

        model, engine = settings.reading.glyph_model, settings.reading.engine
        _go_on(journal.ledger, _reader(settings, model_hash(model, engine=engine)))
        _sweep(settings)
    else:
        journal.ledger.clear()
    return journal


def _reader(settings: Settings, model: str) -> str:
    """Write down what decides the results; `model` is the hash of the networks."""
    stages = asdict(settings.pages) | asdict(settings.reading)
    stages |= {"kind": settings.output.kind, "annotated": settings.output.annotated}
    stages |= {"format": settings.output.annotated_format, "version": __version__, "model": model}
    return json.dumps(stages, default=str, sort_keys=True)


def _go_on(ledger: Ledger, reader: str) -> None:
    """Empty a ledger unless it is that of the same work."""
    before = ledger.meta(READER)
    if before not in (None, reader):
        logger.log(NOTICE, "the earlier run had other settings or networks; all is read anew")
    if before != reader:
        ledger.clear()
        ledger.note(READER, reader)


def _sweep(settings: Settings) -> None:
    """Remove what a killed run left unfinished."""
    output = settings.output
    for table in (output.out, output.numbers):
        if isinstance(table, Path):
            sweep_dead(table.parent.glob("*.tmp"))
    if isinstance(output.annotated, Path):
        sweep_dead(output.annotated.rglob("*.tmp"))


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _path(path: Place) -> str:
    return str(path.absolute() if isinstance(path, Path) else path)


def _stamp(place: Place) -> Stamp | None:
    path = resolve(place)
    return Stamp(path.size, path.stamp) if isinstance(path, Url) else stamp_of(path)
