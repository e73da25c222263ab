"""A Dask scheduler and workers of it as processes of this machine, for tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

PATIENCE = 60.0
"""Seconds after which what a test waits for will not come."""


class Machines:
    """A scheduler, and workers with one thread each that are not started again when they die.

    `options` are more of the workers' command line.
    """

    def __init__(self, folder: Path, workers: int, *options: str) -> None:
        self.folder = folder
        self._options = options
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self._processes: list[subprocess.Popen[bytes]] = []
        port = self.address.rpartition(":")[2]
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", port)
        self.workers = [self.add_worker() for _ in range(workers)]

    def add_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker; it joins when it is ready."""
        fixed = ("--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")
        return self._start("worker", self.address, *fixed, *self._options)

    def close(self) -> None:
        """End all, and see that no process of theirs is left."""
        running = [psutil.Process(process.pid) for process in self._processes if alive(process)]
        below = [child for process in running for child in process.children(recursive=True)]
        for process in self._processes:
            process.kill()
            process.wait()
        until(lambda: not any(child.is_running() for child in below))

    def _start(self, command: str, *options: str) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "dask", command, *options, "--no-dashboard"]
        if command == "worker":
            words += ["--local-directory", str(self.folder)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(words, env=environment, stderr=log, stdout=log)
        self._processes.append(process)
        return process


def alive(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process as a power cut would."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(happens: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for something."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
