"""Files read through and moved, in one file system or from one to another."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

CHUNK = 1024 * 1024

Beat = Callable[[], None]
"""Called now and then amid long work."""


def digest(path: Path, beat: Beat, copy: Path | None = None) -> str:
    """Return the SHA-256 of a file, and copy it on the way if asked to; `beat` hears each MB."""
    found = hashlib.sha256()
    with path.open("rb") as file, contextlib.ExitStack() as stack:
        target = stack.enter_context(copy.open("wb")) if copy else None
        while chunk := file.read(CHUNK):
            found.update(chunk)
            if target:
                target.write(chunk)
            beat()
        if target:
            target.flush()
            os.fsync(target.fileno())
    return found.hexdigest()


def move(source: Path, target: Path, part: Path, sha256: str, beat: Beat) -> bool:
    """Move a file, making the folder; `target` is whole when it appears.

    Where it has to be copied, that is done into `part`, a path in the file system of the target;
    False where the content is not the one with this hash: then nothing is moved.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    else:
        return True
    if digest(source, beat, part) != sha256:
        part.unlink()
        return False
    with contextlib.suppress(OSError):  # not every file system keeps times and rights
        shutil.copystat(source, part)
    part.replace(target)
    on_disk(target.parent)
    source.unlink()
    return True


def on_disk(path: Path) -> None:
    """Have a file, or what was renamed in a folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
