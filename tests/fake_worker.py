"""A worker process with a reader and a loader of its own: it does what file names tell it to.

Run as a script in the place of `python -m digitscan.running.worker`. Every page holds one number:
its page number in two digits. Files are text: the number of their pages.
"""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from digitscan.errors import TruncatedError, VanishedError
from digitscan.places import Source
from digitscan.reading.engine import model_hash
from digitscan.running.tasks import Tools
from digitscan.running.worker import main
from digitscan.settings import PageSettings
from digitscan.types import Box, Digit, FileFailure, Kind, Number, Page, PageReading


def count_pages(path: Source, _: PageSettings) -> int:
    assert isinstance(path, Path)
    if not path.exists():
        raise VanishedError("it is gone; was it moved?")
    if "broken" in path.name:
        raise TruncatedError("it ends too early; copy it again")
    return int(path.read_text())


def load_pages(
    path: Source, name: str, _: PageSettings, first: int, last: int | None
) -> Iterator[Page | FileFailure]:
    assert isinstance(path, Path)
    for number in range(first, (last or 1) + 1):
        if "slow" in path.name:
            time.sleep(0.15)
        if "hang" in path.name:
            time.sleep(1000)
        if f"crash{number}." in path.name:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "unlucky" in path.name and not path.with_suffix(".tried").exists():
            path.with_suffix(".tried").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if f"damaged{number}." in path.name:
            yield FileFailure(name, number, "truncated", "damaged inside")
        else:
            yield Page(name, number, np.full((30, 40), 255, np.uint8))


class FakeReader:
    """Reads the page number; each page a batch of its own would give the same."""

    model_hash = model_hash()

    def read_pages(self, pages: Sequence[Page]) -> list[PageReading]:
        if any("bug" in page.file for page in pages):
            raise IndexError("list index out of range")
        return [self._read(page) for page in pages]

    def _read(self, page: Page) -> PageReading:
        kind = Kind.PRINTED if "printed" in page.file else Kind.HANDWRITTEN
        digits = tuple(
            Digit(int(value), 0.98765, Box(10 * place, 0, 8, 20))
            for place, value in enumerate(f"{page.number:02d}")
        )
        number = Number(digits, 0.9, kind, review=page.number % 2 == 0)
        return PageReading(
            page.file, page.number, page.width, page.height, (number,), {"fake": 0.25}
        )


if __name__ == "__main__":
    main(lambda _: Tools(FakeReader(), count_pages, load_pages))
