"""The inbox: which of its files count, found at any depth, and when one is whole."""

from __future__ import annotations

import heapq
import os
import stat
from collections.abc import Callable, Iterator
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
        self.settle = settle
        self._limit = limit
        self._stamps: dict[str, tuple[Stamp, float]] = {}
        self._due: list[tuple[float, str]] = []

    def __len__(self) -> int:
        """Return how many files are waiting."""
        return len(self._stamps)

    def __contains__(self, path: str) -> bool:
        """Whether a file is waiting."""
        return path in self._stamps

    @property
    def full(self) -> bool:
        """Whether no more are taken."""
        return len(self._stamps) >= self._limit

    def offer(self, path: str, stamp: Stamp, now: float) -> None:
        """Take a file that was seen; nothing happens where it waits already or all is full."""
        if path not in self._stamps and not self.full:
            self._stamps[path] = stamp, now
            heapq.heappush(self._due, (self._when(stamp, now), path))

    def ready(self, now: float, look: Callable[[str], Stamp | None]) -> tuple[str, Stamp] | None:
        """Take out the next file that is whole; `look` tells what it is like now."""
        while self._due and self._due[0][0] <= now:
            _, path = heapq.heappop(self._due)
            before, _ = self._stamps.pop(path)
            stamp = look(path)
            if stamp == before:
                return path, stamp
            if stamp is not None:
                self.offer(path, stamp, now)
        return None

    def oldest(self, now: float) -> float | None:
        """Return how long the file that waits longest has, in seconds."""
        return max((now - since for _, since in self._stamps.values()), default=None)

    def _when(self, stamp: Stamp, now: float) -> float:
        return now + self.settle * (1 if stamp.size else EMPTY_PATIENCE)
