"""The main job: inputs in, tables and pictures out."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from digitscan.errors import DigitscanError, ExitCode, NothingToReadError, OutputError
from digitscan.logs import NOTICE, logger
from digitscan.pages.inputs import InputFile, Inputs, find_inputs, parse_path_list
from digitscan.places import Place, resolve
from digitscan.running.backend import AnySlot, Backend
from digitscan.running.batch import read_files
from digitscan.running.checks import check_outputs
from digitscan.running.journal import Journal, open_journal
from digitscan.running.messages import Result
from digitscan.running.progress import Progress
from digitscan.running.signals import stop_event
from digitscan.running.tables import list_failures, tables
from digitscan.running.tally import Tally
from digitscan.settings import Settings

STDIN = Path("-")
"""As an input: a list of paths on standard input."""
AGAIN = "the same command with --resume goes on"


def run(
    inputs: Sequence[Place], settings: Settings, backend: Backend[AnySlot], resume: bool = False
) -> ExitCode:
    """Read all inputs and write the tables, pictures and report that the settings name.

    The first worker may be starting: this module's imports overlap with its own.

    Whatever ends the work early, be it Ctrl-C, SIGTERM or a full disk: what was finished until
    then is written. Where nothing was, the tables of an earlier run stay. With `resume`, what an
    earlier run of the same work had finished is taken over from its journal.

    Raises
    ------
    DigitscanError
        Nothing could be read or written; see its kinds.
    KeyboardInterrupt
        Stopped before anything was finished.
    """
    tally = Tally(page_seconds=None if settings.output.report is None else {})
    with stop_event() as stop:
        found = _find(inputs, settings)
        with open_journal(settings, resume, backend) as journal:
            fault = _read(found, settings, backend, stop, journal, tally)
            if not (fault or stop.is_set()) and settings.output.report is not None:
                journal.done = False  # until the report is written as well
                backend.close()
                _report(found.files, settings, tally, stop)
                journal.done = not stop.is_set()
    if fault:
        logger.log(NOTICE, "what was finished is in %s; %s", settings.output.out, AGAIN)
        raise fault
    if stop.is_set():
        logger.log(NOTICE, "stopped; what was finished is in %s; %s", settings.output.out, AGAIN)
        return ExitCode.STOPPED
    return ExitCode.SOME_UNREADABLE if tally.failures else ExitCode.OK


@contextmanager
def _kept(tally: Tally) -> Iterator[None]:
    """Tell how to go on where a table cannot be written: what was read is in the journal."""
    try:
        yield
    except OutputError:
        if tally.pages:
            logger.log(NOTICE, "what was finished is kept; %s", AGAIN)
        raise


def _read(
    found: Inputs,
    settings: Settings,
    backend: Backend[AnySlot],
    stop: threading.Event,
    journal: Journal,
    tally: Tally,
) -> DigitscanError | None:
    """Read all files into the tables; returns what ended the work early, if anything was read."""
    fault: DigitscanError | None = None
    with (
        _kept(tally),
        tables(settings.output) as write,
        Progress(len(found.files), settings.messages) as progress,
    ):
        for failure in found.failures:
            tally.add(failure)
        try:
            for result in _results(found.files, settings, backend, stop, journal):
                tally.add(result)
                write(result)
                progress.show(result, tally)
        except DigitscanError as error:
            fault = error
        if not tally.pages and (fault or stop.is_set()):
            journal.done = True
            raise fault or KeyboardInterrupt
    journal.done = not (fault or stop.is_set())
    list_failures(tally.failures, settings.output)
    tally.tell(settings.messages)
    return fault


def _report(
    files: Sequence[InputFile], settings: Settings, tally: Tally, stop: threading.Event
) -> None:
    """Write the report of the finished tables, unless stopped; an earlier one stays then."""
    from digitscan.reading.engine import model_hash
    from digitscan.running.report import ReportSource, write_report

    output, reading = settings.output, settings.reading
    table = resolve(output.out)
    assert output.report is not None
    assert isinstance(table, Path)
    shown: dict[str, str | int | float | bool] = {
        "max-error": reading.max_error,
        "kind": output.kind.value,
        "dpi": settings.pages.dpi,
        "engine": reading.engine.value,
    }
    source = ReportSource(
        table,
        files,
        settings,
        model_hash(reading.glyph_model, engine=reading.engine),
        shown,
        tally.page_seconds or {},
        tally.unread,
    )
    with suppress(KeyboardInterrupt):
        write_report(source, output.report, stop=stop)
        logger.log(NOTICE, "look at %s", output.report)


def _results(
    files: Sequence[InputFile],
    settings: Settings,
    backend: Backend[AnySlot],
    stop: threading.Event,
    journal: Journal,
) -> Iterator[Result]:
    """Give what an earlier run had finished, then what is read now; note the latter."""
    finished = journal.finished(files)
    yield from journal.results(files[:finished])
    rest = ((file.path, file.name) for file in files[finished:])
    for result in read_files(rest, backend, settings, stop):
        if not stop.is_set():  # else files may have gaps
            journal.add(result)
        yield result
    if not stop.is_set():
        journal.flush()


def _find(inputs: Sequence[Place], settings: Settings) -> Inputs:
    """Find the files to read and check that nothing written could harm them."""
    named: list[Place] = []
    for path in inputs:
        named.extend(parse_path_list(sys.stdin.buffer.read()) if path == STDIN else [path])
    found = find_inputs(named, settings.running.patterns)
    if not found.files:
        reasons = [f"{failure.file}: {failure.message}" for failure in found.failures]
        raise NothingToReadError(
            "; ".join(reasons)
            or "found nothing to read: name picture or PDF files or folders that hold some; "
            "--glob chooses files of other names"
        )
    check_outputs(named, found.files, settings.output)
    return found
