"""Which pages are read next, and in what order the results leave: the runner without processes.

Tasks are cut by the files alone, never by the number of workers: the same batches go through the
networks, so the same bytes come out.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from digitscan.errors import CrashError, FileError
from digitscan.places import Place, Url, resolve
from digitscan.running.messages import PAGES_A_SPAN, Key, Outcome, Result, Span, Task
from digitscan.types import FileFailure

FILES_A_TASK = 16
BYTES_A_TASK = 256 * 1024
"""Small files (single fields, cheques) are read together; a page of a form fills a task alone."""
LONG = frozenset({".tif", ".tiff", ".pdf"})
"""Endings of files that may hold many pages."""
WINDOW = 1024
"""Most spans that wait for an earlier one before new ones are held back."""


class Schedule:
    """Hands out tasks and takes outcomes back, in any order; gives results in the order of files.

    Parameters
    ----------
    inputs
        Path and name of each file in the order of the table, or why it cannot be read. Taken as
        needed, never all at once.
    """

    def __init__(self, inputs: Iterable[tuple[Place, str] | FileFailure]) -> None:
        self._inputs = enumerate(inputs)
        self._queue: list[tuple[Key, Task]] = []
        self._waiting: dict[Key, Outcome] = {}
        self._next: Key = (0, 1)
        self._said: FileFailure | None = None
        self._uncounted: set[int] = set()
        self.outstanding = 0
        """Tasks handed out and not taken back."""

    def next_task(self) -> Task | None:
        """Hand out the earliest task; None where there is none now.

        None while no task is outstanding means that all is done.
        """
        if not self._queue and not (len(self._waiting) < WINDOW and self._refill()):
            return None
        key, task = self._queue[0]
        if len(self._waiting) >= WINDOW and key != self._next:
            return None
        heapq.heappop(self._queue)
        self.outstanding += 1
        self._uncounted |= {span.index for span in task.spans if _may_be_long(span)}
        return task

    @property
    def may_grow(self) -> bool:
        """Whether a file that is being opened may turn out to be work for more workers."""
        return bool(self._uncounted)

    def counted(self, task: Task, position: int, span: Span) -> Task:
        """Note how many pages a span of a task has; returns the task as it now is.

        Pages of the file past the span are queued as tasks of their own.
        """
        total = span.total or 0
        self._uncounted.discard(span.index)
        for first in range((span.last or total) + 1, total + 1, PAGES_A_SPAN):
            last = min(first + PAGES_A_SPAN - 1, total)
            self._push(Task((replace(span, first=first, last=last),)))
        spans = list(task.spans)
        spans[position] = span
        return replace(task, spans=tuple(spans))

    def finished(self, outcomes: Iterable[Outcome]) -> None:
        """Take back a task that was read."""
        self.outstanding -= 1
        outcomes = list(outcomes)
        self._uncounted -= {outcome.span.index for outcome in outcomes}
        self._take(outcomes)

    def died(self, task: Task, error: FileError) -> None:
        """Take back a task whose worker died or overran.

        Its pages are tried one by one, each alone, to find the one at fault. A lone page is given
        up: at once where it overran, at the second time where it crashed (the first may have
        been a shortage of memory).
        """
        self.outstanding -= 1
        self._uncounted -= {span.index for span in task.spans}
        pages = [page for span in task.spans for page in span.pages()]
        alone = len(pages) == 1
        if not alone or (isinstance(error, CrashError) and not task.again):
            for page in pages:
                self._push(Task((page,), again=alone))
        else:
            self._take([failed(pages[0], error)])

    def results(self) -> Iterator[Result]:
        """Give what is next in order, as far as it has come back."""
        while outcome := self._waiting.pop(self._next, None):
            span = outcome.span
            more = span.last is not None and span.total is not None and span.last < span.total
            self._next = (span.index, span.last + 1) if more and span.last else (span.index + 1, 1)
            yield from self._once(outcome.results)

    def leftovers(self) -> Iterator[Result]:
        """Give all that came back, gaps or not: for a run that is stopped."""
        for key in sorted(self._waiting):
            yield from self._once(self._waiting.pop(key).results)

    def _once(self, results: Iterable[Result]) -> Iterator[Result]:
        """Leave out what was just said: each span of a long file that is gone says so."""
        for result in results:
            if not (isinstance(result, FileFailure) and result == self._said):
                yield result
            if isinstance(result, FileFailure):
                self._said = result

    def _push(self, task: Task) -> None:
        heapq.heappush(self._queue, (task.spans[0].key, task))

    def _take(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self._waiting[outcome.span.key] = outcome

    def _refill(self) -> bool:
        """Queue one task of the next inputs, False when there are none."""
        spans: list[Span] = []
        size = 0
        for index, item in self._inputs:
            if isinstance(item, FileFailure):
                self._take([Outcome(Span(index, Path(item.file), item.file), (item,))])
                continue
            path, name = item
            spans.append(Span(index, path, name))
            size += _bytes(path)
            if _full(len(spans), size):
                break
        if spans:
            self._push(Task(tuple(spans)))
        return bool(spans)


def whole_tasks(files: Iterable[Place], known: Callable[[Place], bool]) -> int:
    """Return how many files, from the first one on, fill whole tasks and are known.

    The last task of all is whole, too.
    """
    taken = count = size = 0
    for path in files:
        if not known(path):
            break
        count += 1
        size += _bytes(path)
        if _full(count, size):
            taken, count, size = taken + count, 0, 0
    else:
        taken += count
    return taken


def _full(files: int, size: int) -> bool:
    """Whether a task of so many files and bytes takes no more."""
    return files >= FILES_A_TASK or size >= BYTES_A_TASK


def _may_be_long(span: Span) -> bool:
    """Whether a file that is not open yet may hold many pages, as far as name and size tell."""
    if span.last is not None or span.path.suffix.lower() not in LONG:
        return False
    return _bytes(span.path) >= BYTES_A_TASK


def failed(span: Span, error: FileError) -> Outcome:
    """Make the outcome of a span that could not be read."""
    page = span.first if span.total is not None and span.total > 1 else None
    return Outcome(span, (FileFailure(span.name, page, error.error, str(error)),))


def _bytes(place: Place) -> int:
    path = resolve(place)
    if isinstance(path, Url):
        return path.size
    try:
        return path.stat().st_size
    except OSError:
        return 0
