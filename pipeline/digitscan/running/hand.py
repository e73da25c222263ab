"""The documents in hand: each has a schedule of its own, all share the workers.

A task never mixes documents, so what comes of one does not hang on what else is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from digitscan.running.batch import crashed, overran
from digitscan.running.messages import Counted, Failed, Finished, Gone, Message, Ready, Result, Task
from digitscan.running.pool import Pool, Worker
from digitscan.running.schedule import Schedule
from digitscan.running.states import Document
from digitscan.settings import Settings


@dataclass(slots=True, eq=False)
class Held:
    """A document in hand, where its file is and what came of it so far."""

    document: Document
    schedule: Schedule
    since: float
    results: list[Result] = field(default_factory=list)
    attempts: int = 0
    pages: int = 1
    task: Task | None = None
    """Next to be given out."""
    fresh: bool = True
    """Whether the next task is another attempt."""


class Hand:
    """Documents being read.

    Parameters
    ----------
    pool
        Workers.
    settings
        Those that the pool has.
    attempt
        Called with a document before any of it is given to a worker, and again before that is
        repeated because a worker died.
    """

    def __init__(self, pool: Pool, settings: Settings, attempt: Callable[[Document], None]) -> None:
        self._pool = pool
        self._settings = settings
        self._attempt = attempt
        self._held: dict[int, Held] = {}
        self._holders: dict[Worker, Held] = {}
        self.model = ""
        """Hash of the networks that the workers loaded."""

    def __len__(self) -> int:
        """Return how many documents are in hand."""
        return len(self._held)

    @property
    def documents(self) -> list[Document]:
        """Those in hand."""
        return [held.document for held in self._held.values()]

    @property
    def ids(self) -> set[int]:
        """Ids of those in hand."""
        return set(self._held)

    def take(self, document: Document, path: Path, now: float) -> None:
        """Take a document to be read."""
        schedule = Schedule([(path, document.name)])
        self._held[document.id] = Held(document, schedule, now, attempts=document.attempts)

    def work(self, seconds: float, more: bool = True) -> Iterator[Held]:
        """Give out work, wait so long for what comes back, and give the documents that are done.

        `more` is False where no document is to be begun any more.

        Raises
        ------
        DigitscanError
            Something is wrong with more than a document.
        """
        self._give_out(more)
        received = self._pool.receive(seconds)
        # All is heard before clocks are looked at: this process may have been busy elsewhere.
        while received:
            self._hear(*received)
            received = self._pool.receive(0)
        for worker in self._pool.overrun():
            if worker.task is not None and worker in self._holders:
                self._holders[worker].schedule.died(worker.task, overran(self._settings))
                self._holders[worker].fresh = True
            self._end(worker)
        self._give_out(more)  # before what is done is dealt with, which takes its time
        for held in list(self._held.values()):
            held.results.extend(held.schedule.results())
            held.task = held.task or held.schedule.next_task()
            if held.task is None and not held.schedule.outstanding:
                del self._held[held.document.id]
                yield held

    def drop(self) -> list[Document]:
        """End the workers that have work and let go of all; returns what was not finished."""
        for worker in list(self._holders):
            self._end(worker)
        dropped = self.documents
        self._held.clear()
        return dropped

    def unbegun(self) -> list[Document]:
        """Let go of what no worker has and none is to have before another attempt."""
        with_workers = set(self._holders.values())
        waiting = [
            held.document for held in self._held.values() if held.fresh and held not in with_workers
        ]
        for document in waiting:
            del self._held[document.id]
        return waiting

    def _give_out(self, more: bool) -> None:
        """Give tasks to workers that are ready; an attempt counts only when one really begins."""
        for held in list(self._held.values()):
            while self._pool.free and (more or not held.fresh):
                held.task = held.task or held.schedule.next_task()
                if held.task is None:
                    break
                worker = self._pool.take()
                if not worker.ready:
                    return
                if held.fresh:
                    self._attempt(held.document)
                    held.attempts += 1
                    held.fresh = False
                self._holders[worker] = held
                worker.send(held.task)
                held.task = None

    def _hear(self, worker: Worker, message: Message) -> None:
        held = self._holders.get(worker)
        if isinstance(message, Ready):
            self.model = message.model_hash
        elif isinstance(message, Failed):
            raise message.error
        elif isinstance(message, Gone):
            if held is not None and worker.task is not None:
                held.schedule.died(worker.task, crashed(message))
                held.fresh = True
            self._end(worker)
        elif held is None or worker.task is None:
            return
        elif isinstance(message, Counted):
            held.pages = message.span.total or 1
            worker.task = held.schedule.counted(worker.task, message.position, message.span)
        elif isinstance(message, Finished):
            worker.task = None
            del self._holders[worker]
            held.schedule.finished(message.outcomes)

    def _end(self, worker: Worker) -> None:
        self._holders.pop(worker, None)
        self._pool.end(worker)
