"""Many documents through one service: memory and open files at the end are those of the start."""

import sys
import time
from functools import partial
from pathlib import Path

import pytest

from faults.harness import FAKE, LONG, REAL, Site

DOCUMENTS, BEFORE, COMMAND = (5000, 500, REAL) if LONG else (150, 50, FAKE)
AT_ONCE = 50
SETTLE = 0.1
MOST = 1.05
"""Memory at the end against that after the first ones."""


def memory(process: int) -> int:
    """Return the resident memory of a process, in kB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def measured(service: int) -> tuple[int, int]:
    """Return memory in kB and open files of the service and its workers together."""
    children = Path(f"/proc/{service}/task/{service}/children").read_text().split()
    processes = [service, *map(int, children)]
    files = sum(len(list(Path(f"/proc/{process}/fd").iterdir())) for process in processes)
    return sum(map(memory, processes)), files


def settled(service: int) -> tuple[int, int]:
    """Measure once memory stays as it is: a worker may still be starting."""
    last = measured(service)
    while True:
        time.sleep(0.3)
        now = measured(service)
        if abs(now[0] - last[0]) <= 0.005 * last[0]:
            return now
        last = now


def idle(site: Site, name: str) -> str:
    """Measure how long a document takes beyond the time to settle where no other is there."""
    time.sleep(0.5)
    start = time.monotonic()
    site.drop(name)
    site.wait((site.out / "done" / name).exists)
    return f"{time.monotonic() - start - SETTLE:.2f}"


def arrived(site: Site, number: int) -> bool:
    """Whether so many documents are done."""
    return site.count("done") == number


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_memory_and_open_files_stay_flat(tmp_path: Path) -> None:
    site = Site(tmp_path, command=COMMAND)
    start, before = time.monotonic(), (0, 0)
    with site.running(f"settle={SETTLE}", "workers=2") as service:
        for first in range(0, DOCUMENTS, AT_ONCE):
            site.drop(*(f"{number}.png" for number in range(first, first + AT_ONCE)))
            site.wait(partial(arrived, site, first + AT_ONCE))
            if first + AT_ONCE == BEFORE:
                before = settled(service.pid)
        after = settled(service.pid)
        waits = [idle(site, f"late{number}.png") for number in range(5 if LONG else 1)]
    seconds = time.monotonic() - start
    print(f"{DOCUMENTS} documents in {seconds:.0f} s: kB and open files {before}, then {after}")
    print(f"on an idle service, seconds from ready to placed: {', '.join(waits)}")
    assert after[0] <= MOST * before[0]
    assert after[1] <= MOST * before[1]
