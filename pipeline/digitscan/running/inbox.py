"""The inbox: which of its files count, found at any depth, and when one is whole."""

from __future__ import annotations

import heapq
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from digitscan.running.states import Stamp

IGNORED = (
    ".*",
    "~$*",
    "*~",
    "*.part",
    "*.partial",
    "*.filepart",
    "*.crdownload",
    "*.tmp",
    "*.temp",
    "*.swp",
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "@eadir",
    "#recycle",
    "$recycle.bin",
    "system volume information",
)
"""Names of files and folders, in lower case, that no person put there or that are not whole."""
EMPTY_PATIENCE = 10
"""A file without bytes is given this many times as long: some scanners make it, then scan."""

Lost = Callable[[Path, OSError], None]


def ignored(path: str) -> bool:
    """Whether a path relative to the inbox, or a folder it lies in, is not for us."""
    return any(fnmatchcase(part, name) for part in path.lower().split("/") for name in IGNORED)


def stamp_of(path: Path) -> Stamp | None:
    """Return the stamp of a regular file, None for anything else or nothing.

    Raises
    ------
    OSError
        The file cannot be looked at, which is not to say that it is not there.
    """
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Stamp(status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def walk(inbox: Path, lost: Lost) -> Iterator[str]:
    """Give the regular files below a folder, relative to it, one by one as they are found.

    Links are not followed. Nothing is held but the folders that are being gone through; `lost`
    hears of a folder that cannot be.

    Raises
    ------
    OSError
        The inbox itself cannot be gone through.
    """
    entries = os.scandir(inbox)
    stack = [("", entries)]
    try:
        while stack:
            prefix, entries = stack[-1]
            try:
                entry = next(entries, None)
            except OSError as error:
                if len(stack) == 1:
                    raise
                lost(inbox / prefix, error)
                entry = None
            if entry is None:
                entries.close()
                stack.pop()
                continue
            path = prefix + entry.name
            if ignored(entry.name):
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    stack.append((path + "/", os.scandir(inbox / path)))
                elif entry.is_file(follow_symlinks=False):
                    yield path
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                lost(inbox / path, error)
    finally:
        for _, entries in stack:
            entries.close()


class Settling:
    """Files seen, until their size and time have stayed the same for a while.

    Parameters
    ----------
    settle
        Seconds.
    limit
        Most files; what is offered beyond is refused, and found again by the next walk.
    """

    def __init__(self, settle: float, limit: int) -> None:
        self._settle = settle
        self._limit = limit
        self._waiting: dict[str, _Waiting] = {}
        self._due: list[tuple[float, str]] = []
        """Also what has changed since, with the time that does not hold any more."""

    def __len__(self) -> int:
        """Return how many files are waiting."""
        return len(self._waiting)

    def __contains__(self, path: str) -> bool:
        """Whether a file is waiting."""
        return path in self._waiting

    @property
    def full(self) -> bool:
        """Whether no more are taken."""
        return len(self._waiting) >= self._limit

    def offer(self, path: str, stamp: Stamp, now: float, wait: float | None = None) -> None:
        """Take a file that was seen; one that waits begins anew if it changed.

        Nothing happens where all is full. `wait` are the seconds to leave the file alone, where
        those to settle are not enough.
        """
        before = self._waiting.get(path)
        if before.stamp == stamp if before else self.full:
            return
        seconds = self._settle * (1 if stamp.size else EMPTY_PATIENCE) if wait is None else wait
        since = before.since if before else now
        self._waiting[path] = _Waiting(stamp, since, now + seconds)
        heapq.heappush(self._due, (now + seconds, path))

    def due(self, now: float) -> tuple[str, Stamp] | None:
        """Take out the next file whose time has come, as it was when it was offered."""
        if self.until(now) != 0:
            return None
        path = heapq.heappop(self._due)[1]
        return path, self._waiting.pop(path).stamp

    def until(self, now: float) -> float | None:
        """Return in how many seconds the next file is due, None where none is waiting."""
        while self._due and not self._holds(*self._due[0]):
            heapq.heappop(self._due)
        return max(0.0, self._due[0][0] - now) if self._due else None

    def _holds(self, due: float, path: str) -> bool:
        return path in self._waiting and self._waiting[path].due == due

    def oldest(self, now: float) -> float:
        """Return how long the file that waits longest has, in seconds."""
        return max((now - waiting.since for waiting in self._waiting.values()), default=0.0)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file as it was seen last, since when it waits and until when."""

    stamp: Stamp
    since: float
    due: float
