"""`make bench`: what a page costs, from which floor, against which engines; what cores bring.

Pages are drawn anew; all that is compared is measured in one run. Costs are CPU times, so that
other work on the machine counts little; starts and workers are timed by the wall's clock and say
something on a quiet machine only. About ten minutes of CPU for 60 pages with both other engines.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.engines import ENGINES
from benchmarks.page_cost import measure
from benchmarks.processes import run
from benchmarks.report import Figures, as_json, bars_table, pages_table, stages_table
from benchmarks.starts import memory, starts
from benchmarks.workers import FILES, linked, scaling

KINDS = 12
"""Forms times kinds of file."""
LARGE = 96
"""Pages of the large TIFF."""


def main() -> None:
    """Measure, print the tables, write the JSON."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--pages", type=int, default=60, help="in all, 12 at least (60)")
    parser.add_argument("--pairs", type=int, default=3, help="runs with one and two workers (3)")
    parser.add_argument("--alone", action="store_true", help="leave other engines out")
    parser.add_argument("--json", type=Path, default=Path("runs/bench.json"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = benchmark(Path(folder), options.pages // KINDS, options.pairs, not options.alone)
    for table in (pages_table, stages_table, bars_table):
        print(*table(figures), "", sep="\n")
    told = [f"{one.extra:.2f} ({name})" for name, one in figures.scaling.items()]
    print(f"other work on the machine: load {os.getloadavg()[0]:.1f} at the end")
    print(f"CPU time of two workers, times that of one: {', '.join(told)}")
    begun = median(seconds for one in figures.scaling.values() for seconds in one.start)
    print(f"what a run takes beside reading, start and end: {begun:.2f} s")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(as_json(figures), indent=2) + "\n", "utf-8")


def benchmark(folder: Path, pages: int, pairs: int, others: bool) -> Figures:
    """Measure everything, on so many pages of each kind."""
    scans, work, large = folder / "scans", folder / "work", folder / "large"
    for place in (scans, work, large):
        place.mkdir()
    say(f"drawing {pages + 1} pages of each kind")
    drawer = Path(__file__).with_name("forms.py")
    run([sys.executable, str(drawer), str(scans), str(pages), str(large), str(LARGE)])
    for name, engine in ENGINES.items():
        if others and engine([], work) is None:
            say(f"{name} is not installed: left out")
    rows = []
    for row in measure(scans, work, others):
        say(f"{row.form}, {row.file}: {1000 * row.stages:.0f} ms CPU a page in the stages")
        rows.append(row)
    largest = {"A4, 300 dpi": max(row.timed.peak for row in rows)} | memory(large, work)
    begun = starts(work)
    say("one worker and two")
    drawn = sorted(path for path in (scans / "sparse").rglob("*") if path.is_file())
    files = linked(drawn, folder / "files", FILES)
    scaled = {
        f"{len(files)} files": scaling(files, work, pairs),
        f"one TIFF of {LARGE} pages": scaling([large / "many.tif"], work, pairs),
    }
    return Figures(tuple(rows), begun, largest, scaled)


def say(what: str) -> None:
    """Tell on stderr how far it is."""
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
