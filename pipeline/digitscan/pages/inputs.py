"""From what the user names to the files to read: found, ordered, each with a name of its own."""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeAlias

from digitscan.errors import FileError
from digitscan.pages.files import explain_os_error
from digitscan.places import Place, Url, place, resolve
from digitscan.types import FileFailure

SUFFIXES = frozenset(
    {".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".bmp", ".dib", ".webp"}
    | {".gif", ".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".pnm", ".pbm", ".pgm", ".ppm", ".pdf"}
)
"""Endings tried in folders; a file named explicitly is tried whatever its name."""


NaturalKey: TypeAlias = tuple[tuple[tuple[tuple[int, int, str], ...], ...], str]
"""Parts of a name, each in runs of digits and other letters; then the name itself."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read: where it is, and what results call it (`/` between parts)."""

    path: Place
    name: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that was found, in natural order of names, and what could not be looked into."""

    files: tuple[InputFile, ...]
    failures: tuple[FileFailure, ...]


def find_inputs(inputs: Iterable[Place], patterns: Sequence[str] = ()) -> Inputs:
    """Find the files to read, on this machine and at URLs.

    Files are taken as named. Folders are searched with all below them, symbolic links
    followed, each folder once; files and folders whose names begin with a dot are left out.
    In folders a file counts when its name has one of `SUFFIXES`, or, where `patterns` are
    given, when it matches one of them (see `matches`).

    A file in a folder is called by its path relative to the folder, a file named explicitly as
    it was named. Where two inputs would give the same name, all files of folders are called by
    the folder as named, too. A file reached twice is read once.

    Folders that cannot be read, links that go in a circle and paths where nothing is become
    FileFailures.

    Raises
    ------
    UsageError
        A package is missing for a kind of URL, or there is no such kind.
    """
    search = _Search(patterns)
    for given in inputs:
        if isinstance(given, Path):
            search.add(given)
        else:
            search.add_url(given)
    files = _named(search.found)
    return Inputs(
        tuple(sorted(files, key=lambda file: natural_key(file.name))),
        tuple(sorted(search.failures, key=lambda failure: natural_key(failure.file))),
    )


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether a file's name relative to the folder fits one of the glob patterns.

    A pattern without `/` is held against the last part of the name, one with `/` against all
    of it. `*` stands for any characters, `/` too; letter case does not count.
    """
    name = name.casefold()
    last = name.rpartition("/")[2]
    return any(
        fnmatchcase(name if "/" in pattern else last, wanted)
        for pattern in patterns
        for wanted in (pattern.casefold(), pattern.casefold().removeprefix("**/"))
    )


def natural_key(name: str) -> NaturalKey:
    """Sort key that puts `page2` before `page10`, folder by folder, letter case aside."""
    composed = unicodedata.normalize("NFC", name).casefold()
    parts = tuple(
        tuple(
            (0, len(piece.lstrip("0")), piece.lstrip("0"))
            if piece[0] in "0123456789"
            else (1, 0, piece)
            for piece in re.split("([0-9]+)", part)
            if piece
        )
        for part in composed.split("/")
    )
    return parts, name


def parse_path_list(data: bytes) -> list[Place]:
    """Read paths and URLs from a list: separated by NUL where there is one, else by lines."""
    separator = b"\0" if b"\0" in data else b"\n"
    lines = (line.removesuffix(b"\r") for line in data.split(separator))
    return [place(os.fsdecode(line)) for line in lines if line.strip()]


def reported_name(path: Place) -> str:
    """Return the path as results show it: `/` between parts, bytes that are no UTF-8 escaped."""
    text = path.as_posix() if isinstance(path, Path) else path.text
    return os.fsencode(text).decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True)
class _Found:
    """A file, the input it came by, and its path relative to that (None: named itself)."""

    path: Place
    given: Place
    relative: Path | None

    @property
    def name(self) -> str:
        return reported_name(self.relative or self.given)

    @property
    def full_name(self) -> str:
        if self.relative is None:
            return self.name
        return reported_name(self.given.joinpath(self.relative.as_posix()))


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to look into, and device and inode of those it lies in."""

    path: Path
    relative: Path
    above: tuple[tuple[int, int], ...]


class _Search:
    """What was found so far, and where the search has been."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.found: list[_Found] = []
        self.failures: list[FileFailure] = []
        self._patterns = patterns
        self._files: set[str] = set()
        self._folders: set[tuple[int, int]] = set()

    def add(self, given: Path) -> None:
        """Take a file as it is, search a folder."""
        try:
            is_folder = stat.S_ISDIR(given.stat().st_mode)
        except OSError as error:
            self._fail(given, error)
        except ValueError:  # a NUL character in the path
            self._fail(given, OSError(errno.ENOENT, "no such file"))
        else:
            if is_folder:
                self._search(given)
            else:
                self._take(_Found(given, given, None))

    def add_url(self, given: Url) -> None:
        """Take a file at a URL as it is, search all below any other."""
        path = resolve(given)
        if isinstance(path, Path):
            search = _Search(self._patterns)
            search.add(path)
            self.failures += search.failures
            for file in search.found:
                below = file.relative
                url = given.joinpath(below.as_posix()) if below else given
                self._take(_Found(url, given, below))
            return
        from digitscan.remote import listed

        try:
            for url, name in listed(given):
                relative = Path(name) if name else None
                if relative is None or self._seen(relative):
                    self._take(_Found(url, given, relative))
        except FileError as error:
            self.failures.append(FileFailure(given.text, None, error.error, str(error)))

    def _search(self, given: Path) -> None:
        """Go through a folder; linked folders last, so that files keep the names of their place."""
        waiting: deque[_Folder] = deque([_Folder(given, Path(), ())])
        while waiting:
            folder = waiting.pop()
            try:
                identity = self._enter(folder)
                entries = list(self._entries(folder.path)) if identity else []
            except OSError as error:
                self._fail(folder.relative if folder.relative.parts else given, error)
                continue
            for entry in entries:
                relative = folder.relative / entry.name
                try:
                    is_folder = entry.is_dir()
                except OSError as error:
                    self._fail(relative, error)
                    continue
                if is_folder and identity:
                    below = _Folder(Path(entry.path), relative, (*folder.above, identity))
                    waiting.insert(0 if entry.is_symlink() else len(waiting), below)
                elif self._wanted(relative):
                    self._take(_Found(Path(entry.path), given, relative))

    def _enter(self, folder: _Folder) -> tuple[int, int] | None:
        """Return device and inode of a folder; None where the search has been there already."""
        status = folder.path.stat()
        identity = status.st_dev, status.st_ino
        if identity in folder.above:
            raise OSError(errno.ELOOP, "circle of links")
        if identity in self._folders:
            return None
        self._folders.add(identity)
        return identity

    @staticmethod
    def _entries(path: Path) -> Iterator[os.DirEntry[str]]:
        with os.scandir(path) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    yield entry

    def _wanted(self, relative: Path) -> bool:
        if self._patterns:
            return matches(relative.as_posix(), self._patterns)
        return relative.suffix.lower() in SUFFIXES

    def _seen(self, relative: Path) -> bool:
        hidden = any(part.startswith(".") for part in relative.parts)
        return not hidden and self._wanted(relative)

    def _take(self, found: _Found) -> None:
        where = str(found.path)
        if isinstance(found.path, Path):
            where = os.path.abspath(found.path)  # noqa: PTH100 - resolve() would follow links
        if where not in self._files:
            self._files.add(where)
            self.found.append(found)

    def _fail(self, path: Path, error: OSError) -> None:
        failure = explain_os_error(error)
        self.failures.append(FileFailure(reported_name(path), None, failure.error, str(failure)))


def _named(found: Sequence[_Found]) -> list[InputFile]:
    """Give every file its name; where any two clash, folders put theirs in front of all."""
    clash = len({file.name for file in found}) < len(found)
    return [
        InputFile(
            file.path,
            file.full_name if clash else file.name,
        )
        for file in found
    ]
