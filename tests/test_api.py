"""The Python API: typed results of a page in memory and of files."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import digitscan
from digitscan import Digit, FileFailure, Kind, Number, PageReading, Settings, api
from digitscan.errors import NothingToReadError
from digitscan.settings import KindChoice, OutputSettings, ReadingSettings, RunSettings
from digitscan.types import Box, Page

WRITTEN = Number((Digit(7, 0.9, Box(1, 1, 3, 4)),), 0.9, Kind.HANDWRITTEN, review=False)
PRINTED = replace(WRITTEN, kind=Kind.PRINTED)
PAGE = np.full((30, 40), 255, np.uint8)


class OneOfEach:
    """In the place of the reader: one number of each kind on every page."""

    made = 0

    def __init__(self, settings: ReadingSettings, printed: bool) -> None:
        self.settings, self.printed = settings, printed
        type(self).made += 1

    def read_pages(self, pages: Sequence[Page]) -> list[PageReading]:
        return [
            PageReading(page.file, page.number, page.width, page.height, (WRITTEN, PRINTED), {})
            for page in pages
        ]


@pytest.fixture
def one_of_each(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[OneOfEach]]:
    monkeypatch.setattr("digitscan.reading.read.Reader", OneOfEach)
    OneOfEach.made = 0
    api._reader.cache_clear()
    yield OneOfEach
    api._reader.cache_clear()


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    fake = Path(__file__).with_name("fake_worker.py")
    monkeypatch.setattr("digitscan.running.pool.COMMAND", (sys.executable, "-P", str(fake)))
    for name, pages in {"a.png": "1", "b.tif": "2", "broken.png": "1"}.items():
        (tmp_path / name).write_text(pages)
    return tmp_path


@pytest.mark.usefixtures("one_of_each")
def test_a_page_in_memory_gives_its_handwritten_numbers() -> None:
    reading = digitscan.read_page(PAGE)
    assert (reading.width, reading.height) == (40, 30)
    assert reading.numbers == (WRITTEN,)


@pytest.mark.usefixtures("one_of_each")
def test_the_kind_is_a_setting() -> None:
    settings = Settings(output=OutputSettings(kind=KindChoice.ANY))
    assert digitscan.read_page(PAGE, settings=settings).numbers == (WRITTEN, PRINTED)


def test_the_networks_are_loaded_once(one_of_each: type[OneOfEach]) -> None:
    digitscan.read_page(PAGE)
    digitscan.read_page(PAGE, dpi=300)
    assert one_of_each.made == 1


@pytest.mark.usefixtures("one_of_each")
def test_what_is_no_page_is_refused() -> None:
    with pytest.raises(ValueError, match="uint8"):
        digitscan.read_page(PAGE.astype(np.float32))


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (300, 200), (1, 3000), (5, 3000), (3000, 2)])
@pytest.mark.parametrize("value", [0, 255])
def test_a_page_all_black_or_white_or_as_thin_as_a_line_is_empty(
    shape: tuple[int, int], value: int
) -> None:
    assert digitscan.read_page(np.full(shape, value, np.uint8)).numbers == ()


def test_scan_yields_readings_and_failures_in_order(scans: Path) -> None:
    settings = Settings(running=RunSettings(workers=1))
    results = list(digitscan.scan(scans, settings))
    assert [(type(result), result.file, result.page) for result in results] == [
        (PageReading, "a.png", 1),
        (PageReading, "b.tif", 1),
        (PageReading, "b.tif", 2),
        (FileFailure, "broken.png", None),
    ]


def test_scan_takes_strings_and_lists(scans: Path) -> None:
    settings = Settings(running=RunSettings(workers=1))
    (result,) = digitscan.scan([str(scans / "a.png")], settings)
    assert isinstance(result, PageReading)
    assert [number.text for number in result.numbers] == ["01"]


def test_scan_of_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(NothingToReadError):
        list(digitscan.scan(tmp_path))


def test_all_public_names_are_there() -> None:
    for name in digitscan.__all__:
        assert getattr(digitscan, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = digitscan.nonsense
