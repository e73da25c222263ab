"""What a second worker brings: the same pages with one and with two, in turn."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.page_cost import command
from benchmarks.processes import DIGITSCAN, Cost, run


@dataclass(frozen=True, slots=True)
class Scaling:
    """Runs with one and with two workers, in pairs; `load` is the machine's before each pair."""

    one: tuple[Cost, ...]
    two: tuple[Cost, ...]
    load: tuple[float, ...]
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
    tables, load = set(), []
    for _ in range(pairs):
        load.append(os.getloadavg()[0])
        for workers, found in costs.items():
            found.append(run(command(pages, work, DIGITSCAN, workers))[0])
            tables.add((work / "results.csv").read_bytes())
    return Scaling(tuple(costs[1]), tuple(costs[2]), tuple(load), len(tables) == 1)
