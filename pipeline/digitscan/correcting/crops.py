"""Digits that people judged, cut out of their scans: more to train on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from digitscan.correcting.apply import check_all_used, judge
from digitscan.correcting.corrections import Correction, Key
from digitscan.errors import FileError
from digitscan.logs import logger
from digitscan.output.read_table import NumberRows
from digitscan.pages.load import load_pages
from digitscan.places import Place
from digitscan.reading.crop_at import crops_at
from digitscan.reading.read import Reader
from digitscan.settings import PageSettings
from digitscan.types import Box, Gray, Page

Known: TypeAlias = tuple[int, Box]
"""A digit that a person vouches for, and the box of its ink, page pixels."""


def known_digits(
    numbers: Iterable[NumberRows], corrections: dict[Key, list[Correction]]
) -> dict[str, dict[int, list[Known]]]:
    """Return the digits that were put right or accepted, by file and page.

    Of a number that was retyped with more or fewer digits no digit's place is known.

    Raises
    ------
    UnsafeError
        A correction does not belong to the table.
    """
    left, found = dict(corrections), dict[str, dict[int, list[Known]]]()
    for number in numbers:
        lines = left.pop(number.key, None)
        if lines is None:
            continue
        verdict = judge(number, lines)
        said = verdict.digits if verdict.text is None else verdict.text
        if len(said) != len(number.rows):
            continue
        file, page, _ = number.key
        known = [
            (int(digit), row.box) for row, digit in zip(number.rows, said, strict=True) if digit
        ]
        if known:
            found.setdefault(file, {}).setdefault(page, []).extend(known)
    check_all_used(left)
    return found


def crop_known(
    known: Mapping[str, Mapping[int, list[Known]]],
    scans: Mapping[str, Place],
    settings: PageSettings,
    reader: Reader,
) -> Iterator[tuple[Gray, int]]:
    """Cut the digits out of their scans, one page at a time: (28, 28) uint8 crops and digits.

    Digits without ink are left out, and so are those whose scan is not to be had, with a warning.
    """
    for file, pages in known.items():
        for number, digits in sorted(pages.items()):
            page = _load(file, number, scans.get(file), settings)
            if page is None:
                continue
            crops = crops_at(reader.prepare(page), [box for _, box in digits])
            yield from (
                (crop, digit) for crop, (digit, _) in zip(crops, digits, strict=True) if crop.any()
            )


def _load(file: str, number: int, path: Place | None, settings: PageSettings) -> Page | None:
    """Decode one page; where that cannot be, tell why."""
    why = "it is not among --images" if path is None else "its file has fewer pages"
    try:
        for item in load_pages(path, file, settings, number, number) if path else ():
            if isinstance(item, Page):
                return item
            why = item.message
    except FileError as error:
        why = str(error)
    logger.warning("%s, page %d: its digits are left out: %s", file, number, why)
    return None
