"""Workers and clients of a cluster killed again and again: as if nothing had been."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from digitscan.errors import ExitCode
from faults.harness import LONG, field
from machines import Machines, kill

pytestmark = pytest.mark.skipif(not LONG, reason="the long form: make faults")


def command(root: Path, out: Path, *options: str) -> "subprocess.Popen[bytes]":
    words = ["run", str(root / "scans"), "--out", str(out / "r.csv")]
    words += ["--annotated", str(out / "drawn"), *options]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen([sys.executable, "-m", "digitscan", *words], env=environment)


def content(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_workers_and_clients_may_be_killed_at_any_moment(tmp_path: Path) -> None:
    for name in ("scans", "calm", "disturbed", "dask"):
        (tmp_path / name).mkdir()
    for index in range(600):
        (tmp_path / f"scans/{index:04d}.png").write_bytes(field(index))
    assert command(tmp_path, tmp_path / "calm").wait() == ExitCode.OK
    Client = pytest.importorskip("distributed").Client  # noqa: N806 - it is a class
    chance, over = random.Random(7), threading.Event()
    shot: list[float] = []
    machines = Machines(tmp_path / "dask", 2)

    def shoot() -> None:
        """Kill a worker again and again, and start another one; one has always joined."""
        with Client(machines.address, timeout=120, set_as_default=False) as watching:
            while not over.wait(chance.uniform(0.5, 3)):
                if len(watching.nthreads()) == len(machines.workers):
                    kill(machines.workers.pop(0))
                    machines.workers.append(machines.add_worker())
                    shot.append(time.monotonic())

    shooting = threading.Thread(target=shoot)
    shooting.start()
    try:
        options = ("--scheduler", machines.address, "--resume")
        for _ in range(6):
            client = command(tmp_path, tmp_path / "disturbed", *options)
            try:
                client.wait(chance.uniform(4, 10))
            except subprocess.TimeoutExpired:
                client.send_signal(signal.SIGKILL)
                client.wait()
        assert command(tmp_path, tmp_path / "disturbed", *options).wait() == ExitCode.OK
    finally:
        over.set()
        shooting.join()
        machines.close()
    assert len(shot) > 1
    assert content(tmp_path / "disturbed") == content(tmp_path / "calm")
