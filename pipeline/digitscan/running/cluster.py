"""The workers of a Dask cluster, in the place of those of this machine."""

from __future__ import annotations

import logging
import time
from collections import deque
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Self

from digitscan import __version__
from digitscan.errors import FileError, TooLargeError
from digitscan.logs import NOTICE, logger
from digitscan.output.place import write_picture
from digitscan.pages.files import open_input
from digitscan.places import Content, Place
from digitscan.running.dask_client import CONNECT, connect, explained, result
from digitscan.running.host import order, read
from digitscan.running.messages import Finished, Message, Overran, Task
from digitscan.settings import OutputSettings, RunSettings, Settings

if TYPE_CHECKING:
    from distributed import Future

AHEAD = 2
"""Tasks in flight for each thread of the cluster: one is read while the next one is on its way."""
LOOK = 5.0
"""Seconds between looks at how many threads there are."""
MOST_SENT = 64 * 1024 * 1024
"""Bytes of a file that is sent: with each part of it anew, and the scheduler holds it meanwhile."""
MOST_HELD = 512 * 1024 * 1024
"""Bytes of files in flight from which no more are sent."""


class Flight:
    """A task on its way through the cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.task: Task | None = None
        self.future: Future[tuple[Message, ...]] | None = None
        self.sent = 0
        """Bytes of files that went with the task."""
        self._cluster = cluster

    def send(self, task: Task) -> None:
        """Send a task off."""
        self.task = task
        self._cluster.submit(self, task)


class Cluster:
    """A backend whose tasks are read by a Dask cluster; use it as a context manager.

    A worker of Dask that dies costs the time of the tasks it had: Dask gives them to another.
    Paths are those of this machine: the bytes of such files go with the task, and pictures come
    back to be written here. What stands at a URL the workers open and write themselves.
    """

    def __init__(self, settings: Settings) -> None:
        assert settings.running.scheduler is not None
        self._address = settings.running.scheduler
        self._max_bytes = settings.pages.max_bytes
        output, running = settings.output, settings.running
        self._drawn = output.annotated if isinstance(output.annotated, Path) else None
        self._settings = replace(
            settings,
            output=OutputSettings(
                kind=output.kind,
                annotated=output.annotated if self._drawn is None else Path(),
                annotated_format=output.annotated_format,
            ),
            running=RunSettings(time_limit=running.time_limit),
        )
        """Without what does not concern the workers, so that they serve one run after the other."""
        self._flights: dict[Flight, None] = {}
        self._landed: SimpleQueue[tuple[Flight, Future[tuple[Message, ...]]]] = SimpleQueue()
        self._heard: deque[tuple[Flight, Message]] = deque()
        self._late: list[Flight] = []
        self._held = 0
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
        self.model = model_hash(reading.glyph_model, engine=reading.engine)
        self._client = connect(self._address)
        if self._settings.messages.verbose < 2:
            logging.getLogger("distributed").setLevel(logging.CRITICAL)
        return self

    def __exit__(self, *_: object) -> None:
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
        return len(self._flights) < self._size and self._held < MOST_HELD

    def take(self) -> Flight:
        """Return a flight without a task."""
        return Flight(self)

    def submit(self, flight: Flight, task: Task) -> None:
        """Send the task of a flight off, with the files that only this machine can open."""
        contents = tuple(self._content(span.path) for span in task.spans)
        flight.sent = sum(len(content.data) for content in contents if content)
        self._held += flight.sent
        sent = replace(task, contents=contents, returned=self._drawn is not None)
        ordered = order(self._settings, self.model, sent)
        with explained():
            flight.future = self._client.submit(read, __version__, ordered, pure=False)
        self._flights[flight] = None
        self._await(flight, flight.future)

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
            messages = result(future)
            if messages is None:
                self._await(flight, future)
                return None
            self._heard.extend((flight, message) for message in messages)
        flight, message = self._heard.popleft()
        if isinstance(message, Overran):
            self._late.append(flight)
            return None
        if isinstance(message, Finished):
            self._forget(flight)
            for path, data in message.pictures:
                assert self._drawn is not None
                write_picture(self._drawn / path, data)
        return flight, message

    def overrun(self) -> list[Flight]:
        """Return the flights whose worker was ended since the last call: they took too long."""
        late, self._late = self._late, []
        return late

    def end(self, worker: Flight) -> None:
        """Forget a flight; what is not begun of it never will be."""
        self._forget(worker)
        if worker.future is not None:
            worker.future.cancel()

    def _await(self, flight: Flight, future: Future[tuple[Message, ...]]) -> None:
        future.add_done_callback(lambda done: self._landed.put((flight, done)))

    def _forget(self, flight: Flight) -> None:
        del self._flights[flight]
        self._held -= flight.sent

    def _look(self) -> None:
        """Find out how many tasks to have in flight: workers come and go."""
        now = time.monotonic()
        if self._size and now - self._looked < LOOK:
            return
        self._looked = now
        with explained():
            threads = sum(self._client.nthreads().values())
        if not threads and self._size != 1:
            logger.log(NOTICE, "the cluster at %s has no workers; waiting for some", self._address)
        self._size = max(1, AHEAD * threads)

    def _content(self, path: Place) -> Content | None:
        """Read a file of this machine to be sent; None for a URL."""
        if not isinstance(path, Path):
            return None
        try:
            with open_input(path, self._max_bytes) as file:
                data = file.read(MOST_SENT + 1)
            if len(data) > MOST_SENT:
                raise TooLargeError(
                    f"the file has more than the {MOST_SENT:,} bytes that are sent to a cluster; "
                    "name it by a URL that the workers reach (file:// for a shared folder)"
                )
            return Content(data)
        except FileError as error:
            return Content(b"", error)
