"""Many files through many workers: results come in the order of the files."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from digitscan.errors import CrashError, FileError, TimeLimitError
from digitscan.places import Place
from digitscan.running.backend import AnySlot, Backend
from digitscan.running.messages import Counted, Failed, Finished, Gone, Message, Result
from digitscan.running.schedule import Schedule
from digitscan.settings import Settings
from digitscan.types import FileFailure

GLANCE = 0.2
"""Seconds between looks at the stop event and the time limits while nothing arrives."""


def read_files(
    inputs: Iterable[tuple[Place, str] | FileFailure],
    backend: Backend[AnySlot],
    settings: Settings,
    stop: threading.Event | None = None,
) -> Iterator[Result]:
    """Read files in worker processes, here or in a cluster.

    Parameters
    ----------
    inputs
        Path and name of each file in the order of the table, or why it cannot be read.
    backend
        What has the workers; its first one may be starting.
    settings
        Those that the backend has.
    stop
        Once set, no more work is given out, the workers are ended and what has come back is
        given, in order but with gaps.

    Raises
    ------
    DigitscanError
        Something is wrong with more than a file: model, output, installation.
    """
    schedule = Schedule(inputs)
    while stop is None or not stop.is_set():
        _give_out(schedule, backend)
        yield from schedule.results()
        if not schedule.outstanding:
            return
        received = backend.receive(GLANCE)
        if received:
            _hear(*received, schedule, backend)
        for worker in backend.overrun():
            _lose(worker, schedule, backend, overran(settings))
    for worker in list(backend.workers):
        backend.end(worker)
    yield from schedule.leftovers()


def _give_out(schedule: Schedule, backend: Backend[AnySlot]) -> None:
    """Give every free worker a task; a new one is started when there is work for it, or may be."""
    while backend.free and (task := schedule.next_task()):
        backend.take().send(task)
    if schedule.may_grow and backend.free:
        backend.take()  # it starts while the pages of a file are counted


def _hear(worker: AnySlot, message: Message, schedule: Schedule, backend: Backend[AnySlot]) -> None:
    if isinstance(message, Failed):
        raise message.error
    if isinstance(message, Gone):
        _lose(worker, schedule, backend, crashed(message))
    elif worker.task is None:
        return
    elif isinstance(message, Counted):
        worker.task = schedule.counted(worker.task, message.position, message.span)
    elif isinstance(message, Finished):
        worker.task = None
        schedule.finished(message.outcomes)


def _lose(worker: AnySlot, schedule: Schedule, backend: Backend[AnySlot], error: FileError) -> None:
    backend.end(worker)
    if worker.task is not None:
        schedule.died(worker.task, error)


def crashed(message: Gone) -> CrashError:
    """Explain a worker that ended by itself."""
    code = message.exit_code
    cause = f"signal {-code}" if code < 0 else f"exit code {code}"
    return CrashError(
        f"the process reading it ended with {cause}; "
        "the file may be damaged: open it elsewhere and save it anew"
    )


def overran(settings: Settings) -> TimeLimitError:
    """Explain a worker that was ended."""
    limit = settings.running.time_limit
    return TimeLimitError(
        f"reading it took longer than {limit:g} seconds; give more with --time-limit"
    )
