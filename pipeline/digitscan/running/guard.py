"""What a watcher looks at before it begins: nothing may be lost, and nobody else be at work."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitscan.errors import UnsafeError, UsageError
from digitscan.logs import logger
from digitscan.running.mounts import mount_of

LEAST_FREE = 16 * 1024 * 1024
"""Bytes of the disk without which there is no use in beginning."""
NO_LOCKS = (errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)
"""What file systems say that know no locks on folders, as most network ones."""


def check_folders(inbox: Path, out: Path, keep: bool) -> None:
    """Refuse folders that make no sense or could lose files; makes `out`.

    Raises
    ------
    UsageError
        One of them is not a folder.
    UnsafeError
        One lies in the other, may not be written to, or the ledger would be on a network mount or
        on a full disk.
    """
    if not inbox.is_dir():
        raise UsageError(f"{inbox} is not a folder; make it, or mount what should be there")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is not a folder; choose another --out")
    here, there = inbox.resolve(), out.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise UnsafeError(
            f"{inbox} and {out} lie in one another, so that results would be read as scans; "
            "choose folders beside each other"
        )
    mount = mount_of(out)
    if mount.remote:
        raise UnsafeError(
            f"{out} lies on a mount of type {mount.kind}, where the ledger cannot be kept safe; "
            "choose a folder on a disk of this machine (the inbox may stay where it is)"
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnsafeError(f"{out}: cannot make the folder: {error.strerror}") from error
    for folder in (out,) if keep else (out, inbox):
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            hint = "" if folder == out else ", or leave originals where they are with --keep"
            raise UnsafeError(f"{folder} may not be written to; allow it to this user{hint}")
    if shutil.disk_usage(out).free < LEAST_FREE:
        raise UnsafeError(f"the disk that {out} lies on is full; make room on it first")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for this process alone, as far as its file system knows locks.

    Raises
    ------
    UnsafeError
        Another process holds it.
    """
    try:
        import fcntl
    except ImportError:  # no such locks on Windows
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise UnsafeError(
            f"{folder} is in use by another digitscan; end that one or choose another folder"
        ) from error
    except OSError as error:
        if error.errno not in NO_LOCKS:
            os.close(descriptor)
            raise
        logger.info("%s: its file system knows no locks: %s", folder, error.strerror)
    try:
        yield
    finally:
        os.close(descriptor)
