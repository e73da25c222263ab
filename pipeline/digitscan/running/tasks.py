"""A task read in a worker process: pages decoded, read in batches, drawn."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from digitscan.errors import FaultError, FileError, MemoryShortError, OutputError
from digitscan.output.place import picture_path, write_picture
from digitscan.places import Source
from digitscan.running.kinds import of_kind
from digitscan.running.messages import (
    PAGES_A_SPAN,
    Counted,
    Finished,
    Message,
    Outcome,
    Result,
    Span,
    Step,
    Task,
)
from digitscan.settings import PageSettings, Settings
from digitscan.types import FileFailure, Page, PageReading

PAGES_A_BATCH = 16
PIXELS_A_BATCH = 8_000_000
"""Pages are held until one of these is reached, then read together: small ones share batches of the
networks; a page of a form fills them by itself, and more than one would only cost memory."""

CV_NO_MEMORY = -4
"""Code of `cv2.error`: insufficient memory."""

Say = Callable[[Message], None]


class PageReader(Protocol):
    """What a worker needs to read pages; `digitscan.reading.read.Reader` is one."""

    model_hash: str

    def read_pages(self, pages: Sequence[Page]) -> list[PageReading]:
        """Read pages together, one reading a page."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What a worker works with: a reader, and the functions of `digitscan.pages.load`."""

    reader: PageReader
    count_pages: Callable[[Source, PageSettings], int]
    load_pages: Callable[[Source, str, PageSettings, int, int | None], Iterator[Page | FileFailure]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A decoded page, where it belongs and how long decoding took, in seconds."""

    position: int
    span: Span
    page: Page
    seconds: float


class TaskReader:
    """Reads the spans of a task: decode, read in batches, draw.

    Parameters
    ----------
    tools
        Decode and read.
    settings
        Of the run.
    say
        Takes the messages for the parent.
    """

    def __init__(self, tools: Tools, settings: Settings, say: Say) -> None:
        self._tools = tools
        self._settings = settings
        self._say = say
        self._task = Task(())
        self._pictures: list[tuple[Path, bytes]] = []

    def run(self, task: Task) -> Finished:
        """Read a task.

        Raises
        ------
        OutputError
            A picture cannot be written.
        """
        self._task, self._pictures = task, []
        spans = list(task.spans)
        results: list[list[Result]] = [[] for _ in spans]
        batch: list[Loaded] = []
        for position in range(len(spans)):
            for item in self._decode(spans, position):
                if isinstance(item, FileFailure):
                    results[position].append(item)
                    continue
                batch.append(item)
                if _full(batch):
                    self._read(batch, results)
                    batch = []
        self._read(batch, results)
        for found in results:
            found.sort(key=lambda result: result.page or 0)
        pairs = zip(spans, results, strict=True)
        outcomes = tuple(Outcome(span, tuple(found)) for span, found in pairs)
        return Finished(outcomes, tuple(self._pictures))

    def _decode(self, spans: list[Span], position: int) -> Iterator[Loaded | FileFailure]:
        """Count the pages of a span where that is open, then give them and what fails of them."""
        span = spans[position]
        if span.last is None:
            self._say(Step())
            try:
                total = self._tools.count_pages(self._task.source(position), self._settings.pages)
            except Exception as error:
                yield _failure(span.name, None, error)
                return
            span = replace(span, last=min(total, PAGES_A_SPAN), total=total)
            spans[position] = span
            self._say(Counted(position, span))
        number, last = span.first, span.last or span.first
        while number <= last:
            try:
                for item in self._load(position, span, number, last):
                    page = item.page if isinstance(item, FileFailure) else item.page.number
                    number = (page or number) + 1
                    yield item
                return
            except Exception as error:
                whole = isinstance(error, FileError) or span.total == 1
                yield _failure(span.name, None if whole else number, error)
                if whole:
                    return
                number += 1

    def _load(
        self, position: int, span: Span, first: int, last: int
    ) -> Iterator[Loaded | FileFailure]:
        settings = self._settings.pages
        source = self._task.source(position)
        pages = self._tools.load_pages(source, span.name, settings, first, last)
        while True:
            self._say(Step())
            start = time.perf_counter()
            page = next(pages, None)
            if page is None:
                return
            if isinstance(page, FileFailure):
                yield page
            else:
                yield Loaded(position, span, page, time.perf_counter() - start)

    def _read(self, batch: list[Loaded], results: list[list[Result]]) -> None:
        if not batch:
            return
        self._say(Step(len(batch)))
        try:
            readings = self._tools.reader.read_pages([loaded.page for loaded in batch])
        except Exception as error:
            if len(batch) > 1:
                for loaded in batch:
                    self._read([loaded], results)
            else:
                loaded = batch[0]
                page = loaded.page.number if loaded.span.total != 1 else None
                results[loaded.position].append(_failure(loaded.page.file, page, error))
            return
        for loaded, reading in zip(batch, readings, strict=True):
            reading = of_kind(reading, self._settings.output.kind)
            seconds = {"decode": loaded.seconds, **reading.seconds}
            if self._settings.output.annotated is not None:
                start = time.perf_counter()
                try:
                    self._draw(loaded, reading)
                except OutputError:
                    raise
                except Exception as error:
                    results[loaded.position].append(_failure(reading.file, reading.page, error))
                seconds["annotate"] = time.perf_counter() - start
            results[loaded.position].append(replace(reading, seconds=seconds))

    def _draw(self, loaded: Loaded, reading: PageReading) -> None:
        from digitscan.output.annotate import annotate
        from digitscan.output.pictures import encode_picture

        output = self._settings.output
        assert output.annotated is not None
        self._say(Step())
        path = picture_path(
            output.annotated,
            reading.file,
            reading.page,
            loaded.span.total or 1,
            output.annotated_format,
        )
        data = encode_picture(annotate(loaded.page, reading), output.annotated_format)
        if self._task.returned and isinstance(path, Path):
            self._pictures.append((path, data))
        else:
            write_picture(path, data)


def _full(batch: list[Loaded]) -> bool:
    pixels = sum(loaded.page.height * loaded.page.width for loaded in batch)
    return len(batch) >= PAGES_A_BATCH or pixels >= PIXELS_A_BATCH


def _failure(file: str, page: int | None, error: Exception) -> FileFailure:
    if isinstance(error, MemoryError) or getattr(error, "code", None) == CV_NO_MEMORY:
        error = MemoryShortError(
            "there is not enough memory for it; use fewer --workers, a lower --dpi or more memory"
        )
    elif not isinstance(error, FileError):
        told = traceback.format_exception_only(error)[-1].strip()
        error = FaultError(f"digitscan failed at it: {told} ({_place(error)}); please report it")
    return FileFailure(file, page, error.error, str(error))


def _place(error: Exception) -> str:
    """Tell the innermost line of ours that an error passed."""
    frames = traceback.extract_tb(error.__traceback__)
    package = str(Path(__file__).parents[1])
    ours = [frame for frame in frames if frame.filename.startswith(package)] or frames
    return f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}"
