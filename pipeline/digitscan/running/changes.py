"""What changed in a folder, as the system tells it; a hint only, since a rescan finds all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Protocol

from digitscan.logs import logger

HELD = 4096
"""Most paths that wait to be looked at; beyond, a rescan is asked for."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths that were added or changed; `overflow` where some may be missing."""

    paths: tuple[Path, ...] = ()
    overflow: bool = False


class Notifier(Protocol):
    """Tells what changed."""

    def changes(self) -> Changes:
        """Return what changed since the last time, at once."""
        ...


class Polling:
    """Tells nothing: rescans find what is new."""

    def changes(self) -> Changes:
        """Return nothing."""
        return Changes()


class Events:
    """Native events, gathered by a thread."""

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox
        self._paths: Queue[Path] = Queue(HELD)
        self._overflow = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def changes(self) -> Changes:
        """Return what changed since the last time, at once."""
        overflow = self._overflow.is_set()
        self._overflow.clear()
        paths = []
        while True:
            try:
                paths.append(self._paths.get_nowait())
            except Empty:
                return Changes(tuple(paths), overflow)

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join(timeout=2)

    def _listen(self) -> None:
        from watchfiles import Change, watch

        while not self._stop.is_set():
            try:
                changes = watch(
                    self._inbox,
                    watch_filter=None,
                    debounce=100,
                    step=50,
                    stop_event=self._stop,
                    rust_timeout=1000,
                    ignore_permission_denied=True,
                )
                for batch in changes:
                    for change, path in batch:
                        if change is not Change.deleted:
                            self._put(Path(path))
            except Exception as error:  # whatever it is, rescans go on and it is tried again
                logger.warning("no events from %s: %s; rescans go on", self._inbox, error)
                self._overflow.set()
                self._stop.wait(30)

    def _put(self, path: Path) -> None:
        try:
            self._paths.put_nowait(path)
        except Full:
            self._overflow.set()


@contextmanager
def notifier_of(inbox: Path, poll: bool) -> Iterator[Notifier]:
    """Open what tells of changes; Polling where events are not wanted or not to be had."""
    if not poll:
        try:
            import watchfiles  # noqa: F401 - to know before the thread starts
        except ImportError:
            logger.warning(
                "watchfiles is not installed, so the inbox is polled: pip install "
                "'digitscan[service]'"
            )
            poll = True
    if poll:
        yield Polling()
        return
    events = Events(inbox)
    try:
        yield events
    finally:
        events.close()
