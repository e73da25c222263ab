"""What arrives: changes and walks become files that are ready, a bounded number at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from digitscan.logs import logger
from digitscan.running.changes import Notifier
from digitscan.running.inbox import Settling, ignored, stamp_of, walk
from digitscan.running.states import Stamp, wait_after

CANDIDATES = 4096
"""Most files that are watched until they are whole; the walk through the inbox waits meanwhile."""
STRIDE = 2000
"""Files of the walk looked at in one turn, so that the rest of the service has its turn too."""
PAUSE = 1.0
"""Least seconds between walks that changes ask for."""


class Intake:
    """The files of an inbox that are to be dealt with.

    Parameters
    ----------
    inbox
        The folder.
    settle, rescan
        Seconds, see `WatchSettings`.
    notifier
        Tells of changes.
    known
        Whether a file is one that was dealt with and stays.
    once
        Each file is tried once: what is not whole or not to be had stays for another day.
    """

    def __init__(
        self,
        inbox: Path,
        settle: float,
        rescan: float,
        notifier: Notifier,
        known: Callable[[str, Stamp], bool],
        once: bool = False,
    ) -> None:
        self._inbox = inbox
        self._rescan = rescan
        self._notifier = notifier
        self._known = known
        self._once = once
        self._settling = Settling(settle, CANDIDATES)
        self._busy: set[str] = set()
        self._failures: dict[str, int] = {}
        self._left: set[str] = set()
        self._walk: Iterator[str] | None = None
        self._walked: float | None = None
        self._wanted = True

    @property
    def waiting(self) -> int:
        """How many files are watched until they are whole."""
        return len(self._settling)

    @property
    def exhausted(self) -> bool:
        """Whether all that lies in the inbox was taken."""
        return self._walk is None and not self._wanted and not self._settling

    def oldest(self, now: float) -> float:
        """Return how long the file that waits longest has, in seconds."""
        return self._settling.oldest(now)

    def until(self, now: float) -> float | None:
        """Return in how many seconds there is something to do, as far as is known."""
        return 0.0 if self._walk and not self._settling.full else self._settling.until(now)

    def look(self, now: float) -> None:
        """Take in what changed and a stretch of the walk.

        Raises
        ------
        OSError
            The inbox cannot be looked at.
        """
        changes = self._notifier.changes()
        self._wanted |= changes.overflow
        for path in changes.paths:
            self._changed(path, now)
        since = float("inf") if self._walked is None else now - self._walked
        if self._walk is None and since >= (PAUSE if self._wanted else self._rescan):
            self._wanted, self._walked = False, now
            self._walk = walk(self._inbox, _lost)
        if self._walk is not None:
            self._stride(self._walk, now)

    def again(self) -> None:
        """Ask for a walk through all."""
        self._wanted = True

    def ready(self, now: float) -> tuple[str, Stamp] | None:
        """Take the next file that is whole; it is left alone until it is released."""
        while (due := self._settling.due(now)) is not None:
            path, before = due
            stamp = self._stamp(path)
            if stamp == before:
                self._busy.add(path)
                return due
            self._failures.pop(path, None)
            if self._once and stamp is not None:
                self._leave(path, "is still being written")
            self._offer(path, now)
        return None

    def release(self, path: str, now: float) -> None:
        """Let go of a file: what lies there, if it is not known by now, is as one that arrived."""
        self._busy.discard(path)
        self._failures.pop(path, None)
        self._offer(path, now)

    def delay(self, path: str, now: float, why: str) -> None:
        """Try a file again later, the later the more often it was."""
        self._failures[path] = failures = self._failures.get(path, 0) + 1
        if self._once:
            self._leave(path, why)
        else:
            logger.warning(
                "%s: %s; it is tried again", path, why, extra={"data": {"file": path, "error": why}}
            )
        if len(self._settling) < CANDIDATES // 2:
            self.wait(path, now, wait_after(failures))
        else:  # that room is for what arrives; the next rescan finds this again
            self._busy.discard(path)
            del self._failures[path]

    def wait(self, path: str, now: float, seconds: float) -> None:
        """Leave a file alone for some seconds."""
        self._busy.discard(path)
        self._wanted |= self._settling.full
        self._offer(path, now, seconds)

    def _leave(self, path: str, why: str) -> None:
        logger.warning("%s: %s; it stays", path, why, extra={"data": {"file": path, "error": why}})
        self._left.add(path)

    def _stride(self, found: Iterator[str], now: float) -> None:
        for _ in range(STRIDE):
            if self._settling.full:
                return
            path = next(found, None)
            if path is None:
                self._walk = None
                return
            self._offer(path, now)

    def _changed(self, path: Path, now: float) -> None:
        if not path.is_relative_to(self._inbox):
            return
        relative = path.relative_to(self._inbox).as_posix()
        if ignored(relative):
            return
        # What does not fit in now is found by the next walk; so is all in a folder that moved in.
        if (self._settling.full and relative not in self._settling) or path.is_dir():
            self._wanted = True
        elif not any((self._inbox / above).is_symlink() for above in Path(relative).parents[:-1]):
            self._offer(relative, now)

    def _offer(self, path: str, now: float, wait: float | None = None) -> None:
        if path in self._busy or path in self._left or (self._once and path in self._settling):
            return
        stamp = self._stamp(path)
        if stamp is not None and not self._known(path, stamp):
            self._settling.offer(path, stamp, now, wait)

    def _stamp(self, path: str) -> Stamp | None:
        try:
            return stamp_of(self._inbox / path)
        except OSError as error:
            _lost(self._inbox / path, error)
            return None


def _lost(path: Path, error: OSError) -> None:
    logger.warning("%s: cannot be looked at: %s; it is tried again", path, error.strerror or error)
