"""Cold starts and the memory of a worker."""

from __future__ import annotations

from pathlib import Path

from benchmarks.page_cost import command
from benchmarks.processes import DIGITSCAN, HOUSE, Cost, run

SMALL_PAGE = HOUSE / "samples" / "survey.png"
ROUNDS = 5
"""The fastest of so many counts: what else the machine does only adds."""


def starts(work: Path) -> dict[str, Cost]:
    """Measure what comes before any work, files in the disk cache."""
    commands = {
        "--help": [*DIGITSCAN, "--help"],
        "run on one small page": command([SMALL_PAGE], work, DIGITSCAN, 1),
    }
    return {
        name: min((run(one)[0] for _ in range(ROUNDS)), key=lambda cost: cost.wall)
        for name, one in commands.items()
    }


def memory(scans: Path, work: Path) -> dict[str, float]:
    """Return the peak memory in MB of the one worker that reads large files."""
    files = {"600 dpi, colour": scans / "600.jpg", "a TIFF of many pages": scans / "many.tif"}
    return {name: run(command([path], work, DIGITSCAN, 1))[0].peak for name, path in files.items()}
