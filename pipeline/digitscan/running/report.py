"""The report of a table of results: its scans decoded once more, one page after the other."""

from __future__ import annotations

import csv
import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from digitscan import __version__
from digitscan.errors import OutputError, UsageError
from digitscan.logs import logger
from digitscan.output.place import written_beside
from digitscan.output.read_table import NumberRows, read_csv, read_numbers
from digitscan.output.report_data import ReportData, ReportPage
from digitscan.output.report_files import ReportFiles
from digitscan.output.report_page import render
from digitscan.output.report_pictures import Snippet, number_sheet, page_picture
from digitscan.output.table import FAILURE_COLUMNS
from digitscan.pages.inputs import InputFile
from digitscan.reading.engine import GlyphEngine, load_glyph_engine
from digitscan.reading.runners_up import runners_up
from digitscan.running.checks import errors_path
from digitscan.running.report_scans import Numbers, scans_of
from digitscan.settings import Settings
from digitscan.types import Box, FileFailure, Page

PageKey: TypeAlias = tuple[str, int]
"""File and page."""


@dataclass(frozen=True, slots=True)
class ReportSource:
    """What a report is made of.

    Parameters
    ----------
    results
        The table, one row a digit.
    files
        The scans that were read.
    settings
        How they become pages, and the glyph network.
    model, shown
        The networks' hash and the settings to be shown; empty where they are not known.
    seconds, unread
        What reading each page took, and how many cells with ink were not read, where known.
    """

    results: Path
    files: Sequence[InputFile]
    settings: Settings
    model: str = ""
    shown: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    seconds: Mapping[PageKey, float] = field(default_factory=dict)
    unread: int | None = None


def write_report(
    source: ReportSource, out: Path, single: bool = False, stop: threading.Event | None = None
) -> None:
    """Write the report and its pictures; a page whose scan is missing is shown without.

    One page is decoded at a time. `single` puts the pictures into the page; once `stop` is set the
    work ends, with nothing in the place of an earlier report.

    Raises
    ------
    UsageError
        The table is none.
    OutputError
        The report cannot be written.
    ModelError
        The glyph network is missing or unfit.
    KeyboardInterrupt
        It was stopped.
    """
    numbers = numbers_by_page(source.results)
    failures = read_failures(source.results)
    data = ReportData(run_of(source))
    files = ReportFiles(out, data.run["id"], single)
    add = _Adding(data, files, load_glyph_engine(source.settings.reading.glyph_model), source)
    try:
        for name, page, scan in scans_of(source.files, source.settings, numbers, failures):
            if stop is not None and stop.is_set():
                raise KeyboardInterrupt
            add.page((name, page), scan, numbers.get(name, {}).pop(page, []))
        html = render(data.finished(failures, source.unread), source.results.name)
        with written_beside(out) as written:
            written.write(html.encode("utf-8", "backslashreplace"))
        files.sweep()
    except OSError as error:
        raise OutputError(f"{out}: cannot write the report: {error.strerror or error}") from error


def numbers_by_page(results: Path) -> Numbers:
    """Read a table: the numbers of each page of each file."""
    numbers: Numbers = {}
    for number in read_numbers(results):
        file, page, _ = number.key
        numbers.setdefault(file, {}).setdefault(page, []).append(number)
    return numbers


def run_of(source: ReportSource) -> dict[str, Any]:
    """Return what the report says of the run; its id is a hash of the table."""
    try:
        with source.results.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{source.results}: cannot be read: {error.strerror}") from error
    return {
        "id": digest[:16],
        "results": source.results.name,
        "version": __version__,
        "model": source.model,
        "settings": dict(source.shown),
    }


def read_failures(results: Path) -> list[FileFailure]:
    """Read the list of what failed beside a table; empty where there is none."""
    path = errors_path(results)
    if path is None or not path.is_file():
        return []
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return [
                FileFailure(
                    line["file"],
                    int(line["page"]) if line["page"] else None,
                    line["error"],
                    line["message"],
                )
                for _, line in read_csv(file, FAILURE_COLUMNS)
            ]
    except (KeyError, ValueError, csv.Error) as error:
        raise UsageError(f"{path} is no list of errors of 'digitscan run': {error!r}") from error


@dataclass(frozen=True, slots=True)
class _Adding:
    """Makes the pictures of pages and adds them to the data."""

    data: ReportData
    files: ReportFiles
    network: GlyphEngine
    source: ReportSource

    def page(self, key: PageKey, scan: Page | None, numbers: Sequence[NumberRows]) -> None:
        """Add one page."""
        seconds = self.source.seconds.get(key)
        digits = [(row.digit, row.box) for number in numbers for row in number.rows]
        if scan is None:
            right = max(1, *(box.right for _, box in digits))
            bottom = max(1, *(box.bottom for _, box in digits))
            page = ReportPage(*key, right, bottom, "", 1.0, "", seconds)
            nowhere = Snippet(Box(0, 0, 0, 0), 1.0)
            self.data.add(page, numbers, [nowhere] * len(numbers), [()] * len(digits))
            return
        if any(box.right > scan.width or box.bottom > scan.height for _, box in digits):
            cure = "is it another scan, or a PDF that was read with another --dpi?"
            logger.warning("%s, page %d: numbers lie outside of it: %s", *key, cure)
        name = f"{len(self.data.pages) + 1:06d}"
        picture, scale = page_picture(scan.pixels)
        sheet, snippets = number_sheet(scan.pixels, [number.box for number in numbers])
        page = ReportPage(
            *key,
            scan.width,
            scan.height,
            self.files.put(f"page-{name}", picture),
            scale,
            self.files.put(f"sheet-{name}", sheet) if sheet else "",
            seconds,
        )
        self.data.add(page, numbers, snippets, runners_up(scan.pixels, digits, self.network))
