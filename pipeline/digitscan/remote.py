"""Files at URLs, through fsspec: listed, fetched, put, with every refusal named.

fsspec and what it needs for a kind of URL are imported here and only where there is one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any, BinaryIO, TypeVar

from digitscan.errors import (
    AccessError,
    FileError,
    MissingError,
    NetworkError,
    OutputError,
    TransientError,
    UsageError,
    VanishedError,
)
from digitscan.places import Url

WAITS = (0.5, 2.0)
"""Seconds before what the network lost is tried again; fsspec's file systems retry below that."""
PATIENCE = 15.0
"""Seconds after which nothing is tried again: a page has a time limit."""
HELD = 32 * 1024 * 1024
"""Bytes up to which a file is kept in memory; a larger one goes into a temporary file."""
OPTIONS: dict[str, dict[str, Any]] = {
    "s3": {
        "use_listings_cache": False,  # it would hold what is known of each of a million files
        "max_concurrency": 1,  # else every file is asked for its size once more
        "config_kwargs": {
            "connect_timeout": 4,
            "read_timeout": 15,
            "retries": {"max_attempts": 1},
        },
    }
}
"""How file systems are opened where the user's fsspec configuration says nothing else."""
RENAMING = frozenset({"sftp", "ssh", "smb", "ftp", "hdfs", "webhdfs"})
"""Schemes whose files are there while they are being written: these are put beside and renamed."""
CHANGING = ("ETag", "etag", "md5", "LastModified", "last_modified", "mtime", "updated", "created")
"""What listings say of a file that changes with it."""

T = TypeVar("T")

_fetched: dict[tuple[Url, int], bytes | IO[bytes]] = {}
"""The file fetched last, its bytes or an open file: pages are counted, then read span by span."""


def listed(url: Url) -> Iterator[tuple[Url, str]]:
    """Give the file at a URL, or all files below it, each with its path relative to the URL.

    The path of the URL's own file is empty.

    Raises
    ------
    FileError
        There is nothing, or it may not or cannot be listed.
    """
    files, path = filesystem(url)
    info = _tried(url, lambda: files.info(path))
    if info["type"] != "directory":
        yield _known(url, info), ""
        return
    for below, told in _tried(url, lambda: files.find(path, detail=True)).items():
        relative = below[len(path.rstrip("/")) :].lstrip("/")
        yield _known(url.joinpath(relative), told), relative


@contextmanager
def opened(url: Url, check: Callable[[int], None]) -> Iterator[BinaryIO]:
    """Open a file for reading, all of it fetched before; `check` is told its size first.

    Raises
    ------
    FileError
        It is not there, or may not or cannot be read.
    """
    key = url, url.stamp
    if key not in _fetched:
        try:
            files, path = filesystem(url)
        except UsageError as error:  # of this machine, which is one of many
            raise AccessError(str(error)) from error
        size = url.size if url.stamp else _tried(url, lambda: files.size(path))
        if size is not None:
            check(size)
        try:
            fetched = _tried(url, lambda: _fetch(files, path, size))
        except MissingError as error:
            raise VanishedError("it is no longer there; put it back and run again") from error
        _fetched.clear()
        _fetched[key] = fetched
    found = _fetched[key]
    # Whoever reads may close what is given.
    if isinstance(found, bytes):
        file: BinaryIO = BytesIO(found)
    else:
        file = os.fdopen(os.dup(found.fileno()), "rb")
        file.seek(0)
    with file:
        yield file


@contextmanager
def written(url: Url) -> Iterator[BinaryIO]:
    """Open a file of this machine; put it at a URL at the end, whole, if all went well.

    Raises
    ------
    OutputError
        It cannot be put there.
    """
    with tempfile.TemporaryDirectory(prefix="digitscan-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as file:
            yield file
        try:
            _put(url, path)
        except FileError as error:
            kind = TransientError if isinstance(error, NetworkError) else OutputError
            raise kind(f"{url} cannot be written: {error}") from error


def exists(url: Url) -> bool:
    """Whether there is something at a URL, as far as that can be found out."""
    files, path = filesystem(url)
    try:
        return bool(_tried(url, lambda: files.exists(path)))
    except FileError:
        return False


def remove(url: Url) -> None:
    """Remove a file, if there is one and that is allowed."""
    files, path = filesystem(url)
    with contextlib.suppress(FileError):
        _tried(url, lambda: files.rm_file(path))


def check_writable(folder: Url) -> None:
    """Put an empty file below a URL and remove it again.

    Raises
    ------
    OutputError
        That cannot be done.
    """
    probe = folder.joinpath(f"{_hidden()}.tmp")
    files, path = filesystem(probe)
    try:
        _make_folder(files, folder)
        _tried(probe, lambda: files.pipe_file(path, b""))
    except FileError as error:
        raise OutputError(f"{folder}: nothing can be written there: {error}") from error
    remove(probe)


def filesystem(url: Url) -> tuple[Any, str]:
    """Return what fsspec has for a URL: the file system and the path in it.

    Raises
    ------
    UsageError
        A package is missing, or nothing knows such URLs.
    FileError
        The server does not answer or does not let us in.
    """
    try:
        import fsspec
    except ImportError as error:
        raise UsageError(f"{url} needs fsspec: pip install 'digitscan[cluster]'") from error
    options = OPTIONS.get(url.scheme, {}) | fsspec.config.conf.get(url.scheme, {})
    try:
        files, path = fsspec.url_to_fs(url.text, **options)
    except ImportError as error:
        what = f"{url.scheme}:// needs another package"
        raise UsageError(f"{what}: {error}; install it with pip") from error
    except ValueError as error:
        raise UsageError(f"{url}: {error}; write s3://bucket/folder, for example") from error
    except Exception as error:
        raise explain(error, url) from error
    return files, str(path)


def explain(error: Exception, url: Url) -> FileError:
    """Return the FileError for what a file system raised."""
    told = f"{type(error).__name__}: {error}".rstrip(": ")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return MissingError("there is no such file or folder; check the address for a typing error")
    # Each library has errors of its own for credentials.
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    if isinstance(error, PermissionError) or "Credential" in names or "Authentic" in names:
        return AccessError(
            f"access is denied, or credentials are missing ({told}); set those for "
            f"{url.scheme}:// on every machine that reads or writes"
        )
    return NetworkError(
        f"it cannot be reached ({told}); check the network and the address, then run again"
    )


def _tried(url: Url, action: Callable[[], T]) -> T:
    """Do something, again where the network was at fault; raises FileError."""
    start = time.monotonic()
    for wait in (*WAITS, None):
        try:
            return action()
        except Exception as error:
            why = explain(error, url)
            late = wait is None or time.monotonic() - start > PATIENCE
            if late or not isinstance(why, NetworkError):
                raise why from error
            time.sleep(wait or 0.0)
    raise AssertionError("the last time returns or raises")


def _known(url: Url, info: dict[str, Any]) -> Url:
    told = repr([str(info.get(key)) for key in CHANGING])
    stamp = int.from_bytes(hashlib.sha256(told.encode()).digest()[:7], "big")
    return Url(url.text, int(info.get("size") or 0), stamp)


def _fetch(files: Any, path: str, size: int | None) -> bytes | IO[bytes]:
    if size is not None and size <= HELD:
        return bytes(files.cat_file(path))
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - it is kept open, see `opened`
    with files.open(path, "rb", block_size=HELD) as file:
        shutil.copyfileobj(file, kept, HELD)
    kept.flush()
    return kept


def _put(url: Url, path: Path) -> None:
    files, target = filesystem(url)
    if url.scheme not in RENAMING:
        _tried(url, lambda: files.put_file(str(path), target))
        return
    beside = filesystem(url.with_name(f"{_hidden()}-{url.name}.tmp"))[1]
    _make_folder(files, url.parent)
    _tried(url, lambda: files.put_file(str(path), beside))
    _tried(url, lambda: files.mv(beside, target))


def _hidden() -> str:
    return f".digitscan-{uuid.uuid4().hex}"


def _make_folder(files: Any, url: Url) -> None:
    """Make a folder where there are such: object stores have none."""
    if url.scheme in RENAMING:
        path = filesystem(url)[1]
        _tried(url, lambda: files.makedirs(path, exist_ok=True))
