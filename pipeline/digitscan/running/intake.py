"""What arrives: changes and rescans become files that are ready, a bounded number at a time."""

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
    """

    def __init__(
        self,
        inbox: Path,
        settle: float,
        rescan: float,
        notifier: Notifier,
        known: Callable[[str, Stamp], bool],
    ) -> None:
        self._inbox = inbox
        self._rescan = rescan
        self._notifier = notifier
        self._known = known
        self._settling = Settling(settle, CANDIDATES)
        self._busy: set[str] = set()
        self._waits: dict[str, tuple[float, int]] = {}
        self._walk: Iterator[str] | None = None
        self._walked: float | None = None
        self._wanted = True

    @property
    def waiting(self) -> int:
        """How many files are watched until they are whole."""
        return len(self._settling)

    @property
    def exhausted(self) -> bool:
        """Whether all that lies in the inbox was taken, or waits for another try."""
        return self._walk is None and not self._wanted and not self._settling

    def oldest(self, now: float) -> float:
        """Return how long the file that waits longest has, in seconds."""
        return self._settling.oldest(now) or 0.0

    def settle(self, seconds: float, rescan: float) -> None:
        """Take other settings from the next file on."""
        self._settling.settle, self._rescan = seconds, rescan

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
        rested = self._walked is None or now - self._walked >= PAUSE
        if self._walk is None and (
            (self._wanted and rested)
            or (self._walked is not None and now - self._walked >= self._rescan)
        ):
            self._wanted, self._walked = False, now
            self._waits = {p: wait for p, wait in self._waits.items() if wait[0] > now - 3600}
            self._walk = walk(self._inbox, _lost)
        if self._walk is not None and not self._settling.full:
            self._stride(self._walk, now)

    def again(self) -> None:
        """Ask for a walk through all."""
        self._walk, self._wanted = None, True

    def ready(self, now: float) -> tuple[str, Stamp] | None:
        """Take the next file that is whole; it is left alone until it is released."""
        found = self._settling.ready(now, lambda path: self._stamp(path))
        if found is not None:
            self._busy.add(found[0])
        return found

    def release(self, path: str) -> None:
        """Look at a file again when it turns up: it was dealt with, or is to be tried again."""
        self._busy.discard(path)
        self._waits.pop(path, None)

    def delay(self, path: str, now: float) -> float:
        """Try a file again later, the later the more often; returns in how many seconds."""
        failures = self._waits.get(path, (0.0, 0))[1] + 1
        seconds = wait_after(failures)
        self._waits[path] = now + seconds, failures
        self._busy.discard(path)
        return seconds

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
        if self._settling.full or path.is_dir():
            self._wanted = True
        elif not any((self._inbox / above).is_symlink() for above in Path(relative).parents):
            self._offer(relative, now)

    def _offer(self, path: str, now: float) -> None:
        if path in self._busy or path in self._settling:
            return
        stamp = self._stamp(path)
        if stamp is None or self._known(path, stamp):
            return
        until, _ = self._waits.get(path, (0.0, 0))
        if now >= until:
            self._settling.offer(path, stamp, now)

    def _stamp(self, path: str) -> Stamp | None:
        try:
            return stamp_of(self._inbox / path)
        except OSError as error:
            _lost(self._inbox / path, error)
            return None


def _lost(path: Path, error: OSError) -> None:
    logger.warning("%s: cannot be looked at: %s; it is tried again", path, error.strerror or error)
