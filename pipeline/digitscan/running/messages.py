"""What the parent and its worker processes say to each other; all of it pickles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from digitscan.places import Content, Place, Source
from digitscan.types import FileFailure, PageReading

Result: TypeAlias = PageReading | FileFailure
"""What becomes of a page."""

Key: TypeAlias = tuple[int, int]
"""Place in the order of the results: index of the file from 0, first page from 1."""

PAGES_A_SPAN = 4
"""A longer file is read in spans of this many pages, so that several workers share it."""


@dataclass(frozen=True, slots=True)
class Span:
    """Pages of one file.

    `index` is the place of the file among the inputs, `name` what the table calls it; pages count
    from 1 and `last` is in the span. `last` and `total`, the pages of the file, are None until a
    worker has opened the file.
    """

    index: int
    path: Place
    name: str
    first: int = 1
    last: int | None = None
    total: int | None = None

    @property
    def key(self) -> Key:
        """Place in the order of the results."""
        return self.index, self.first

    def pages(self) -> tuple[Span, ...]:
        """Return one span a page; the span itself where its pages are not known."""
        if self.last is None:
            return (self,)
        numbers = range(self.first, self.last + 1)
        return tuple(
            Span(self.index, self.path, self.name, number, number, self.total) for number in numbers
        )


@dataclass(frozen=True, slots=True)
class Task:
    """Spans that a worker reads in one go, to classify their digits together.

    `again` marks a lone page that is tried a second time because a worker died over it. Where the
    worker is on another machine, `contents` has the files of the spans that only this one can open,
    None for others; with `returned`, pictures come back instead of being written.
    """

    spans: tuple[Span, ...]
    again: bool = False
    contents: tuple[Content | None, ...] = ()
    returned: bool = False

    def source(self, position: int) -> Source:
        """Return what a span is read from."""
        content = self.contents[position] if self.contents else None
        return self.spans[position].path if content is None else content


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a span: its results in page order."""

    span: Span
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """From a worker: the networks are loaded."""

    model_hash: str


@dataclass(frozen=True, slots=True)
class Step:
    """From a worker: the next thing begins and may take the time of this many pages."""

    pages: int = 1


@dataclass(frozen=True, slots=True)
class Counted:
    """From a worker: this span of the task turned out to have these pages."""

    position: int
    span: Span


@dataclass(frozen=True, slots=True)
class Finished:
    """From a worker: the task is done, one outcome a span.

    `pictures` are those to be written, where they are to come back.
    """

    outcomes: tuple[Outcome, ...]
    pictures: tuple[tuple[Path, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Overran:
    """From a machine of a cluster: its worker was ended because the time limit was over."""


@dataclass(frozen=True, slots=True)
class Failed:
    """From a worker: nothing can go on, neither here nor in another worker."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Gone:
    """From the pipe of a worker: the process has ended with this exit code."""

    exit_code: int


Message: TypeAlias = Ready | Step | Counted | Finished | Overran | Failed | Gone
