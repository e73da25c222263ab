"""A service started, watched and ended; what it left behind compared."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from digitscan.running.export import export
from digitscan.settings import OutputSettings
from drawing.pen import specimens

LONG = bool(os.environ.get("DIGITSCAN_LONG"))
"""Whether the long forms are wanted: `make faults`, `make soak`."""
TESTS = Path(__file__).parent.parent
FAKE = (sys.executable, str(Path(__file__).with_name("serve.py")))
REAL = (sys.executable, "-m", "digitscan", "watch")
PATIENCE = 60.0
"""Seconds after which what a test waits for will not come."""


class Site:
    """An inbox and an output folder of a test, and the service between them: `FAKE` or `REAL`."""

    def __init__(
        self, root: Path, out: Path | None = None, command: tuple[str, ...] = FAKE
    ) -> None:
        self.root = root
        self.command = command
        self.inbox, self.out = root / "inbox", out or root / "out"
        self.inbox.mkdir(parents=True)
        self._number = 0

    def drop(self, *names: str) -> None:
        """Put files of one page into the inbox, renamed into place, no two of the same content."""
        for name in names:
            self._number += 1
            path = self.inbox / name
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}")
            part.write_bytes(self._content())
            part.rename(path)

    def _content(self) -> bytes:
        if self.command == FAKE:
            return b"1" + b" " * self._number
        return field(self._number)

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """Start the service, with options `name=value`; what it says goes to `log`."""
        command = [*self.command, str(self.inbox)]
        if self.command == REAL:
            named = [f"--{option.replace('_', '-')}" for option in options]
            command += ["--out", str(self.out), "-v", *named]
        else:
            command += [str(self.out), *options]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, stderr=log, env=environment(), cwd=self.root)

    @contextmanager
    def running(self, *options: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run the service meanwhile; it is told to end, and has to."""
        service = self.start(*options)
        try:
            yield service
            service.send_signal(signal.SIGTERM)
            assert service.wait(PATIENCE) == 0, self.said
        finally:
            service.kill()
            service.wait()

    def once(self, *options: str) -> int:
        """Let it deal with what is there; returns its exit code."""
        return self.start("once", *options).wait(4 * PATIENCE)

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def wait(self, reached: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until something holds."""
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, f"it does not happen; the service said:\n{self.said}"
            time.sleep(0.02)

    def files(self, folder: str) -> list[str]:
        """Names of all files in a folder of the output."""
        root = self.out / folder
        return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())

    def count(self, folder: str) -> int:
        """Count the files right in a folder of the output."""
        place = self.out / folder
        return len(os.listdir(place)) if place.is_dir() else 0  # noqa: PTH208 - the quickest

    def content(self) -> dict[str, bytes]:
        """Bytes of all that was written but the ledger, and of an export."""
        table = self.root / "export.csv"
        export(self.out, OutputSettings(out=table, numbers=self.root / "numbers.csv"), None, None)
        found = {p.name: p.read_bytes() for p in (table, self.root / "numbers.csv")}
        for path in self.out.rglob("*"):
            if path.is_file() and not path.name.startswith("digitscan.db"):
                found[path.relative_to(self.out).as_posix()] = path.read_bytes()
        return found


def field(number: int) -> bytes:
    """Draw a number of five digits, black on white, as a PNG."""
    pixels, labels = specimens()
    digits = [pixels[np.flatnonzero(labels == int(value))[0]] for value in f"{number:05d}"]
    row = cv2.resize(np.hstack(digits), None, fx=2, fy=2)
    page = cv2.copyMakeBorder(255 - row, 30, 30, 30, 30, cv2.BORDER_CONSTANT, value=255)
    return cv2.imencode(".png", page)[1].tobytes()


def environment() -> dict[str, str]:
    """Let a process find digitscan, digitnet and the fake worker, and use one core."""
    house = TESTS.parent
    paths = [str(house / "pipeline"), str(house / "models"), str(TESTS)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
