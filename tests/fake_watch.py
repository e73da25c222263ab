"""A watcher without processes, clock or events: workers read at once, in this process.

Files are as in `fake_worker`: their names say what happens, their text is the number of pages.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from digitscan.running.changes import Changes
from digitscan.running.hooks import Hooks
from digitscan.running.ledger import Ledger
from digitscan.running.ledger_file import NAME
from digitscan.running.messages import Gone, Message, Ready, Task
from digitscan.running.pool import Pool, Worker
from digitscan.running.shelf import pictures_folder
from digitscan.running.tasks import TaskReader, Tools
from digitscan.running.watch import Ending, Watch
from digitscan.settings import RunSettings, Settings, WatchSettings
from fake_worker import FakeReader, count_pages, load_pages

SETTINGS = Settings(
    running=RunSettings(workers=2, time_limit=60), watch=WatchSettings(settle=2, rescan=300)
)


class Clock:
    """Seconds that pass when someone waits; `at` are things that happen meanwhile."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._later: list[tuple[float, Callable[[], None]]] = []

    def __call__(self) -> float:
        return self.now

    def at(self, seconds: float, happens: Callable[[], None]) -> None:
        """Let something happen so many seconds from now."""
        self._later.append((self.now + seconds, happens))
        self._later.sort(key=lambda item: item[0])

    def wait(self, seconds: float) -> None:
        end = self.now + max(seconds, 0.001)
        while self._later and self._later[0][0] <= end:
            when, happens = self._later.pop(0)
            self.now = max(self.now, when)
            happens()
        self.now = end


class FakeNotifier:
    """Tells what the test puts into it."""

    def __init__(self) -> None:
        self.next = Changes()

    def changes(self) -> Changes:
        told, self.next = self.next, Changes()
        return told


class FakeWorker(Worker):
    """Reads a task when it is given; `hang` never answers, `crash` dies, `late` in 3 seconds."""

    def __init__(self, pool: FakePool) -> None:
        self.task: Task | None = None
        self.ready = False
        self.deadline = float("inf")
        self._pool = pool
        self._clock = pool.clock
        self._limit = SETTINGS.running.time_limit

    @property
    def pid(self) -> int:
        return 4_194_305  # more than any process has

    def send(self, task: Task) -> None:
        self.task = task
        self.allow(1)
        names = [span.name for span in task.spans]
        self._pool.sent.append(names)
        if any("hang" in name for name in names):
            return
        if any("crash" in name for name in names):
            gone = partial(self._pool.put, self, Gone(-signal.SIGSEGV))
            self._pool.clock.at(3 if "late" in names[0] else 0, gone)
            return
        tools = Tools(FakeReader(), self._pool.count, load_pages)
        settings = replace(SETTINGS, output=replace(SETTINGS.output, annotated=None))
        reader = TaskReader(tools, settings, lambda message: self._pool.put(self, message))
        self._pool.put(self, reader.run(task))

    def kill(self) -> int:
        return -9


class FakePool(Pool):
    """Workers of this process."""

    def __init__(self, clock: Clock, size: int = 2) -> None:
        self.clock = clock
        self.size = size
        self._settings = SETTINGS
        self.workers: list[Worker] = []
        self.sent: list[list[str]] = []
        self.count = count_pages
        self._inbox: SimpleQueue[tuple[Worker, Message]] = SimpleQueue()

    def put(self, worker: Worker, message: Message) -> None:
        self._inbox.put((worker, message))

    def _start(self) -> Worker:
        worker = FakeWorker(self)
        self.workers.append(worker)
        self.put(worker, Ready("fake"))
        return worker

    def receive(self, seconds: float) -> tuple[Worker, Message] | None:
        if self._inbox.empty() and seconds:
            self.clock.wait(seconds)
        return super().receive(0)


@dataclass
class Heard(Hooks):
    """What a watcher told: states of documents with their pages, errors, queues."""

    pages: int = 0
    seconds: float = 0.0
    states: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    queues: list[tuple[int, int, float]] = field(default_factory=list)

    def finished(self, state: str, pages: int, seconds: float) -> None:
        self.states.append(state)
        self.pages += pages
        self.seconds += seconds

    def retried(self, error: str) -> None:
        self.errors.append(error)

    def queue(self, waiting: int, in_hand: int, oldest: float) -> None:
        self.queues.append((waiting, in_hand, oldest))


class World:
    """An inbox, an output folder and what a watcher needs; `watch` runs one loop."""

    def __init__(self, root: Path) -> None:
        self.inbox, self.out = root / "inbox", root / "out"
        self.inbox.mkdir()
        self.out.mkdir()
        self.clock = Clock()
        self.notifier = FakeNotifier()
        self.heard = Heard()
        self.settings = SETTINGS
        self.pool = FakePool(self.clock)
        self.stop, self.reload = threading.Event(), threading.Event()
        self.wall: Callable[[], float] = self.clock

    def drop(self, *names: str, pages: int = 1) -> None:
        """Put files into the inbox; each its own content, which starts with its pages."""
        for name in names:
            path = self.inbox / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{pages}\n" + "\n" * len(list(self.inbox.parent.rglob("*.*"))))

    def tell(self, *names: str) -> None:
        """Let the notifier tell of changes."""
        self.notifier.next = Changes(tuple(self.inbox / name for name in names))

    def watch(self, seconds: float | None = None, **changed: object) -> Ending:
        """Run a loop for so many seconds, else until the inbox is empty."""
        watch = replace(self.settings.watch, **changed)  # type: ignore[arg-type]  # real fields
        self.settings = replace(self.settings, watch=watch)
        drawn = replace(self.settings.output, annotated=pictures_folder(self.out))
        settings = replace(self.settings, output=drawn)
        self.pool = FakePool(self.clock)
        self.stop.clear()
        if seconds is not None:
            self.clock.at(seconds, self.stop.set)
        with closing(Ledger(self.out / NAME, self.wall, durable=False)) as ledger:
            return Watch(
                *(self.inbox, self.out, settings, ledger, self.pool, self.notifier),
                *(self.heard, self.clock, seconds is None),
            ).run(self.stop, self.reload)

    def ledger(self) -> closing[Ledger]:
        return closing(Ledger(self.out / NAME, self.wall, durable=False))

    def files(self, folder: str = "out") -> list[str]:
        """Names of all files below a folder but the ledger's."""
        root = self.out if folder == "out" else self.inbox if folder == "inbox" else None
        root = root or self.out / folder
        found = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
        return sorted(name for name in found if not name.startswith(NAME))
