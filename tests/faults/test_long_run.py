"""Many pages in one run: memory and the cost of a page at the end are those of the start."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from faults.harness import LONG, TESTS, environment, field

PAGES = 10_000 if LONG else 1_000
MARK = PAGES // 10
MOST = 1.05
"""At the end against after the second tenth: memory, and in the long form CPU time a page."""
FAKE = f"""
import sys
from digitscan.running import pool
pool.COMMAND = (sys.executable, "-P", {str(TESTS / "fake_worker.py")!r})
from digitscan.cli import app
app()
"""
COMMAND = [sys.executable, *(("-m", "digitscan") if LONG else ("-c", FAKE))]


@dataclass(frozen=True)
class Mark:
    """After a tenth of the pages: time and CPU time in s, memory in kB of parent and workers."""

    seconds: float
    cpu: float
    parent: int
    workers: int


def now(process: int) -> Mark:
    """Look at a run and its workers."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    every = [process, *map(int, children)]
    memory = [int(status(one).split("VmRSS:")[1].split()[0]) for one in every]
    ticks = [sum(map(int, stat(one)[11:13])) for one in every]
    cpu = sum(ticks) / os.sysconf("SC_CLK_TCK")
    return Mark(time.monotonic(), cpu, memory[0], sum(memory[1:]))


def status(process: int) -> str:
    return Path(f"/proc/{process}/status").read_text()


def stat(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def marks(run: "subprocess.Popen[str]") -> Iterator[Mark]:
    """Look at a run each time that a further tenth of its pages is read."""
    assert run.stderr is not None
    pages = 0
    for line in run.stderr:
        pages += ", page " in line
        if ", page " in line and pages % MARK == 0:
            yield now(run.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_memory_and_cost_stay_flat(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    for number in range(PAGES):
        (scans / f"{number}.png").write_bytes(field(number) if LONG else b"1")
    command = [*COMMAND, "run", "scans", "--workers", "2", "-v"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment()
    ) as run:
        found = list(marks(run))
    assert run.returncode == 0
    assert len(found) == 10
    costs = [(b.cpu - a.cpu) / MARK for a, b in pairwise(found)]
    rates = [MARK / (b.seconds - a.seconds) for a, b in pairwise(found)]
    print("parent, MB:    ", *(f"{mark.parent / 1e3:.1f}" for mark in found))
    print("workers, MB:   ", *(f"{mark.workers / 1e3:.1f}" for mark in found))
    print("CPU ms a page: ", *(f"{1e3 * cost:.2f}" for cost in costs))
    print("pages a second:", *(f"{rate:.1f}" for rate in rates))
    assert found[-1].parent <= MOST * found[1].parent
    assert found[-1].workers <= MOST * found[1].workers
    if LONG:
        assert costs[-1] <= MOST * costs[1]
