"""Where results go; files appear there only when they are whole: written beside, then renamed."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeVar

from digitscan.errors import PASSING, OutputError, TransientError
from digitscan.places import Place, Url, resolve
from digitscan.settings import PictureFormat

LONGEST_NAME = 255
"""Bytes that a file name may have on the usual file systems."""
_DRIVE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:$")


HOST = f"{zlib.crc32(platform.node().encode()):08x}"
"""Which machine this is, among those that share a folder: processes have the same numbers there."""
_UNFINISHED = re.compile(rf"\.digitscan-{HOST}-(\d+)-\d+\.tmp$")

_numbers = count()

AnyPlace = TypeVar("AnyPlace", Path, Url, Place)


def temporary_prefix(process: int) -> str:
    """Return how the names of unfinished files of a process of this machine begin."""
    return f".digitscan-{HOST}-{process}-"


def put_whole(place: Place) -> AbstractContextManager[BinaryIO]:
    """Open what appears at a path or URL at the end, whole, and if all went well.

    Raises
    ------
    OSError, OutputError
        It cannot be written there.
    """
    found = resolve(place)
    if isinstance(found, Path):
        return written_beside(found)
    from digitscan.remote import written

    return written(found)


def remove(place: Place) -> None:
    """Remove a file, if there is one."""
    found = resolve(place)
    if isinstance(found, Path):
        found.unlink(missing_ok=True)
    else:
        from digitscan import remote

        remote.remove(found)


def exists(place: Place) -> bool:
    """Whether there is something at a path or URL."""
    found = resolve(place)
    if isinstance(found, Path):
        return found.exists()
    from digitscan import remote

    return remote.exists(found)


@contextmanager
def written_beside(path: Path) -> Iterator[BinaryIO]:
    """Open a hidden file in the folder of `path`; rename it to `path` at the end, if all went well.

    Raises
    ------
    OSError
        The folder is missing, full or may not be written to.
    """
    prefix = temporary_prefix(os.getpid())
    hidden = path.with_name(f"{prefix}{next(_numbers)}.tmp")
    try:
        with hidden.open("xb") as file:
            yield file
        hidden.replace(path)
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise


def write_picture(place: Place, data: bytes) -> None:
    """Put a picture in its place, making its folder.

    Raises
    ------
    OutputError
        The folder cannot be made or the file cannot be written.
    """
    found = resolve(place)
    try:
        if isinstance(found, Path):
            found.parent.mkdir(parents=True, exist_ok=True)
        with put_whole(place) as file:
            file.write(data)
    except OSError as error:
        kind = TransientError if error.errno in PASSING else OutputError
        raise kind(f"{place}: cannot write the picture: {error.strerror}") from error


def sweep(folder: Path, process: int) -> None:
    """Remove what a killed process left unfinished in a folder."""
    for hidden in folder.glob(f"{temporary_prefix(process)}*.tmp"):
        hidden.unlink(missing_ok=True)


def sweep_dead(files: Iterable[Path]) -> None:
    """Remove, among some files, the unfinished ones of processes that are no more."""
    for hidden in files:
        found = _UNFINISHED.match(hidden.name)
        if found and not _alive(int(found[1])):
            hidden.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if sys.platform == "win32":  # there, asking would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def picture_path(
    folder: AnyPlace, file: str, page: int, pages: int, format: PictureFormat
) -> AnyPlace:
    """Return where the picture of a page goes.

    `scans/a.png` becomes `folder/scans/a.png.jpg`, page 3 of `b.tif` becomes
    `folder/b.tif-page-0003.jpg`: the ending is added, not exchanged, since `a.png` and `a.tif`
    may stand side by side.
    """
    ending = (f"-page-{page:04d}" if pages > 1 else "") + {"jpeg": ".jpg", "png": ".png"}[format]
    return path_inside(folder, file, ending)


def path_inside(folder: AnyPlace, file: str, ending: str = "") -> AnyPlace:
    """Return the path of a file in another folder, with an ending added.

    A drive or scheme, a leading slash and `..` are left out, so that nothing is written outside
    `folder`; a name too long for the file system ends in a hash instead.
    """
    parts = PurePosixPath(file).parts
    inside = [part for part in parts if part not in ("..", "/", "//") and not _DRIVE.match(part)]
    name = inside.pop() + ending
    if len(os.fsencode(name)) > LONGEST_NAME:
        ending = "~" + hashlib.sha256(os.fsencode(file)).hexdigest()[:12] + ending
        name = os.fsencode(name)[: LONGEST_NAME - len(ending)].decode("utf-8", "ignore") + ending
    return folder.joinpath(*inside, name)
