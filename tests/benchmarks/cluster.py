"""`python -m benchmarks.cluster`: what Dask costs a page, and what larger clusters would do.

Real schedulers and workers carry tasks whose pages are slept, not read, so that this machine can
stand for many. What that costs client, scheduler and workers in CPU goes into `simulation`, which
is held against those runs, and against real reading by one worker and by two, before it is asked
about clusters that are not here. By the wall's clock, it needs a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import mean

import psutil

from benchmarks.forms import DPI, FILES, sparse
from benchmarks.simulation import Costs, simulate
from benchmarks.sleeper import name_of
from digitscan.places import Place, Url
from digitscan.running.backend import open_backend
from digitscan.running.batch import read_files
from digitscan.running.pool import Pool
from digitscan.settings import OutputSettings, RunSettings, Settings
from digitscan.types import PageReading
from drawing.paper import scanned
from machines import Machines, until

CLOCKED = (sys.executable, "-P", str(Path(__file__).with_name("clocked.py")), "worker")
SLEEPER = str(Path(__file__).with_name("sleeper.py"))
WORKERS = (1, 2, 4)
LARGE = (1, 10, 100, 300, 1000, 3000)
BANDWIDTHS = {"10 Gbit/s": 1.25e9, "100 Gbit/s": 12.5e9}


@dataclass(frozen=True, slots=True)
class Measured:
    """A run: seconds of the wall, CPU seconds a task of all that had to do with it."""

    workers: int
    tasks: int
    wall: float
    client: float
    scheduler: float
    worker: float
    reader: float


def main() -> None:
    """Measure, hold the simulation against it, simulate; prints tables, writes JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--pages", type=int, default=24, help="real pages (24)")
    parser.add_argument("--tasks", type=int, default=400, help="tasks of a measurement (400)")
    parser.add_argument("--json", type=Path, default=Path("runs/cluster.json"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scans = draw(folder / "scans", options.pages)
        costs, sizes = pages_of(scans, folder / "drawn")
        found = overheads(folder, options.tasks, int(costs.fetched))
        at_urls = found["files at URLs"]
        costs = replace(
            costs, client=at_urls.client, scheduler=at_urls.scheduler, worker=at_urls.worker
        )
        slept = slept_runs(folder, costs)
        real = real_runs(folder, scans, costs)
    figures = {
        "page": sizes,
        "overheads": {name: asdict(one) for name, one in found.items()},
        "slept": slept,
        "real": real,
        "simulated": large(costs),
    }
    print(f"load at the end {os.getloadavg()[0]:.1f}")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def draw(folder: Path, pages: int) -> list[Path]:
    """Draw forms with 30 numbers in boxes, as grey JPEGs."""
    ending, write = FILES["grey JPEG"]
    folder.mkdir()
    paths = [folder / f"{seed}{ending}" for seed in range(pages)]
    for seed, path in enumerate(paths):
        write(path, scanned(sparse(seed, DPI), noise=2.0, seed=seed).pixels)
    return paths


def pages_of(scans: Sequence[Path], drawn: Path) -> tuple[Costs, dict[str, float]]:
    """Read pages in one process and return what they take: CPU seconds and bytes."""
    settings = Settings(output=OutputSettings(annotated=drawn))
    with Pool(settings, 1, CLOCKED) as pool:
        results = list(read_files([(path, path.name) for path in scans], pool, settings))
    seconds = [sum(one.seconds.values()) for one in results if isinstance(one, PageReading)]
    fetched = mean(path.stat().st_size for path in scans)
    put = mean(path.stat().st_size for path in drawn.rglob("*.jpg"))
    costs = Costs(seconds[1:], fetched=fetched, put=put)  # the first one warms up
    sizes = {"seconds": mean(costs.pages), "fetched": fetched, "put": put}
    span = f"{min(costs.pages):.3f} to {max(costs.pages):.3f}"
    moved = f"{fetched / 1e6:.2f} MB fetched, {put / 1e6:.2f} MB put"
    print(f"a page: {sizes['seconds']:.3f} s of CPU ({span}), {moved}")
    return costs, sizes


def overheads(folder: Path, tasks: int, size: int) -> dict[str, Measured]:
    """Measure what a task costs whose page takes no time, its file at a URL or sent along."""
    found = {}
    print(f"{'CPU ms a task':24}{'client':>9}{'scheduler':>11}{'worker':>9}{'tasks/s':>9}")
    for kind in ("files at URLs", "files sent"):
        with Site(folder, 2) as site:
            files = site.files([0.0] * tasks, size, sent=kind == "files sent")
            site.run(files[:20])  # connections and worker processes are there, then
            one = found[kind] = site.run(files)
        costs = "".join(f"{1000 * cost:{width}.2f}" for cost, width in costs_of(one))
        print(f"{kind:24}{costs}{tasks / one.wall:9.0f}")
    return found


def costs_of(one: Measured) -> list[tuple[float, int]]:
    """Return the costs of a task, each with the width of its column."""
    return [(one.client, 9), (one.scheduler, 11), (one.worker, 9)]


def slept_runs(folder: Path, costs: Costs) -> list[dict[str, float]]:
    """Hold the simulation against clusters whose pages are slept as long as real ones take."""
    print(f"{'pages slept':16}{'predicted/s':>12}{'measured/s':>12}{'ratio':>8}")
    rows = []
    for workers in WORKERS:
        tasks = 25 * workers
        chance = random.Random(1)
        with Site(folder, workers) as site:
            seconds = [chance.choice(costs.pages) for _ in range(tasks)]
            files = site.files(seconds, 1000, sent=False)
            site.run(site.files([0.0] * 4 * workers, 1000, sent=False))
            measured = site.run(files)
        rows.append(_row(costs, measured))
    return rows


def real_runs(folder: Path, scans: Sequence[Path], costs: Costs) -> list[dict[str, float]]:
    """Hold it against one worker and two that really read, by the wall's clock and the CPU's."""
    print(f"{'pages read':16}{'predicted/s':>12}{'measured/s':>12}{'ratio':>8}")
    local = mean(costs.pages)
    rows = []
    for workers in (1, 2):
        with Site(folder, workers, preload=False) as site:
            files = [(Url(f"file://{path}"), path.name) for path in scans]
            drawn = Url(f"file://{folder}/drawn")
            site.run(files[: 2 * workers], drawn)
            measured = site.run([*files] * workers, drawn)
        print(f"{'':16}CPU s of a reader: {measured.reader:.3f}, {local:.3f} without a cluster")
        rows.append(_row(costs, measured) | {"reader": measured.reader, "local": local})
    return rows


def _row(costs: Costs, measured: Measured) -> dict[str, float]:
    predicted = simulate(costs, measured.workers, measured.tasks).rate
    rate = measured.tasks / measured.wall
    print(f"{measured.workers:<16}{predicted:12.2f}{rate:12.2f}{rate / predicted:8.2f}")
    return {"workers": measured.workers, "predicted": predicted, "measured": rate}


def large(costs: Costs) -> list[dict[str, object]]:
    """Simulate clusters that are not here."""
    print(f"{'simulated':12}{'workers':>8}{'pages/s':>9}{'a day':>14}   busy: workers, scheduler")
    rows: list[dict[str, object]] = []
    for name, bandwidth in BANDWIDTHS.items():
        for workers in LARGE:
            one = simulate(costs, workers, 40 * workers, bandwidth)
            print(
                f"{name:12}{workers:8}{one.rate:9.1f}{86400 * one.rate:14,.0f}   {one.workers:.0%} "
                f"{one.scheduler:.0%}, client {one.client:.0%}, storage {one.storage:.0%}"
            )
            rows.append({"storage": name, "workers": workers, **asdict(one)})
    return rows


class Site:
    """A cluster of this machine; use it as a context manager."""

    def __init__(self, folder: Path, workers: int, preload: bool = True) -> None:
        self._folder = Path(tempfile.mkdtemp(dir=folder))
        options = ("--preload", SLEEPER) if preload else ()
        self._machines = Machines(self._folder, workers, *options)
        self._number = 0

    def __enter__(self) -> Site:
        """Wait until all workers have joined."""
        from distributed import Client

        with Client(self._machines.address, set_as_default=False) as client:
            until(lambda: len(client.nthreads()) == len(self._machines.workers))
        return self

    def __exit__(self, *_: object) -> None:
        """End all."""
        self._machines.close()

    def files(self, seconds: Sequence[float], size: int, sent: bool) -> list[tuple[Place, str]]:
        """Make files for pages that take so long; a task is made of one, whatever its size."""
        found: list[tuple[Place, str]] = []
        for one in seconds:
            self._number += 1
            path = self._folder / name_of(self._number, one)
            with path.open("wb") as file:
                file.truncate(max(size, 256 * 1024))
            found.append((path if sent else Url(f"file://{path}"), path.name))
        return found

    def run(self, files: Sequence[tuple[Place, str]], drawn: Place | None = None) -> Measured:
        """Read files and tell what it took."""
        settings = Settings(
            output=OutputSettings(annotated=drawn),
            running=RunSettings(scheduler=self._machines.address),
        )
        with open_backend(settings) as backend:
            before, start = self._cpu(), time.perf_counter()
            results = list(read_files(files, backend, settings))
            wall, after = time.perf_counter() - start, self._cpu()
        assert all(isinstance(result, PageReading) for result in results), results[0]
        number = len(files)
        spent = [(b - a) / number for a, b in zip(before, after, strict=True)]
        return Measured(len(self._machines.workers), number, wall, *spent)

    def _cpu(self) -> list[float]:
        """CPU seconds so far of client, scheduler and all of Dask's workers."""
        workers = [process.pid for process in self._machines.workers]
        readers = [child.pid for pid in workers for child in psutil.Process(pid).children()]
        ends = _cpu(os.getpid()), _cpu(self._machines.scheduler.pid)
        return [*ends, sum(map(_cpu, workers)), sum(map(_cpu, readers))]


def _cpu(process: int) -> float:
    times = psutil.Process(process).cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
