"""The workers of a Dask cluster, in the place of those of this machine."""

from __future__ import annotations

import logging
import time
from collections import deque
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from digitscan import __version__
from digitscan.errors import (
    ClusterError,
    DigitscanError,
    FileError,
    ModelError,
    TooLargeError,
    UsageError,
)
from digitscan.logs import NOTICE, logger
from digitscan.output.place import write_picture
from digitscan.pages.files import open_input
from digitscan.places import Content
from digitscan.running.host import order, read
from digitscan.running.messages import Finished, Gone, Message, Overran, Task
from digitscan.settings import OutputSettings, RunSettings, Settings

if TYPE_CHECKING:
    from distributed import Client, Future

AHEAD = 2
"""Tasks in flight for each thread of the cluster: one is read while the next one is on its way."""
LOOK = 5.0
"""Seconds between looks at how many threads there are."""
CONNECT = 20.0
"""Seconds to wait for the scheduler."""
MOST_SENT = 64 * 1024 * 1024
"""Bytes of a file that is sent: with each part of it anew, and the scheduler holds it meanwhile."""
KILLED = -9
"""Exit code that is told for a worker of Dask that died again and again over a task."""


class Flight:
    """A task on its way through the cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.task: Task | None = None
        self.future: Future[tuple[Message, ...]] | None = None
        self._cluster = cluster

    def send(self, task: Task) -> None:
        """Send a task off."""
        self.task = task
        self._cluster.submit(self, task)


class Cluster:
    """A backend whose tasks are read by a Dask cluster; use it as a context manager.

    A worker of Dask that dies costs the time of the tasks it had: Dask gives them to another.
    Paths are those of this machine: the bytes of such files go with the task, and pictures come
    back to be written here.
    """

    def __init__(self, settings: Settings) -> None:
        assert settings.running.scheduler is not None
        self._address = settings.running.scheduler
        self._max_bytes = settings.pages.max_bytes
        output, running = settings.output, settings.running
        self._settings = replace(
            settings,
            output=OutputSettings(
                kind=output.kind,
                annotated=output.annotated,
                annotated_format=output.annotated_format,
            ),
            running=RunSettings(time_limit=running.time_limit),
        )
        """Without what does not concern the workers, so that they serve one run after the other."""
        self._flights: dict[Flight, None] = {}
        self._landed: SimpleQueue[tuple[Flight, Future[tuple[Message, ...]]]] = SimpleQueue()
        self._heard: deque[tuple[Flight, Message]] = deque()
        self._late: list[Flight] = []
        self._looked = 0.0
        self._size = 0

    def __enter__(self) -> Self:
        """Connect to the scheduler.

        Raises
        ------
        UsageError
            The extra is not installed, or the address is of a kind that Dask does not know.
        ClusterError
            Nobody answers.
        ModelError
            The networks of this machine are missing or unfit.
        """
        from digitscan.reading.engine import model_hash

        reading = self._settings.reading
        self._model = model_hash(reading.glyph_model, engine=reading.engine)
        self._client = _connect(self._address)
        if self._settings.messages.verbose < 2:
            logging.getLogger("distributed").setLevel(logging.CRITICAL)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give up what is in flight and leave the scheduler."""
        self.close()
        self._client.close(timeout=CONNECT)

    def close(self) -> None:
        """Give up all that is in flight."""
        for flight in list(self.workers):
            self.end(flight)

    @property
    def workers(self) -> list[Flight]:
        """What is in flight."""
        return list(self._flights)

    @property
    def free(self) -> bool:
        """True while fewer tasks are in flight than the cluster can do with."""
        self._look()
        return len(self._flights) < self._size

    def take(self) -> Flight:
        """Return a flight without a task."""
        return Flight(self)

    def submit(self, flight: Flight, task: Task) -> None:
        """Send the task of a flight off, with the files that only this machine can open."""
        contents = tuple(self._content(span.path) for span in task.spans)
        sent = replace(task, contents=contents, returned=True)
        flight.future = self._client.submit(
            read, __version__, order(self._settings, self._model, sent), pure=False
        )
        self._flights[flight] = None
        flight.future.add_done_callback(lambda future: self._landed.put((flight, future)))

    def receive(self, seconds: float) -> tuple[Flight, Message] | None:
        """Wait for the next message about a flight; None when there is none in that time.

        Raises
        ------
        ClusterError
            The cluster was lost or failed.
        ModelError
            A worker has another version or model.
        OutputError
            A picture that came back cannot be written.
        """
        if not self._heard:
            try:
                flight, future = self._landed.get(timeout=max(0.0, seconds))
            except Empty:
                return None
            if flight not in self._flights:
                return None
            self._heard.extend((flight, message) for message in _result(future))
        flight, message = self._heard.popleft()
        if isinstance(message, Overran):
            self._late.append(flight)
            return None
        if isinstance(message, Finished):
            del self._flights[flight]
            for path, data in message.pictures:
                write_picture(path, data)
        return flight, message

    def overrun(self) -> list[Flight]:
        """Return the flights whose worker was ended since the last call: they took too long."""
        late, self._late = self._late, []
        return late

    def end(self, worker: Flight) -> None:
        """Forget a flight; what is not begun of it never will be."""
        del self._flights[worker]
        if worker.future is not None:
            worker.future.cancel()

    def _look(self) -> None:
        """Find out how many tasks to have in flight: workers come and go."""
        now = time.monotonic()
        if self._size and now - self._looked < LOOK:
            return
        self._looked = now
        threads = sum(self._client.nthreads().values())
        if not threads:
            logger.log(NOTICE, "the cluster at %s has no workers; waiting for some", self._address)
        self._size = max(1, AHEAD * threads)

    def _content(self, path: Path) -> Content | None:
        """Read a file of this machine to be sent."""
        try:
            with open_input(path, self._max_bytes) as file:
                data = file.read(MOST_SENT + 1)
            if len(data) > MOST_SENT:
                raise TooLargeError(
                    f"the file has more than the {MOST_SENT:,} bytes that are sent to a cluster; "
                    "split it or read it without --scheduler"
                )
            return Content(data)
        except FileError as error:
            return Content(b"", error)


def _connect(address: str) -> Client:
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            f"--scheduler needs {error.name}: pip install 'digitscan[cluster]'"
        ) from error
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})  # bytes of files
    try:
        return Client(address, timeout=CONNECT, set_as_default=False, name="digitscan")
    except ValueError as error:
        raise UsageError(f"--scheduler {address}: {error}") from error
    except OSError as error:
        raise ClusterError(
            f"no scheduler answers at {address}; start one with 'dask scheduler', or correct this"
        ) from error


def _result(future: Future[tuple[Message, ...]]) -> tuple[Message, ...]:
    """Return what was said about a task that is over."""
    from distributed import KilledWorker

    try:
        messages: Any = future.result(timeout=CONNECT)
    except KilledWorker:
        return (Gone(KILLED),)
    except (ImportError, AttributeError) as error:
        raise ModelError(
            f"a worker of the cluster has no digitscan {__version__} ({error}); install it there"
        ) from error
    except Exception as error:
        raise _lost(error) from error
    return tuple(messages)


def _lost(error: Exception) -> DigitscanError:
    return ClusterError(
        f"the cluster failed: {type(error).__name__}: {error}; look at its logs, and whether the "
        "scheduler still runs"
    )
