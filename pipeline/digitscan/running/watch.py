"""The watch loop: files that are ready go to the workers, what comes back goes to its place.

A loop runs until it is told to stop, and ends early where something is wrong with more than a
document; whoever runs it (`digitscan.running.service`) begins another one. Nothing is known but
what the ledger knows, so that begins where this one ended, as after a crash.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from enum import Enum
from pathlib import Path

from digitscan.errors import CrashError, TransientError
from digitscan.logs import logger
from digitscan.pages.inputs import reported_name
from digitscan.running.changes import Notifier, Polling
from digitscan.running.hand import Hand, Held
from digitscan.running.hooks import Hooks
from digitscan.running.inbox import stamp_of
from digitscan.running.intake import Intake
from digitscan.running.ledger import Ledger, Reader
from digitscan.running.messages import Result
from digitscan.running.moving import digest
from digitscan.running.placing import Placing
from digitscan.running.pool import Pool
from digitscan.running.shelf import Shelf
from digitscan.running.states import (
    GUILTY,
    SUSPECT,
    Claim,
    Document,
    Stamp,
    State,
    Verdict,
    decide,
    judge,
)
from digitscan.settings import Settings
from digitscan.types import FileFailure

GLANCE = 0.2
"""Longest time between two turns of the loop, in seconds."""
POLL = 5.0
"""Seconds between looks through an inbox of which nothing tells that it changed."""
AHEAD = 2
"""Documents taken in hand for each worker: one being read, one to follow."""
TWIN = 1.0
"""Seconds until a file is looked at again of which the content is in hand under another name."""


class Ending(Enum):
    """Why a loop ended."""

    STOPPED = "stopped"
    EMPTY = "empty"
    RELOAD = "reload"


class Watch:
    """A loop over an inbox; everything is where it belongs or as if it had never begun.

    Parameters
    ----------
    inbox, out
        The folders.
    settings
        Those that the pool has; pictures are drawn in the work folder of `out`.
    ledger, pool, notifier, hooks
        Open, and closed by whoever opened them.
    clock
        Seconds that never run backwards.
    once
        End when what lies there is dealt with.
    """

    def __init__(
        self,
        inbox: Path,
        out: Path,
        settings: Settings,
        ledger: Ledger,
        pool: Pool,
        notifier: Notifier,
        hooks: Hooks,
        clock: Callable[[], float] = time.monotonic,
        once: bool = False,
    ) -> None:
        self._inbox = inbox
        self._settings = settings
        self._ledger = ledger
        self._hooks = hooks
        self._clock = clock
        self._once = once
        watch = settings.watch
        rescan = min(watch.rescan, POLL) if isinstance(notifier, Polling) else watch.rescan
        self._intake = Intake(inbox, watch.settle, rescan, notifier, ledger.known, once)
        shelf = Shelf(out, inbox, watch.keep, hooks.beat)
        self.placing = Placing(shelf, ledger, hooks, clock, inbox)
        """Puts documents in their places."""
        self._hand = Hand(pool, settings, lambda document: ledger.attempt(document.id))
        self._room = AHEAD * pool.size
        self._suspect: Document | None = None
        self._queue_told = float("-inf")
        self._changes = ledger.changes

    def run(self, stop: threading.Event, reload: threading.Event) -> Ending:
        """Work until told otherwise; what is in hand then is finished within the grace.

        Raises
        ------
        DigitscanError, OSError
            Something is wrong with more than a document.
        """
        try:
            return self._run(stop, reload)
        except (TransientError, OSError):
            # No document is to blame, as it would be if it was left as being read.
            with suppress(TransientError):
                for document in self._hand.drop():
                    self._ledger.put_back(document.id, None)
            raise

    def _run(self, stop: threading.Event, reload: threading.Event) -> Ending:
        self._ledger.recover(self._settings.watch.keep)
        self.placing.sweep()
        self.placing.clear()
        while not (stop.is_set() or reload.is_set()):
            self._turn()
            if self._once and self._intake.exhausted and not self._hand and not self._suspect:
                self.placing.clear()
                return Ending.EMPTY
        if stop.is_set():
            self._hooks.stopping()
        self._wind_down(stop)
        return Ending.STOPPED if stop.is_set() else Ending.RELOAD

    def _turn(self) -> None:
        now = self._clock()
        self._hooks.beat()
        if self.placing.due:
            self.placing.sweep()
        self._intake.look(now)
        self._take(now)
        until = self._intake.until(now)
        wait = GLANCE if until is None or self._full else min(GLANCE, until)
        for held in self._hand.work(wait):
            self._finish(held)
        if now - self._queue_told >= 1:
            self._queue_told = now
            waiting, oldest = self._intake.waiting, self._intake.oldest(now)
            self._hooks.queue(waiting, len(self._hand), oldest)
            if self._ledger.changes != self._changes:  # 'digitscan retry' put something back
                self._changes = self._ledger.changes
                self._intake.again()

    @property
    def served(self) -> bool:
        """Whether a worker was ready to read."""
        return bool(self._hand.model)

    # What arrives.

    @property
    def _full(self) -> bool:
        """Whether no more is taken in hand; a suspect is read alone, to learn whether it was it."""
        alone = any(document.interrupted >= SUSPECT for document in self._hand.documents)
        return alone or self._suspect is not None or len(self._hand) >= self._room

    def _take(self, now: float) -> None:
        if self._suspect is not None and not self._hand:
            document, self._suspect = self._suspect, None
            self._hand.take(document, self._inbox / document.path, now)
        for _ in range(self._room):  # duplicates take no room, and signals are not to wait for all
            if self._full or (found := self._intake.ready(now)) is None:
                break
            self._arrive(*found)

    def _arrive(self, path: str, stamp: Stamp) -> None:
        """Find out what a file is that is ready."""
        try:
            sha256 = digest(self._inbox / path, self._hooks.beat)
            changed = stamp_of(self._inbox / path) != stamp
        except OSError as error:
            self._later(path, "access", f"cannot be opened: {error.strerror}")
            return
        now = self._clock()
        if changed:
            self._intake.release(path, now)
            return
        same_content, unread = self._ledger.by_content(sha256), self._ledger.unread(path)
        decision = decide(path, same_content, unread, self._hand.ids)
        if decision.claim is Claim.LATER:
            self._intake.wait(path, now, TWIN)
        elif decision.claim is Claim.KNOWN and decision.document:
            self._ledger.seen(decision.document.id, stamp)
            self._intake.release(path, now)
        else:
            state = State.DUPLICATE if decision.claim is Claim.DUPLICATE else State.WAITING
            name = reported_name(Path(path))
            document = self._ledger.enter(path, name, stamp, sha256, decision.document, state)
            self._begin(document, now)

    def _begin(self, document: Document, now: float) -> None:
        if document.state is State.DUPLICATE:
            self._place(document)
        elif document.interrupted >= GUILTY:
            error = CrashError(
                f"the whole service ended {document.interrupted} times while reading it; "
                "look at the system's log, give the service more memory and use 'digitscan retry'"
            )
            failure = FileFailure(document.name, None, error.error, str(error))
            self._enter(document, [failure], failure, 1, 0.0)
        elif document.interrupted >= SUSPECT and self._hand:
            self._suspect = document
        else:
            self._hand.take(document, self._inbox / document.path, now)

    # What comes back.

    def _finish(self, held: Held) -> None:
        """Put a document that was read where it belongs."""
        document, now = held.document, self._clock()
        verdict, failure = judge(held.results, held.attempts)
        try:
            stamp = stamp_of(self._inbox / document.path)
        except OSError as error:
            self._ledger.put_back(document.id, None)
            self._later(document.path, "access", f"cannot be looked at: {error.strerror}")
            return
        same = stamp == document.stamp
        if failure and (verdict is Verdict.RETRY or (verdict is Verdict.GONE and same)):
            self._ledger.put_back(document.id, failure)
            self._later(document.path, failure.error, failure.message)
        elif not same:
            # What was read may be neither what was there nor what is there now.
            self._ledger.put_back(document.id, failure, gone=stamp is None)
            self._intake.release(document.path, now)
        else:
            self._enter(document, held.results, failure, held.pages, now - held.since)

    def _later(self, path: str, error: str, why: str) -> None:
        self._hooks.retried(error)
        self._intake.delay(path, self._clock(), why)

    def _enter(
        self,
        document: Document,
        results: list[Result],
        failure: FileFailure | None,
        pages: int,
        seconds: float,
    ) -> None:
        reader = Reader(self._hand.model, _fingerprint(self._settings))
        pictures = self._settings.output.annotated_format
        finished = self._ledger.finish(document, results, failure, reader, pages, pictures)
        self._place(finished, seconds)

    def _place(self, document: Document, seconds: float = 0.0) -> None:
        self.placing.place(document, seconds)
        self._intake.release(document.path, self._clock())

    def _wind_down(self, stop: threading.Event) -> None:
        """Finish what is in hand, within the grace where all is to stop; put back the rest."""
        end = float("inf")
        while self._clock() < end:
            for document in self._hand.unbegun():
                self._ledger.put_back(document.id, None)
            if not self._hand:
                break
            if stop.is_set():
                end = min(end, self._clock() + self._settings.watch.grace)
            self._hooks.beat()
            for held in self._hand.work(GLANCE, more=False):
                self._finish(held)
        for document in self._hand.drop():
            self._ledger.put_back(document.id, None)
            data = {"file": document.name}
            logger.warning(
                "%s: not finished in time; it is read again", document.name, extra={"data": data}
            )
        self.placing.clear()


def _fingerprint(settings: Settings) -> str:
    """Return what of the settings decides what is read."""
    stages = asdict(settings.pages) | asdict(settings.reading) | {"kind": settings.output.kind}
    return json.dumps(stages, default=str, sort_keys=True)
