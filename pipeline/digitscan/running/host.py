"""A machine of a cluster: its Dask worker gives each task to a worker process of digitscan.

So a codec that crashes or hangs costs what it costs in a run on one machine, and Dask's worker
lives on.
"""

from __future__ import annotations

import pickle
import threading
import time

from digitscan import __version__
from digitscan.errors import DigitscanError, ModelError
from digitscan.running.messages import (
    Counted,
    Failed,
    Finished,
    Gone,
    Message,
    Overran,
    Ready,
    Task,
)
from digitscan.running.pool import Pool
from digitscan.settings import Settings

GLANCE = 0.2
"""Seconds between looks at the time limit while nothing arrives."""
IDLE = 60.0
"""Seconds after which a worker process without work is ended: the client may be gone for good."""


def order(settings: Settings, model: str, task: Task) -> bytes:
    """Write down what `read` is to do; `model` is the hash that the networks must have."""
    return pickle.dumps((settings, model, task), pickle.HIGHEST_PROTOCOL)


def read(version: str, ordered: bytes) -> tuple[Message, ...]:
    """Read a task; returns what its worker process said, the end of it last.

    `version` is the client's: of another one not even the order might be understood.
    """
    if version != __version__:
        return (Failed(_mismatch("version", __version__, version)),)
    settings, model, task = pickle.loads(ordered)
    process = _take(settings)
    try:
        return process.read(task, model)
    except DigitscanError as error:
        process.close()
        return (Failed(error),)
    finally:
        _give_back(process)


class Process:
    """A worker process, started again where it died."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.since = time.monotonic()
        self._pool = Pool(settings, 1)
        self._model: str | None = None

    def read(self, task: Task, model: str) -> tuple[Message, ...]:
        """Read a task; raises DigitscanError where no worker can start or its model is another."""
        worker = self._pool.take()
        worker.send(task)
        said: list[Message] = []
        while True:
            received = self._pool.receive(GLANCE)
            message = received[1] if received else None
            if isinstance(message, Ready):
                self._model = message.model_hash
            if self._model not in (None, model):
                raise _mismatch("model", self._model, model)
            if isinstance(message, Counted):
                said.append(message)
            elif isinstance(message, Finished | Failed):
                worker.task = None
                return *said, message
            elif isinstance(message, Gone):
                self._pool.end(worker)
                return *said, message
            for late in self._pool.overrun():
                self._pool.end(late)
                return *said, Overran()

    def close(self) -> None:
        """End the process."""
        for worker in list(self._pool.workers):
            self._pool.end(worker)
        self._model = None


_idle: list[Process] = []
_lock = threading.Lock()


def _take(settings: Settings) -> Process:
    """Return a process that has no work; those of other settings are ended."""
    with _lock:
        fit = [process for process in _idle if process.settings == settings]
        others = [process for process in _idle if process.settings != settings]
        _idle[:] = fit[1:]
    for process in others:
        process.close()
    return fit[0] if fit else Process(settings)


def _give_back(process: Process) -> None:
    process.since = time.monotonic()
    with _lock:
        _idle.append(process)
    timer = threading.Timer(IDLE, _end_idle)
    timer.daemon = True
    timer.start()


def _end_idle() -> None:
    """End the processes that have had nothing to do for long."""
    now = time.monotonic()
    with _lock:
        old = [process for process in _idle if now - process.since >= IDLE]
        _idle[:] = [process for process in _idle if process not in old]
    for process in old:
        process.close()


def _mismatch(what: str, theirs: str | None, ours: str) -> ModelError:
    return ModelError(
        f"a worker of the cluster has {what} {theirs} of digitscan, this machine has {ours}: the "
        "readings would depend on who reads; install the same digitscan on all of them"
    )
