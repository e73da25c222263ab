"""The scans of a table of results, decoded once more: one page after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from digitscan.logs import logger
from digitscan.output.read_table import NumberRows
from digitscan.pages.inputs import InputFile, natural_key
from digitscan.pages.load import load_pages
from digitscan.places import Place
from digitscan.running.progress import bar_wanted
from digitscan.settings import Settings
from digitscan.types import FileFailure, Page

Numbers: TypeAlias = dict[str, dict[int, list[NumberRows]]]
"""The numbers of each page of each file."""


def scans_of(
    files: Sequence[InputFile],
    settings: Settings,
    numbers: Numbers,
    failures: Sequence[FileFailure],
) -> Iterator[tuple[str, int, Page | None]]:
    """Give file, number and picture of every page, in the order of a table, and show progress.

    The picture is None where a page has numbers and its scan is not to be had. What could not be
    read when the table was made is not tried again: it may end this process.
    """
    from tqdm import tqdm

    paths: dict[str, Place | None] = dict.fromkeys(numbers)
    paths |= {file.name: file.path for file in files}
    failed: dict[str, set[int | None]] = {}
    for failure in failures:
        failed.setdefault(failure.file, set()).add(failure.page)
    names = sorted(paths, key=natural_key)
    _tell_lost(
        [(name, page) for name in names if not paths[name] for page in sorted(numbers[name])]
    )
    pages = 0
    shown = bar_wanted(settings.messages)
    with tqdm(names, "report", unit="file", disable=not shown, dynamic_ncols=True) as bar:
        for name in bar:
            for page, scan in _pages(
                paths[name], name, numbers.get(name, {}), failed.get(name, set()), settings
            ):
                yield name, page, scan
                pages += 1
                rate = pages / max(bar.format_dict["elapsed"], 1e-9)
                bar.set_postfix_str(f"{rate:.1f} pages/s", refresh=False)


def _tell_lost(lost: Sequence[tuple[str, int]]) -> None:
    """Tell once of all pages whose file was not given: there may be thousands."""
    if not lost:
        return
    (name, page), more = lost[0], len(lost) - 1
    others = f" and {more:,} more {'pages' if more > 1 else 'page'}" if more else ""
    why = "shown without its picture: it is not among --images"
    logger.warning("%s, page %d%s: %s", name, page, others, why)


def _pages(
    path: Place | None,
    name: str,
    numbers: Mapping[int, list[NumberRows]],
    failed: AbstractSet[int | None],
    settings: Settings,
) -> Iterator[tuple[int, Page | None]]:
    """Give each page of a file, decoded; None for one with numbers whose scan is not to be had."""
    seen: set[int] = set()
    why = "its file has fewer pages"
    if path is not None and None not in failed:
        try:
            for scan in _decoded(path, name, failed, settings):
                seen.add(scan.number)
                yield scan.number, scan
        except Exception as error:  # a codec's own, too: what it costs is the picture
            why = str(error) or repr(error)
            if not numbers:
                logger.warning("%s: left out: %s", name, why)
    for page in sorted(numbers.keys() - seen):
        if path is not None:  # else it was told of all of them
            logger.warning("%s, page %d: shown without its picture: %s", name, page, why)
        yield page, None


def _decoded(
    path: Place, name: str, failed: AbstractSet[int | None], settings: Settings
) -> Iterator[Page]:
    """Decode a file's pages one at a time, without those that failed."""
    first = 1
    for end in [*sorted(page for page in failed if page is not None), None]:
        last = None if end is None else end - 1
        if last is None or last >= first:
            for item in load_pages(path, name, settings.pages, first, last):
                if isinstance(item, Page):
                    yield item
        first = 1 if end is None else end + 1
