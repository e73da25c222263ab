"""What can become of a document, as pure functions: nothing here touches a disk or a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from digitscan.running.messages import Result
from digitscan.types import FileFailure

MEMORY_TRIES = 5
"""A document that runs out of memory this often is too large for the machine."""
SUSPECT = 2
"""When the service ended this often while it read a document, that is read alone."""
GUILTY = 10
"""When it ended this often, the document is given up. So often that a machine that is switched off
again and again does not come here: a suspect is seldom what is in hand then."""


class State(StrEnum):
    """Where a document stands."""

    WAITING = "waiting"
    """To be read, for the first time or again; its file is in the inbox."""
    READING = "reading"
    """Given to a worker."""
    DONE = "done"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    """Its content was read before, under another name."""
    GONE = "gone"
    """Its file was taken away before it was read."""

    @property
    def final(self) -> bool:
        """Whether nothing more is read: files are placed and the original may leave the inbox."""
        return self in (State.DONE, State.FAILED, State.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells a file that changed from one that did not: bytes, and nanoseconds of its time."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the ledger.

    `path` is that of its file, relative to the inbox; `name` is what tables call it, no two alike.
    `attempts` counts how often it was given to a worker, `interrupted` how often the whole service
    ended meanwhile; `pages` those that were read. `place` is where the original lies, relative to
    the output folder: None while it is in the inbox, empty where it was taken away or replaced.
    """

    id: int
    path: str
    name: str
    stamp: Stamp
    sha256: str
    state: State
    attempts: int = 0
    interrupted: int = 0
    pages: int = 0
    error: str | None = None
    message: str | None = None
    place: str | None = None


class Claim(StrEnum):
    """What to do with a file that is ready."""

    READ = "read"
    DUPLICATE = "duplicate"
    LATER = "later"
    """The same content is in hand under another name: wait for what becomes of it."""
    KNOWN = "known"
    """It is a document that was dealt with."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and the document of the ledger that the file is, if it is one."""

    claim: Claim
    document: Document | None = None


def decide(
    path: str,
    same_content: Sequence[Document],
    unread: Sequence[Document],
    in_hand: AbstractSet[int],
) -> Decision:
    """Decide what a ready file is.

    From the documents of its content, and those at its path that have not been read.
    """
    if any(document.id in in_hand for document in same_content):
        return Decision(Claim.LATER)
    for document in same_content:
        if document.state.final and document.path == path and document.place is None:
            return Decision(Claim.KNOWN, document)
    # What was put back, replaced before it was read, or has failed and is tried again, goes on as
    # the document that it was.
    again = [document for document in same_content if document.path == path and _again(document)]
    again += unread
    row = again[0] if again else None
    others = [document for document in same_content if document != row]
    if any(document.state is State.DONE or _half_read(document) for document in others):
        return Decision(Claim.DUPLICATE, row)
    return Decision(Claim.READ, row)


def _again(document: Document) -> bool:
    return not document.state.final or document.state is State.FAILED


def _half_read(document: Document) -> bool:
    return document.state is State.FAILED and document.pages > 0


class Verdict(StrEnum):
    """What the results of a document make of it."""

    DONE = "done"
    FAILED = "failed"
    RETRY = "retry"
    """What went wrong is likely to pass."""
    GONE = "gone"


def judge(results: Iterable[Result], attempts: int) -> tuple[Verdict, FileFailure | None]:
    """Decide what becomes of a document that came back, and the failure that says why."""
    failures = [result for result in results if isinstance(result, FileFailure)]
    for failure in failures:
        if failure.error in ("vanished", "missing"):
            return Verdict.GONE, failure
        if failure.error == "access" or (failure.error == "memory" and attempts < MEMORY_TRIES):
            return Verdict.RETRY, failure
    return (Verdict.FAILED, failures[0]) if failures else (Verdict.DONE, None)


def wait_after(failures: int, first: float = 1.0, longest: float = 300.0) -> float:
    """Return the seconds to wait after so many failures in a row: doubled each time."""
    return min(longest, first * 2.0 ** min(failures - 1, 30))


def free_name(name: str, taken: Callable[[str], bool]) -> str:
    """Return `name`, with the least number before its ending that makes it free: `a-2.png`."""
    number, free = 2, name
    while taken(free):
        free = _numbered(name, number)
        number += 1
    return free


def _numbered(name: str, number: int) -> str:
    folder, slash, last = name.rpartition("/")
    stem, dot, ending = last.rpartition(".")
    if not stem:
        stem, dot, ending = last, "", ""
    return f"{folder}{slash}{stem}-{number}{dot}{ending}"
