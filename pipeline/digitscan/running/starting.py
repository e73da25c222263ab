"""The processes of workers: how they start, and one that starts before its settings are known."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import digitscan

COMMAND = (sys.executable, "-P", "-m", "digitscan.running.worker")
"""-P keeps the current folder, where the user's own files lie, off the import path."""

_KEPT = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}
"""Bytes from which glibc maps an array afresh, and bytes freed that it keeps. By itself it returns
every picture of a page to the system and pays for it again: a tenth of the page's time."""

_early: list[subprocess.Popen[bytes]] = []


@contextmanager
def early_worker() -> Iterator[None]:
    """Have a worker load its code and wait for its settings; it ends where nobody takes it."""
    _early.append(_started(COMMAND, heard=False))
    try:
        yield
    finally:
        end_early()


def end_early() -> None:
    """End the worker that was started early, if it has not been taken."""
    while _early:
        process = _early.pop()
        process.kill()
        process.communicate()


def start(command: Sequence[str], heard: bool) -> subprocess.Popen[bytes]:
    """Give a process that waits for its settings, the one started early where it is the same.

    Where it is to be `heard`, what it says beside its messages goes to stderr.
    """
    if _early and command == COMMAND and not heard:
        return _early.pop()
    end_early()
    return _started(command, heard)


def _started(command: Sequence[str], heard: bool) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if heard else subprocess.DEVNULL,
        env=_environment(os.environ),
        # Ctrl-C is for the parent, which then ends its workers.
        process_group=None if sys.platform == "win32" else 0,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _environment(outer: Mapping[str, str]) -> dict[str, str]:
    """One thread a worker, memory kept from page to page, and the import path of this process."""
    package = str(Path(digitscan.__file__).parent.parent)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join([*(entry for entry in sys.path if entry), package])
    return {**_KEPT, **outer, **threads, "PYTHONPATH": path, "PYTHONHASHSEED": "0"}
