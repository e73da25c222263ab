"""The figures of a benchmark as tables, with the bars they are held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.forms import FORMS
from benchmarks.page_cost import Row, unstaged
from benchmarks.processes import Cost, mean
from benchmarks.workers import Scaling

MOST_TIMES_FLOOR = {"sparse": 5.0, "comb": 5.0, "dense": 8.0}
TIMES_FASTER = {"Tesseract": 4.0, "RapidOCR": 10.0}
MOST_SECONDS = {"--help": 0.35, "run on one small page": 1.5}
MOST_MEMORY = {"A4, 300 dpi": 400.0, "600 dpi, colour": 1000.0, "a TIFF of many pages": 400.0}
LEAST_SPEEDUP = 1.8


@dataclass(frozen=True, slots=True)
class Figures:
    """All that one benchmark measured; see the functions that measure."""

    rows: tuple[Row, ...]
    starts: dict[str, Cost]
    memory: dict[str, float]
    scaling: dict[str, Scaling]

    def cpu(self, row: Row) -> float:
        """CPU seconds that one more page costs."""
        return row.stages + unstaged(self.rows)

    def of(self, form: str) -> list[Row]:
        """Return the rows of a form."""
        return [row for row in self.rows if row.form == form]


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure and what it may be at most, or has to be at least."""

    what: str
    value: float
    bound: float
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is on the right side."""
        return self.value >= self.bound if self.least else self.value <= self.bound


def bars(figures: Figures) -> Iterator[Bar]:
    """Give every figure that has a bound."""
    for form, most in MOST_TIMES_FLOOR.items():
        ours, floor = _cpu(figures, form)
        yield Bar(f"{form} form, times the floor", ours / floor, most)
    for engine, least in TIMES_FASTER.items():
        for form in FORMS:
            rows = [row for row in figures.of(form) if engine in row.engines]
            if rows:
                theirs = mean([row.engines[engine] for row in rows]).cpu
                what = f"{form} form, times faster than {engine}"
                yield Bar(what, theirs / _cpu(figures, form)[0], least, least=True)
    for start, cost in figures.starts.items():
        yield Bar(f"cold start, {start}, s", cost.wall, MOST_SECONDS[start])
    for name, megabytes in figures.memory.items():
        yield Bar(f"memory of a worker, {name}, MB", megabytes, MOST_MEMORY[name])
    for name, scaling in figures.scaling.items():
        yield Bar(f"two workers, {name}, times one", scaling.speedup, LEAST_SPEEDUP, least=True)


def _cpu(figures: Figures, form: str) -> tuple[float, float]:
    """Return digitscan's CPU seconds a page of a form, and the floor."""
    rows = figures.of(form)
    ours = sum(figures.cpu(row) for row in rows) / len(rows)
    return ours, sum(row.floor for row in rows) / len(rows)


def pages_table(figures: Figures) -> Iterator[str]:
    """Give the lines of the cost of a page, CPU milliseconds."""
    engines = list(dict.fromkeys(name for row in figures.rows for name in row.engines))
    names = "".join(f"{name:>11}" for name in engines)
    yield f"{'CPU ms a page':24}{'floor':>8}{'digitscan':>11}{'ratio':>7}{names}"
    for row in figures.rows:
        ours = figures.cpu(row)
        theirs = "".join(f"{1000 * row.engines[name].cpu:11.0f}" for name in engines)
        kind = f"{row.form}, {row.file}"
        yield (
            f"{kind:24}{1000 * row.floor:8.0f}{1000 * ours:11.0f}{ours / row.floor:7.1f}{theirs}"
        )


def stages_table(figures: Figures) -> Iterator[str]:
    """Give the lines of what each stage takes on each form, CPU and wall milliseconds."""
    forms = list(FORMS)
    yield f"{'ms a page, CPU / wall':24}" + "".join(f"{form:>16}" for form in forms)
    clocked = [mean([row.clocked for row in figures.of(form)]) for form in forms]
    timed = [mean([row.timed for row in figures.of(form)]) for form in forms]
    for stage in sorted(clocked[0].stages, key=lambda name: -clocked[0].stages[name]):
        pairs = [
            f"{1000 * a.stages.get(stage, 0):.1f} / {1000 * b.stages.get(stage, 0):.1f}"
            for a, b in zip(clocked, timed, strict=True)
        ]
        yield f"{stage:24}" + "".join(f"{pair:>16}" for pair in pairs)
    yield f"{'outside the stages':24}" + f"{1000 * unstaged(figures.rows):16.1f}" + " (mean of all)"


def bars_table(figures: Figures) -> Iterator[str]:
    """Give the lines of the figures that have a bound."""
    yield f"{'bar':52}{'measured':>10}{'wanted':>10}"
    for bar in bars(figures):
        wanted = f"{'>=' if bar.least else '<='} {bar.bound:g}"
        yield f"{bar.what:52}{bar.value:10.2f}{wanted:>10}{'' if bar.met else '  missed'}"


def as_json(figures: Figures) -> dict[str, Any]:
    """Return all figures, and those with a bound, for programs."""
    cpu: Sequence[dict[str, Any]] = [
        {**asdict(row), "cpu": figures.cpu(row)} for row in figures.rows
    ]
    held = [{**asdict(bar), "met": bar.met} for bar in bars(figures)]
    return {**asdict(figures), "rows": cpu, "bars": held}
