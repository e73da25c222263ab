"""Opening one input file: regular, not empty, within the limit, every refusal named."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

from digitscan.errors import (
    AccessError,
    EmptyFileError,
    FileError,
    FormatError,
    MissingError,
    TooLargeError,
    VanishedError,
)
from digitscan.places import Content, Source, resolve

_ACCESS = {
    errno.EACCES: "permission denied; allow reading it or run as a user who may",
    errno.EPERM: "permission denied; allow reading it or run as a user who may",
    errno.ELOOP: "its symbolic links point in a circle; give the path of the real file",
    errno.ENAMETOOLONG: "the path is longer than this system allows; shorten it",
    errno.EMFILE: "too many files are open; use fewer workers or raise the limit (ulimit -n)",
    errno.EIO: "the disk reports a read error; copy the file to another disk and try that",
}

_SPECIAL = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def explain_os_error(error: OSError) -> FileError:
    """Turn what the system says about a path into a FileError with its cure."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return MissingError("there is no such file or folder; check the path for a typing error")
    if error.errno == errno.ESTALE:
        return VanishedError("it went away while it was read; check the network drive, run again")
    if error.errno in _ACCESS:
        return AccessError(_ACCESS[error.errno])
    return AccessError(f"the system cannot read it ({error.strerror or error}); copy it locally")


@contextmanager
def open_input(source: Source, max_bytes: int) -> Iterator[BinaryIO]:
    """Open a file for reading in binary mode.

    Raises
    ------
    FileError
        One of its kinds, when there is nothing, or it cannot or may not be read.
    """

    def check(size: int) -> None:
        if size == 0:
            raise EmptyFileError("the file has no bytes; scan or copy it again")
        if size > max_bytes:
            raise TooLargeError(
                f"the file has {size:,} bytes, more than the limit of {max_bytes:,}; "
                "split it or raise --max-bytes"
            )

    with _open(source, check) as file:
        check(file.seek(0, os.SEEK_END))
        file.seek(0)
        yield file


def _open(source: Source, check: Callable[[int], None]) -> AbstractContextManager[BinaryIO]:
    if isinstance(source, Content):
        if source.error is not None:
            raise source.error
        return io.BytesIO(source.data)
    found = resolve(source)
    if isinstance(found, Path):
        return _open_regular(found)
    from digitscan.remote import opened

    return opened(found, check)


def _open_regular(path: Path) -> BinaryIO:
    """Open a regular file; pipes and devices are refused before, so nothing can block here."""
    try:
        _check_regular(path.stat().st_mode)
        return path.open("rb")
    except FileNotFoundError as error:
        if path.is_symlink():
            raise MissingError("the link points nowhere; give the path of the real file") from error
        raise VanishedError("the file is no longer there; put it back and run again") from error
    except OSError as error:
        raise explain_os_error(error) from error
    except ValueError as error:  # a NUL character in the path
        raise MissingError("no file can have such a name; check the list of paths") from error


def _check_regular(mode: int) -> None:
    for is_special, what in _SPECIAL:
        if is_special(mode):
            raise FormatError(f"this is {what}, not a file; give the path of an image or PDF")
