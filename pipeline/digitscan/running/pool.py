"""Worker processes: started, watched, killed and replaced."""

from __future__ import annotations

import contextlib
import pickle
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Self

from digitscan.errors import DigitscanError
from digitscan.output.place import picture_path, sweep
from digitscan.places import resolve
from digitscan.running import starting
from digitscan.running.cores import usable_cores
from digitscan.running.messages import Gone, Message, Ready, Step, Task
from digitscan.settings import Settings

COMMAND = starting.COMMAND
"""What is started as a worker."""
START_LIMIT = 120.0
"""Seconds a worker may take to load the networks; a cold network disk is slow."""


class Worker:
    """One process and the task it has in hand.

    `inbox` receives (worker, message) from a thread that listens to the process, `Gone` last.
    """

    def __init__(
        self,
        settings: Settings,
        inbox: SimpleQueue[tuple[Worker, Message]],
        command: Sequence[str],
        clock: Callable[[], float],
    ) -> None:
        self.task: Task | None = None
        self.ready = False
        self._limit = settings.running.time_limit
        self._clock = clock
        self._process = starting.start(command, heard=settings.messages.verbose > 1)
        self.deadline = clock() + START_LIMIT
        self._write(settings)
        threading.Thread(target=self._listen, args=(inbox,), daemon=True).start()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def send(self, task: Task) -> None:
        """Give a task; the worker holds it until it is done or dead."""
        self.task = task
        self._write(task)
        self.allow(1)

    def allow(self, pages: int) -> None:
        """Start the time limit anew, for so many pages; the start has a limit of its own."""
        if self.ready:
            self.deadline = self._clock() + self._limit * pages

    @property
    def overrun(self) -> bool:
        """True when the limit is over: at a task, or at the start."""
        return (self.task is not None or not self.ready) and self._clock() > self.deadline

    def kill(self) -> int:
        """End the process at once, whatever it does; returns its exit code."""
        self._process.kill()
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        return self._process.wait()

    def _write(self, message: object) -> None:
        assert self._process.stdin is not None
        # A dead worker cannot be written to; its `Gone` is on the way.
        with contextlib.suppress(OSError):
            pickle.dump(message, self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()

    def _listen(self, inbox: SimpleQueue[tuple[Worker, Message]]) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as pipe, contextlib.suppress(EOFError, OSError, ValueError):
            while True:
                try:
                    inbox.put((self, pickle.load(pipe)))
                except pickle.UnpicklingError:  # killed amid a message
                    break
        inbox.put((self, Gone(self._process.wait())))


class Pool:
    """A growing number of workers, up to a bound; use it as a context manager.

    Parameters
    ----------
    settings
        Of the run; every worker gets them.
    size
        Most workers at a time; None takes what the settings say, else the usable cores.
    command
        What is started as a worker.
    clock
        Seconds that never run backwards.
    """

    def __init__(
        self,
        settings: Settings,
        size: int | None = None,
        command: Sequence[str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self.size = size or settings.running.workers or usable_cores()
        self._command = command or COMMAND
        self._clock = clock
        self._inbox: SimpleQueue[tuple[Worker, Message]] = SimpleQueue()
        self.workers: list[Worker] = []
        self.model = ""
        """Hash of the networks that the workers loaded; empty before one is ready."""

    def __enter__(self) -> Self:
        """Start the first worker: its imports overlap with what the parent does next."""
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """End all workers."""
        self.close()

    def close(self) -> None:
        """End all workers; the next that is taken is a new one."""
        for worker in list(self.workers):
            self.end(worker)

    @property
    def free(self) -> bool:
        """True when a worker has no task or another may be started."""
        return len(self.workers) < self.size or any(w.task is None for w in self.workers)

    def take(self) -> Worker:
        """Return a worker without a task, one that is loaded rather than one still to start."""
        idle = [worker for worker in self.workers if worker.task is None]
        return max(idle, key=lambda worker: worker.ready) if idle else self._start()

    def _start(self) -> Worker:
        worker = Worker(self._settings, self._inbox, self._command, self._clock)
        self.workers.append(worker)
        return worker

    def end(self, worker: Worker) -> int:
        """Kill a worker, remove the pictures it was writing; returns its exit code."""
        self.workers.remove(worker)
        code = worker.kill()
        output = self._settings.output
        drawn = output.annotated and resolve(output.annotated)
        if isinstance(drawn, Path) and worker.task is not None:
            names = [span.name for span in worker.task.spans]
            paths = [picture_path(drawn, name, 1, 1, output.annotated_format) for name in names]
            for folder in {path.parent for path in paths}:
                sweep(folder, worker.pid)
        return code

    def receive(self, seconds: float) -> tuple[Worker, Message] | None:
        """Wait for the next message of a living worker; None when there is none in that time.

        Raises
        ------
        DigitscanError
            A worker could not start.
        """
        try:
            worker, message = self._inbox.get(timeout=max(0.0, seconds))
        except Empty:
            return None
        if worker not in self.workers:
            return None
        if isinstance(message, Ready):
            worker.ready = True
            self.model = message.model_hash
            worker.allow(1)
        elif isinstance(message, Step):
            worker.allow(message.pages)
        elif isinstance(message, Gone) and not worker.ready:
            raise _no_start(f"ended with exit code {message.exit_code}")
        return worker, message

    def overrun(self) -> list[Worker]:
        """Return the workers past their time limit.

        Raises
        ------
        DigitscanError
            One of them is still starting.
        """
        late = [worker for worker in self.workers if worker.overrun]
        if not all(worker.ready for worker in late):
            raise _no_start(f"was not ready after {START_LIMIT:.0f} seconds")
        return late


def _no_start(what: str) -> DigitscanError:
    return DigitscanError(
        f"a worker process {what} before it could read; run with -vv to see what it says, "
        "or try 'digitscan doctor'"
    )
