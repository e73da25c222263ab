"""Many files through a pool of workers: results come in the order of the files."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from digitscan.errors import CrashError, FileError, TimeLimitError
from digitscan.output.place import picture_path, sweep
from digitscan.running.messages import Counted, Failed, Finished, Gone, Message, Result
from digitscan.running.pool import Pool, Worker
from digitscan.running.schedule import Schedule
from digitscan.settings import Settings
from digitscan.types import FileFailure

GLANCE = 0.2
"""Seconds between looks at the stop event and the time limits while nothing arrives."""


def read_files(
    inputs: Iterable[tuple[Path, str] | FileFailure],
    pool: Pool,
    settings: Settings,
    stop: threading.Event | None = None,
) -> Iterator[Result]:
    """Read files in worker processes.

    Parameters
    ----------
    inputs
        Path and name of each file in the order of the table, or why it cannot be read.
    pool
        Its first worker may be starting.
    settings
        Those that the pool has.
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
        _give_out(schedule, pool)
        yield from schedule.results()
        if not schedule.outstanding:
            return
        received = pool.receive(GLANCE)
        if received:
            _hear(*received, schedule, pool, settings)
        for worker in pool.overrun():
            _lose(worker, schedule, pool, settings, overran(settings))
    for worker in list(pool.workers):
        end_worker(worker, pool, settings)
    yield from schedule.leftovers()


def _give_out(schedule: Schedule, pool: Pool) -> None:
    """Give every free worker a task; a new one is started when there is work for it."""
    while pool.free and (task := schedule.next_task()):
        pool.take().send(task)


def _hear(
    worker: Worker, message: Message, schedule: Schedule, pool: Pool, settings: Settings
) -> None:
    if isinstance(message, Failed):
        raise message.error
    if isinstance(message, Gone):
        _lose(worker, schedule, pool, settings, crashed(message))
    elif worker.task is None:
        return
    elif isinstance(message, Counted):
        worker.task = schedule.counted(worker.task, message.position, message.span)
    elif isinstance(message, Finished):
        worker.task = None
        schedule.finished(message.outcomes)


def _lose(
    worker: Worker, schedule: Schedule, pool: Pool, settings: Settings, error: FileError
) -> None:
    end_worker(worker, pool, settings)
    if worker.task is not None:
        schedule.died(worker.task, error)


def end_worker(worker: Worker, pool: Pool, settings: Settings) -> None:
    """Kill a worker and remove the pictures it was writing."""
    pool.end(worker)
    folder = settings.output.annotated
    if folder is None or worker.task is None:
        return
    for parent in {_picture_folder(folder, span.name, settings) for span in worker.task.spans}:
        sweep(parent, worker.pid)


def _picture_folder(folder: Path, name: str, settings: Settings) -> Path:
    return picture_path(folder, name, 1, 1, settings.output.annotated_format).parent


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
