"""Commands run to their end, and what they took: CPU, time, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HOUSE = Path(__file__).parents[2]
DIGITSCAN = (sys.executable, "-m", "digitscan")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command and the processes it waited for took.

    `cpu` and `wall` are seconds, `peak` the resident memory of its largest process in MB, `stages`
    what it told of itself, in seconds.
    """

    cpu: float
    wall: float
    peak: float
    stages: Mapping[str, float] = field(default_factory=dict)

    def per_page(self, start: Cost, pages: int) -> Cost:
        """Return what each of `pages` further pages took, `start` being the run without them."""
        stages = {
            stage: (seconds - start.stages.get(stage, 0.0)) / pages
            for stage, seconds in self.stages.items()
        }
        cpu, wall = self.cpu - start.cpu, self.wall - start.wall
        return Cost(cpu / pages, wall / pages, self.peak, stages)


def mean(costs: Sequence[Cost]) -> Cost:
    """Return the mean of costs a page, and the highest peak."""
    stages: dict[str, float] = {}
    for cost in costs:
        for stage, seconds in cost.stages.items():
            stages[stage] = stages.get(stage, 0.0) + seconds / len(costs)
    return Cost(
        sum(cost.cpu for cost in costs) / len(costs),
        sum(cost.wall for cost in costs) / len(costs),
        max(cost.peak for cost in costs),
        stages,
    )


def run(command: Sequence[str]) -> tuple[Cost, str]:
    """Run a command on one thread a process; returns its cost and what it wrote to stderr.

    The caller should be small: until a child has become another program, Linux counts the
    caller's memory as the child's.

    Raises
    ------
    RuntimeError
        It failed.
    """
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{said}")
    peak = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)  # bytes there, kB elsewhere
    return Cost(used.ru_utime + used.ru_stime, wall, peak), said


def environment() -> dict[str, str]:
    """Let children find digitscan, digitnet and the benchmarks, and what this process finds.

    They keep compiled code, as installed packages do: else each start would compile all anew.
    """
    own = [str(HOUSE / "pipeline"), str(HOUSE / "models"), str(HOUSE / "tests")]
    path = os.pathsep.join([*own, *filter(None, sys.path)])
    kept = {**os.environ, **ONE_THREAD, "PYTHONPATH": path}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept
