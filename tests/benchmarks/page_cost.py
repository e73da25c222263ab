"""What a page costs: digitscan by stage, the floor below it and other engines beside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.engines import ENGINES
from benchmarks.processes import DIGITSCAN, Cost, run
from digitscan.output.place import picture_path
from digitscan.settings import PictureFormat

CLOCKED = (sys.executable, "-m", "benchmarks.clocked")
FLOOR = (sys.executable, str(Path(__file__).with_name("floor.py")))


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of page: `floor` in CPU seconds, digitscan's costs by both clocks, other engines'.

    `timed` has its stages in seconds of the wall's clock, `clocked` in those of the CPU's.
    """

    form: str
    file: str
    pages: int
    floor: float
    clocked: Cost
    timed: Cost
    engines: dict[str, Cost]

    @property
    def stages(self) -> float:
        """CPU seconds a page in the stages that a worker times."""
        return sum(self.clocked.stages.values())


def unstaged(rows: Sequence[Row]) -> float:
    """Return the CPU seconds a page outside the stages: messages, tables, ledger.

    The mean of all rows, since each is the small difference of runs whose starts vary.
    """
    totals = [(row.clocked.cpu + row.timed.cpu) / 2 for row in rows]
    return sum(total - row.stages for total, row in zip(totals, rows, strict=True)) / len(rows)


def measure(scans: Path, work: Path, others: bool) -> Iterator[Row]:
    """Measure each kind of page in `scans`/FORM/FILE, the first page of each being a warm-up."""
    for folder in sorted(scans.glob("*/*/")):
        pages = sorted(folder.iterdir(), key=lambda path: int(path.stem))
        further = len(pages) - 1
        clocked = _page(CLOCKED, pages, work)
        timed = _page(DIGITSCAN, pages, work)
        found = {}
        for name, engine in ENGINES.items() if others else ():
            commands = [engine(some, work) for some in (pages[:1], pages)]
            if commands[0] and commands[1]:
                found[name] = _difference(commands[0], commands[1], further)
        floor = _floor(pages[1:], work)
        yield Row(folder.parent.name, folder.name, further, floor, clocked, timed, found)


def command(pages: Sequence[Path], work: Path, program: Sequence[str], workers: int) -> list[str]:
    """Return the command that reads pages, everything on; pictures go to `work`/annotated."""
    out = ["--out", str(work / "results.csv"), "--annotated", str(work / "annotated")]
    told = ["--profile", "--log-format", "json", "--workers", str(workers)]
    return [*program, "run", *map(str, pages), *out, *told]


def _page(program: Sequence[str], pages: Sequence[Path], work: Path) -> Cost:
    first, all_ = (command(some, work, program, 1) for some in (pages[:1], pages))
    return _difference(first, all_, len(pages) - 1)


def _difference(first: Sequence[str], all_: Sequence[str], pages: int) -> Cost:
    """Return the cost of each page that one command reads and the other does not."""
    return told(all_).per_page(told(first), pages)


def told(command: Sequence[str]) -> Cost:
    """Run a command that may tell its stages in lines of JSON."""
    cost, said = run(command)
    stages = {}
    for line in said.splitlines():
        if line.startswith("{") and "stage" in (entry := json.loads(line)):
            stages[entry["stage"]] = entry["seconds"]
    return Cost(cost.cpu, cost.wall, cost.peak, stages)


def _floor(pages: Sequence[Path], work: Path) -> float:
    drawn = work / "annotated"
    pictures = [picture_path(drawn, str(page), 1, 1, PictureFormat.JPEG) for page in pages]
    pairs = [str(path) for pair in zip(pages, pictures, strict=True) for path in pair]
    return sum(told([*FLOOR, *pairs]).stages.values()) / len(pages)
