"""What a second worker brings: the same pages with one and with two, in turn."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.page_cost import command, told
from benchmarks.processes import DIGITSCAN, Cost, run

FILES = 96
"""Files of the job: so many that it is measured, not the start, which no worker shortens."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """Runs with one and with two workers, in pairs; `load` is the machine's before each pair.

    `start` is what a run takes beside reading, in seconds of the wall's clock, once a pair.
    """

    one: tuple[Cost, ...]
    two: tuple[Cost, ...]
    load: tuple[float, ...]
    start: tuple[float, ...]
    same_table: bool

    @property
    def speedup(self) -> float:
        """How many times faster two workers are: the median of the pairs."""
        return median(a.wall / b.wall for a, b in zip(self.one, self.two, strict=True))

    @property
    def extra(self) -> float:
        """CPU time of two workers against that of one: what they cost each other."""
        return median(b.cpu / a.cpu for a, b in zip(self.one, self.two, strict=True))


def scaling(pages: Sequence[Path], work: Path, pairs: int) -> Scaling:
    """Read pages with one and with two workers, so many times."""
    costs: dict[int, list[Cost]] = {1: [], 2: []}
    tables, load, starts = set(), [], []
    for _ in range(pairs):
        load.append(os.getloadavg()[0])
        starts.append(_start(pages[0], work))
        for workers, found in costs.items():
            found.append(run(command(pages, work, DIGITSCAN, workers))[0])
            tables.add((work / "results.csv").read_bytes())
    same = len(tables) == 1
    return Scaling(tuple(costs[1]), tuple(costs[2]), tuple(load), tuple(starts), same)


def _start(page: Path, work: Path) -> float:
    """Return the seconds from the command to its end in which a page is not read."""
    cost = told(command([page], work, DIGITSCAN, 1))
    return cost.wall - sum(cost.stages.values())


def linked(pages: Sequence[Path], folder: Path, count: int) -> list[Path]:
    """Link pages into a folder, from the first one on again and again, until there are so many."""
    folder.mkdir()
    files = []
    for index in range(count):
        page = pages[index % len(pages)]
        files.append(folder / f"{index:03d}{page.suffix}")
        os.link(page, files[-1])
    return files
