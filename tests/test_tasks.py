"""digitscan.running.tasks: a task read in this process, with tools that are written here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from digitscan.errors import OutputError, PasswordError
from digitscan.places import Source
from digitscan.running.messages import PAGES_A_SPAN, Counted, Message, Outcome, Span, Step, Task
from digitscan.running.tasks import PAGES_A_BATCH, TaskReader, Tools
from digitscan.settings import KindChoice, OutputSettings, PageSettings, Settings
from digitscan.types import Box, Digit, FileFailure, Kind, Number, Page, PageReading

SEVEN = Number((Digit(7, 0.9, Box(1, 1, 3, 4)),), 0.9, Kind.HANDWRITTEN, review=False)
PRINTED = replace(SEVEN, kind=Kind.PRINTED)


@dataclass
class Bench:
    """Pages by file, and what the reader was given."""

    pages: dict[str, int]
    shape: tuple[int, int] = (10, 10)
    fails: dict[tuple[str, int], Exception] = field(default_factory=dict)
    bugs: set[str] = field(default_factory=set)
    batches: list[list[tuple[str, int]]] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)
    model_hash: str = "bench"

    def count_pages(self, path: Source, _: PageSettings) -> int:
        assert isinstance(path, Path)
        if (path.name, 0) in self.fails:
            raise self.fails[path.name, 0]
        return self.pages[path.name]

    def load_pages(
        self, _path: Source, name: str, _: PageSettings, first: int, last: int | None
    ) -> Iterator[Page | FileFailure]:
        for number in range(first, (last or 1) + 1):
            if (name, number) in self.fails:
                raise self.fails[name, number]
            yield Page(name, number, np.full(self.shape, 255, np.uint8))

    def read_pages(self, pages: Sequence[Page]) -> list[PageReading]:
        self.batches.append([(page.file, page.number) for page in pages])
        if any(page.file in self.bugs for page in pages):
            raise IndexError("list index out of range")
        return [
            PageReading(page.file, page.number, page.width, page.height, (SEVEN, PRINTED), {"x": 1})
            for page in pages
        ]

    def run(self, settings: Settings | None = None) -> list[Outcome]:
        spans = tuple(Span(index, Path(name), name) for index, name in enumerate(self.pages))
        tools = Tools(self, self.count_pages, self.load_pages)
        reader = TaskReader(tools, settings or Settings(), self.said.append)
        return list(reader.run(Task(spans)).outcomes)


def test_pages_of_several_files_are_read_together() -> None:
    bench = Bench({"a": 1, "b": 2, "c": 1})
    outcomes = bench.run()
    assert bench.batches == [[("a", 1), ("b", 1), ("b", 2), ("c", 1)]]
    assert [[r.page for r in outcome.results] for outcome in outcomes] == [[1], [1, 2], [1]]


def test_a_batch_is_bounded_by_pages() -> None:
    bench = Bench({str(index): 1 for index in range(PAGES_A_BATCH + 1)})
    bench.run()
    assert [len(batch) for batch in bench.batches] == [PAGES_A_BATCH, 1]


def test_a_batch_is_bounded_by_pixels() -> None:
    bench = Bench({str(index): 1 for index in range(5)}, shape=(2000, 2000))
    bench.run()
    assert [len(batch) for batch in bench.batches] == [2, 2, 1]


def test_the_pages_of_a_long_file_are_told_and_the_first_ones_read() -> None:
    bench = Bench({"a": 100})
    (outcome,) = bench.run()
    assert [m for m in bench.said if isinstance(m, Counted)] == [Counted(0, outcome.span)]
    assert (outcome.span.last, outcome.span.total) == (PAGES_A_SPAN, 100)
    assert len(outcome.results) == PAGES_A_SPAN


def test_each_page_and_each_batch_starts_the_time_limit_anew() -> None:
    bench = Bench({"a": 3})
    bench.run()
    steps = [message.pages for message in bench.said if isinstance(message, Step)]
    assert steps == [1, 1, 1, 1, 1, 3]  # count, three pages, the end of the file, reading three


def test_a_file_that_cannot_be_opened_is_named() -> None:
    bench = Bench({"a": 1, "b": 1}, fails={("a", 0): PasswordError("it wants a password")})
    a, b = bench.run()
    assert a.results == (FileFailure("a", None, "password", "it wants a password"),)
    assert len(b.results) == 1


def test_a_fault_in_a_decoder_costs_its_page_only() -> None:
    bench = Bench({"a": 3}, fails={("a", 2): ZeroDivisionError("division by zero")})
    (outcome,) = bench.run()
    one, two, three = outcome.results
    assert isinstance(two, FileFailure)
    assert (one.page, two.page, three.page) == (1, 2, 3)
    assert two.error == "fault"
    assert "ZeroDivisionError: division by zero" in two.message


def test_a_fault_in_reading_costs_its_page_only() -> None:
    bench = Bench({"a": 1, "b": 1}, bugs={"a"})
    a, b = bench.run()
    assert isinstance(a.results[0], FileFailure)
    assert "IndexError" in a.results[0].message
    assert isinstance(b.results[0], PageReading)


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        (KindChoice.HANDWRITTEN, (SEVEN,)),
        (KindChoice.PRINTED, (PRINTED,)),
        (KindChoice.ANY, (SEVEN, PRINTED)),
    ],
)
def test_numbers_of_the_kind_asked_for_are_kept(
    choice: KindChoice, kept: tuple[Number, ...]
) -> None:
    (outcome,) = Bench({"a": 1}).run(Settings(output=OutputSettings(kind=choice)))
    (reading,) = outcome.results
    assert isinstance(reading, PageReading)
    assert reading.numbers == kept


def test_times_of_decoding_and_drawing_are_added(tmp_path: Path) -> None:
    (outcome,) = Bench({"a": 1}).run(Settings(output=OutputSettings(annotated=tmp_path)))
    (reading,) = outcome.results
    assert isinstance(reading, PageReading)
    assert list(reading.seconds) == ["decode", "x", "annotate"]


def test_pictures_are_drawn_for_every_page(tmp_path: Path) -> None:
    Bench({"a": 2, "b": 1}, shape=(60, 60)).run(Settings(output=OutputSettings(annotated=tmp_path)))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["a-page-0001.jpg", "a-page-0002.jpg", "b.jpg"]


def test_a_picture_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "drawn").touch()
    settings = Settings(output=OutputSettings(annotated=tmp_path / "drawn"))
    with pytest.raises(OutputError, match="cannot write the picture"):
        Bench({"a": 1}, shape=(60, 60)).run(settings)
