"""A worker process that sleeps for as long as reading would take: two cores can stand for many.

As a script it is the worker; loaded by Dask's workers (`--preload`), it makes it theirs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import numpy as np

from digitscan.pages.files import open_input
from digitscan.places import Source
from digitscan.reading.engine import model_hash
from digitscan.running import pool
from digitscan.running.tasks import Tools
from digitscan.running.worker import main
from digitscan.settings import PageSettings
from digitscan.types import Box, Digit, FileFailure, Kind, Number, Page, PageReading

NUMBER = Number(
    tuple(Digit(value, 0.99, Box(10 * value, 0, 8, 20)) for value in range(4)),
    0.97,
    Kind.HANDWRITTEN,
    review=False,
)
STAGES = ("clean", "turns", "rulings", "find", "kinds", "split", "glyphs", "strips", "decide")


def name_of(index: int, seconds: float) -> str:
    """Return the name of a file whose page takes so long."""
    return f"{index:06d}-{seconds:.4f}.jpg"


def count_pages(_: Source, __: PageSettings) -> int:
    """Every file has one page."""
    return 1


def load_pages(
    source: Source, name: str, settings: PageSettings, *_: int | None
) -> Iterator[Page | FileFailure]:
    """Read all bytes, and make a small page of them."""
    with open_input(source, settings.max_bytes) as file:
        file.read()
    yield Page(name, 1, np.full((30, 40), 255, np.uint8))


class Sleeper:
    """Takes its time and finds 30 numbers."""

    model_hash = model_hash()

    def read_pages(self, pages: Sequence[Page]) -> list[PageReading]:
        """Sleep for as long as the names say."""
        seconds = sum(float(PurePosixPath(page.file).stem.partition("-")[2]) for page in pages)
        time.sleep(seconds)
        told = dict.fromkeys(STAGES, 0.01)
        return [PageReading(page.file, 1, 40, 30, (NUMBER,) * 30, told) for page in pages]


if __name__ == "__main__":
    main(lambda _: Tools(Sleeper(), count_pages, load_pages))
else:
    pool.COMMAND = (sys.executable, "-P", "-m", "benchmarks.sleeper")
