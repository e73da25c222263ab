"""Where files are: at a path of this machine, at a URL, or with what was sent to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from digitscan.errors import FileError, UsageError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
"""A scheme of at least two letters: a single one is a drive."""


@dataclass(frozen=True, slots=True)
class Url:
    """The address of a file or folder that any machine can open, as fsspec knows it.

    `size` in bytes and `stamp`, which changes with the content, are what a listing said.
    """

    text: str
    size: int = field(default=0, compare=False)
    stamp: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """Return the address."""
        return self.text

    @property
    def scheme(self) -> str:
        """What stands before `://`, in small letters."""
        return self.text.partition("://")[0].lower()

    @property
    def name(self) -> str:
        """The last part."""
        return self.text.rstrip("/").rpartition("/")[2]

    @property
    def suffix(self) -> str:
        """The ending of the name, with its dot."""
        return PurePosixPath(self.name).suffix

    @property
    def parent(self) -> Url:
        """The folder it lies in."""
        return Url(self.text.rstrip("/").rpartition("/")[0])

    def with_name(self, name: str) -> Url:
        """Return the address of its neighbour."""
        return self.parent.joinpath(name)

    def joinpath(self, *parts: str) -> Url:
        """Return an address below this one."""
        return Url("/".join([self.text.rstrip("/"), *parts]))


Place: TypeAlias = Path | Url
"""Where a file is or goes."""
Source: TypeAlias = "Path | Url | Content"
"""What a file is read from."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file that was sent: its bytes, or why it could not be read where it is."""

    data: bytes
    error: FileError | None = None


def resolve(given: Place) -> Place:
    """Return the path of a `file://` address, such as a folder that all machines mount.

    Anything else is returned as it is.
    """
    if isinstance(given, Path) or given.scheme not in ("file", "local"):
        return given
    return Path(unquote(urlsplit(given.text).path))


def place(text: str) -> Place:
    """Return the URL or path that a text is.

    Raises
    ------
    UsageError
        It is empty: as a path it would be the current folder, which nobody asked for.
    """
    if not text:
        raise UsageError("an empty name is no path; is a variable of the shell not set?")
    return Url(text) if _URL.match(text) else Path(text)
