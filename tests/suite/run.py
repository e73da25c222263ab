"""Levels drawn, read and compared: in this process or in several."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2

from digitscan.reading.read import Reader
from drawing.truth import Drawing
from suite.factors import FACTORS
from suite.forms import draw
from suite.measure import Level, measure, total

FIRST_SEED = 1
Levels = dict[tuple[str, str], Level]
"""Factor and level -> sums."""


@dataclass(frozen=True, slots=True)
class Job:
    """One form to draw and read; where a folder is given, the page is kept there."""

    factor: str
    level: str
    seed: int
    keep: Path | None

    @property
    def file(self) -> str:
        """Name of the page."""
        return f"{self.factor}-{self.level}-{self.seed}.png".replace(" ", "-").replace(",", "")


@cache
def reader() -> Reader:
    """Return this process's reader."""
    cv2.setNumThreads(1)
    return Reader()


def do(job: Job) -> tuple[Level, dict[str, Any]]:
    """Draw one form, read it, and compare; returns the entry of its truth as well."""
    page = draw(FACTORS[job.factor][job.level], job.seed)
    if job.keep is not None:
        cv2.imwrite(str(job.keep / job.file), page.pixels)
    return measure(reader(), page), truth(page)


def run(
    levels: Iterable[tuple[str, str]], pages: int, keep: Path | None = None, workers: int = 1
) -> Levels:
    """Measure levels on so many pages each; with `keep`, leave pages and truth.json there."""
    jobs = [
        Job(factor, level, seed, keep)
        for factor, level in levels
        for seed in range(FIRST_SEED, FIRST_SEED + pages)
    ]
    if workers > 1:
        # Spawned, since a network's threads do not survive a fork.
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            done = list(pool.map(do, jobs, chunksize=2))
    else:
        done = [do(job) for job in jobs]
    found: dict[tuple[str, str], list[Level]] = {}
    for job, (level, _) in zip(jobs, done, strict=True):
        found.setdefault((job.factor, job.level), []).append(level)
    if keep is not None:
        entries = {job.file: entry for job, (_, entry) in zip(jobs, done, strict=True)}
        (keep / "truth.json").write_text(json.dumps(entries), "utf-8")
    return {key: total(some) for key, some in found.items()}


def truth(page: Drawing) -> dict[str, Any]:
    """Describe a page as `digitscan score` wants it."""
    return {
        "fields": [
            {
                "text": field.text,
                **_sides(field.box),
                "digits": [{"digit": d.value, **_sides(d.box)} for d in field.digits],
            }
            for field in page.fields
        ]
    }


def _sides(box: tuple[int, int, int, int]) -> dict[str, int]:
    return dict(zip(("x", "y", "width", "height"), box, strict=True))
