"""The report of a table of results: its scans decoded once more, one page after the other."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digitscan import __version__
from digitscan.errors import FileError, OutputError, UsageError
from digitscan.logs import logger
from digitscan.output.place import written_beside
from digitscan.output.read_table import NumberRows, read_csv, read_numbers
from digitscan.output.report_data import ReportData, ReportPage
from digitscan.output.report_files import ReportFiles
from digitscan.output.report_page import render
from digitscan.output.report_pictures import Snippet, number_sheet, page_picture
from digitscan.output.table import FAILURE_COLUMNS
from digitscan.pages.inputs import InputFile, natural_key
from digitscan.pages.load import load_pages
from digitscan.reading.engine import GlyphEngine, load_glyph_engine
from digitscan.reading.runners_up import runners_up
from digitscan.running.checks import errors_path
from digitscan.settings import Settings
from digitscan.types import Box, FileFailure, Page

PageKey = tuple[str, int]
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


def write_report(source: ReportSource, out: Path, single: bool = False) -> None:
    """Write the report and its pictures; a page whose scan is missing is shown without.

    Raises
    ------
    UsageError
        The table is none.
    OutputError
        The report cannot be written.
    ModelError
        The glyph network is missing or unfit.
    """
    try:
        _write(source, out, single)
    except OSError as error:
        raise OutputError(f"{out}: cannot write the report: {error.strerror or error}") from error


def _write(source: ReportSource, out: Path, single: bool) -> None:
    numbers: dict[str, dict[int, list[NumberRows]]] = defaultdict(lambda: defaultdict(list))
    for number in read_numbers(source.results):
        file, page, _ = number.key
        numbers[file][page].append(number)
    failures = read_failures(source.results)
    run = run_of(source)
    files = ReportFiles(out, run["id"], single)
    network = load_glyph_engine(source.settings.reading.glyph_model)
    data = ReportData(run)
    paths: dict[str, Path | None] = dict.fromkeys(numbers)
    paths |= {file.name: file.path for file in source.files}
    whole = {failure.file for failure in failures if failure.page is None}
    for name in sorted(paths, key=natural_key):
        if name in whole and name not in numbers:
            continue
        for page, scan in _pages(paths[name], name, numbers[name], source.settings):
            _add(data, files, network, (name, page), scan, numbers[name][page], source.seconds)
    html = render(data.finished(failures, source.unread), source.results.name)
    with written_beside(out) as written:
        written.write(html.encode("utf-8", "backslashreplace"))
    files.sweep()


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


def _pages(
    path: Path | None, name: str, numbers: Mapping[int, list[NumberRows]], settings: Settings
) -> Iterator[tuple[int, Page | None]]:
    """Give each page of a file, decoded; None for one with numbers whose scan is not to be had."""
    seen: set[int] = set()
    why = "no such file among --images"
    try:
        for item in load_pages(path, name, settings.pages) if path else ():
            if isinstance(item, Page):
                seen.add(item.number)
                yield item.number, item
    except FileError as error:
        why = str(error)
    for page in sorted(numbers.keys() - seen):
        logger.warning("%s, page %d: shown without its picture: %s", name, page, why)
        yield page, None


def _add(
    data: ReportData,
    files: ReportFiles,
    network: GlyphEngine,
    key: PageKey,
    scan: Page | None,
    numbers: Sequence[NumberRows],
    seconds: Mapping[PageKey, float],
) -> None:
    """Add one page with its pictures."""
    digits = [(row.digit, row.box) for number in numbers for row in number.rows]
    if scan is None:
        right = max((box.right for _, box in digits), default=1)
        bottom = max((box.bottom for _, box in digits), default=1)
        page = ReportPage(*key, right, bottom, "", 1.0, "", seconds.get(key))
        data.add(page, numbers, [Snippet(Box(0, 0, 0, 0), 1.0)] * len(numbers), [()] * len(digits))
        return
    name = f"{len(data.pages) + 1:06d}"
    picture, scale = page_picture(scan.pixels)
    sheet, snippets = number_sheet(scan.pixels, [number.box for number in numbers])
    page = ReportPage(
        *key,
        scan.width,
        scan.height,
        files.put(f"page-{name}", picture),
        scale,
        files.put(f"sheet-{name}", sheet) if sheet else "",
        seconds.get(key),
    )
    data.add(page, numbers, snippets, runners_up(scan.pixels, digits, network))
