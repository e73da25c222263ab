"""Reading from Python: one page in this process, or many files in worker processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitscan.errors import NothingToReadError
from digitscan.pages.inputs import find_inputs
from digitscan.places import Place, Url, place
from digitscan.running.backend import open_backend
from digitscan.running.batch import read_files
from digitscan.running.kinds import of_kind
from digitscan.settings import ReadingSettings, Settings
from digitscan.types import FileFailure, Page, PageReading

if TYPE_CHECKING:
    from digitscan.reading.read import Reader


def read_page(
    pixels: NDArray[np.uint8], dpi: float | None = None, settings: Settings | None = None
) -> PageReading:
    """Read one page that is in memory.

    Parameters
    ----------
    pixels
        (H, W) uint8 grey or (H, W, 3) uint8 blue-green-red, upright.
    dpi
        Resolution, where it is known.
    settings
        Those of reading and the kind of numbers count here.

    Raises
    ------
    ValueError
        The array is not a page.
    ModelError
        The network is missing, damaged or of another version.
    """
    settings = settings or Settings()
    reading = _reader(settings.reading, settings.output.reads_print).read_pages(
        [Page("", 1, pixels, dpi)]
    )[0]
    return of_kind(reading, settings.output.kind)


def scan(
    paths: str | Place | Iterable[str | Place], settings: Settings | None = None
) -> Iterator[PageReading | FileFailure]:
    """Read files and folders in worker processes, in the order of `digitscan run`.

    Parameters
    ----------
    paths
        Picture and PDF files, and folders with all below them; strings may be URLs.
    settings
        As for `digitscan run`; no table is written, pictures are where a folder is named.

    Yields
    ------
    PageReading or FileFailure
        What was read on each page, or why a file or page could not be read. Leaving the loop
        early ends the workers.

    Raises
    ------
    NothingToReadError
        No file was found.
    DigitscanError
        The model or the installation is unfit.
    """
    settings = settings or Settings()
    given = [paths] if isinstance(paths, str | Path | Url) else paths
    named = [place(path) if isinstance(path, str) else path for path in given]
    found = find_inputs(named, settings.running.patterns)
    if not found.files and not found.failures:
        raise NothingToReadError("found no picture or PDF file to read")
    yield from found.failures
    files = ((file.path, file.name) for file in found.files)
    with open_backend(settings) as backend:
        yield from read_files(files, backend, settings)


@lru_cache(maxsize=1)
def _reader(settings: ReadingSettings, printed: bool) -> Reader:
    from digitscan.reading.read import Reader

    return Reader(settings, printed)
