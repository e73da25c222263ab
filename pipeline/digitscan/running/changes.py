"""What changed in a folder, as the system tells it; a hint only, since a rescan finds all."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from digitscan.logs import logger

HELD = 4096
"""Most paths that wait to be looked at; beyond, a rescan is asked for."""
AGAIN = 30.0
"""Seconds until events are asked for again where they were not to be had."""
GATHER = 100
"""Milliseconds over which events are gathered."""
LOOK = 1000
"""Milliseconds after which, when nothing changes, the folder itself is looked at."""


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
    """Native events of a folder and all below it, gathered by a thread.

    Paths begin with the folder as it was given, links in it and all.
    """

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox
        self._lock = threading.Lock()
        self._paths: set[Path] = set()
        self._overflow = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="events", daemon=True)
        self._thread.start()

    def changes(self) -> Changes:
        """Return what changed since the last time, at once."""
        with self._lock:
            found = Changes(tuple(self._paths), self._overflow)
            self._paths, self._overflow = set(), False
        return found

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join(timeout=2)

    def _listen(self) -> None:
        told = False
        while not self._stop.is_set():
            try:
                self._gather()
                told = False
            except Exception as error:  # whatever it is, rescans go on and it is tried again
                if not told:
                    logger.warning("no events from %s: %s; rescans go on", self._inbox, error)
                told = True
                self._put((), overflow=True)
                self._stop.wait(AGAIN)

    def _gather(self) -> None:
        """Take in events until all is to stop or the path leads to another folder.

        That happens where a disk is mounted anew, or a folder is renamed and made again: events
        would go on telling of the old one.
        """
        from watchfiles import Change, watch

        folder = self._inbox.resolve()
        identity = _identity(folder)
        first = True  # what happened before there were events is not known
        for batch in watch(
            folder,
            watch_filter=None,
            debounce=GATHER,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            stop_event=self._stop,
            ignore_permission_denied=True,
        ):
            paths = (
                self._inbox / Path(path).relative_to(folder)
                for change, path in batch
                if change is not Change.deleted
            )
            self._put(paths, overflow=first)
            first = False
            if _identity(self._inbox) != identity:
                return

    def _put(self, paths: Iterable[Path], overflow: bool = False) -> None:
        with self._lock:
            self._overflow |= overflow
            for path in paths:
                if len(self._paths) >= HELD:
                    self._overflow = True
                    return
                self._paths.add(path)


def _identity(folder: Path) -> tuple[int, int]:
    """Return what tells a folder from every other, whatever their paths."""
    status = folder.stat()
    return status.st_dev, status.st_ino


@contextmanager
def notifier_of(inbox: Path, poll: bool) -> Iterator[Notifier]:
    """Open what tells of changes; Polling where events are not wanted or not to be had."""
    if not poll and find_spec("watchfiles") is None:
        logger.warning(
            "watchfiles is not installed, so the inbox is polled: pip install 'digitscan[service]'"
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
