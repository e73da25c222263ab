"""A cluster as a queueing model: how many pages an hour so many workers read, and what stops them.

Every task goes the way of `running/cluster.py`: the client writes it down, the scheduler hands it
to a worker, that fetches its file, reads it and puts the picture, the scheduler takes the result
and the client fetches it. Client, scheduler and storage do one thing at a time.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """What a task of one page takes.

    `pages` are seconds of reading, as measured, to be drawn from; `client` and `scheduler` seconds
    of theirs, `worker` what Dask's worker adds to a page while none is being read; `fetched` and
    `put` bytes of the storage. Half of `client` and `scheduler` goes to sending a task off.
    """

    pages: Sequence[float]
    client: float = 0.0
    scheduler: float = 0.0
    worker: float = 0.0
    fetched: float = 0.0
    put: float = 0.0


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came of it: seconds for all tasks, and the share of them that each was busy."""

    seconds: float
    tasks: int
    client: float
    scheduler: float
    storage: float
    workers: float

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.tasks / self.seconds


class Server:
    """Does one thing at a time, in the order of asking."""

    def __init__(self) -> None:
        self.until = 0.0
        self.busy = 0.0

    def serve(self, now: float, seconds: float) -> float:
        """Return when something asked for now is done."""
        self.until = max(self.until, now) + seconds
        self.busy += seconds
        return self.until


class Cluster:
    """The state of a simulated run.

    Parameters
    ----------
    workers
        Their number, one thread each.
    bandwidth
        Bytes a second of the storage, for all workers together.
    ahead
        Tasks in flight for each worker.
    """

    def __init__(
        self, costs: Costs, workers: int, tasks: int, bandwidth: float, ahead: int, seed: int = 0
    ) -> None:
        self.costs, self.tasks, self.bandwidth = costs, tasks, bandwidth
        self.client, self.scheduler, self.storage = Server(), Server(), Server()
        self.queues: list[deque[float]] = [deque() for _ in range(workers)]
        self.load = [(0, worker) for worker in range(workers)]
        """Tasks assigned and not done, and the worker: a heap, as the scheduler's choice."""
        self.running = [False] * workers
        self.count = [0] * workers
        self.window = workers * ahead
        self.busy = 0.0
        self.events: list[tuple[float, int, Callable[[float], None]]] = []
        self.given = self.done = self._number = 0
        self.random = random.Random(seed)

    def run(self) -> Simulated:
        """Let all tasks pass."""
        for _ in range(min(self.window, self.tasks)):
            self._submit(0.0)
        now = 0.0
        while self.events:
            now, _, action = heapq.heappop(self.events)
            action(now)
        shares = (self.client.busy, self.scheduler.busy, self.storage.busy)
        client, scheduler, storage = (busy / now for busy in shares)
        return Simulated(
            now, self.tasks, client, scheduler, storage, self.busy / now / len(self.queues)
        )

    def _at(self, time: float, action: Callable[[float], None]) -> None:
        self._number += 1
        heapq.heappush(self.events, (time, self._number, action))

    def _submit(self, now: float) -> None:
        self.given += 1
        self._at(self.client.serve(now, self.costs.client / 2), self._schedule)

    def _schedule(self, now: float) -> None:
        self._at(self.scheduler.serve(now, self.costs.scheduler / 2), self._assign)

    def _assign(self, now: float) -> None:
        """Give a task to the worker with the fewest."""
        while True:
            load, worker = heapq.heappop(self.load)
            if load == self.count[worker]:
                break
        self._change(worker, 1)
        self.queues[worker].append(self.random.choice(self.costs.pages))
        self._begin(worker, now)

    def _change(self, worker: int, by: int) -> None:
        self.count[worker] += by
        heapq.heappush(self.load, (self.count[worker], worker))

    def _begin(self, worker: int, now: float) -> None:
        if self.running[worker] or not self.queues[worker]:
            return
        self.running[worker] = True
        seconds = self.queues[worker].popleft() + self.costs.worker
        fetched = self.storage.serve(now, self.costs.fetched / self.bandwidth)
        self._at(fetched + seconds, lambda at: self._read(worker, now, at))

    def _read(self, worker: int, begun: float, now: float) -> None:
        put = self.storage.serve(now, self.costs.put / self.bandwidth)
        self.busy += put - begun
        self._at(put, lambda at: self._finish(worker, at))

    def _finish(self, worker: int, now: float) -> None:
        self.running[worker] = False
        self._change(worker, -1)
        self._begin(worker, now)
        self._at(self.scheduler.serve(now, self.costs.scheduler / 2), self._gather)

    def _gather(self, now: float) -> None:
        self._at(self.client.serve(now, self.costs.client / 2), self._end)

    def _end(self, now: float) -> None:
        self.done += 1
        if self.given < self.tasks:
            self._submit(now)


def simulate(
    costs: Costs, workers: int, tasks: int, bandwidth: float = 1e12, ahead: int = 2
) -> Simulated:
    """Simulate a run of so many tasks of one page each."""
    return Cluster(costs, workers, tasks, bandwidth, ahead).run()
