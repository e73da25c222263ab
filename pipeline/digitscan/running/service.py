"""The service: watch loops one after the other, so that nothing that may pass ends it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from digitscan.errors import (
    DigitscanError,
    ExitCode,
    ModelError,
    OutputError,
    UnsafeError,
    UsageError,
)
from digitscan.logs import NOTICE, logger, set_up
from digitscan.running.changes import Notifier, notifier_of
from digitscan.running.guard import check_folders, locked
from digitscan.running.hooks import Hooks
from digitscan.running.ledger import Ledger
from digitscan.running.ledger_file import NAME
from digitscan.running.mounts import mount_of
from digitscan.running.pool import Pool
from digitscan.running.shelf import pictures_folder
from digitscan.running.signals import reload_event, stop_event
from digitscan.running.states import wait_after
from digitscan.running.watch import GLANCE, Ending, Watch
from digitscan.settings import Settings

INBOX = "inbox"
"""The ledger's note of the folder that is watched."""
LASTING = (ModelError, UnsafeError, UsageError)
"""Errors that only a person can mend."""


@dataclass(slots=True)
class Counts:
    """What came of all loops."""

    served: bool = False
    """Whether a worker was ever ready to read."""
    failed: int = 0
    troubles: int = 0
    """Loops in a row that ended early and placed nothing."""
    stuck: bool = False
    """Whether the last loop could not put all in its place."""

    def add(self, watch: Watch) -> None:
        """Take in what a loop did."""
        self.served |= watch.served
        self.failed += watch.placing.failed
        self.stuck = watch.placing.stuck
        if watch.placing.placed:
            self.troubles = 0

    @property
    def code(self) -> ExitCode:
        """What to tell the shell when the inbox is empty."""
        if self.stuck:
            return ExitCode.OUTPUT
        return ExitCode.SOME_UNREADABLE if self.failed else ExitCode.OK


@dataclass(frozen=True, slots=True)
class Service:
    """A watcher of a folder.

    `load` gives the settings, at the start and again after SIGHUP; `make_pool` starts workers.
    """

    inbox: Path
    out: Path
    load: Callable[[], Settings]
    hooks: Hooks
    make_pool: Callable[[Settings], Pool] = Pool
    clock: Callable[[], float] = time.monotonic

    def run(self, once: bool = False) -> ExitCode:
        """Watch until SIGTERM or SIGINT, or until the inbox is empty.

        Raises
        ------
        DigitscanError
            Folders are refused, or something is wrong that does not pass by itself.
        """
        settings = self.load()
        check_folders(self.inbox, self.out, settings.watch.keep)
        poll = settings.watch.poll or mount_of(self.inbox).remote
        with (
            locked(self.out),
            locked(self.inbox),
            notifier_of(self.inbox, poll or once) as notifier,
            stop_event() as stop,
            reload_event() as reload,
        ):
            self.hooks.started()
            logger.log(NOTICE, "watching %s; results go to %s", self.inbox, self.out)
            counts = Counts()
            while not stop.is_set():
                try:
                    ending = self._loop(settings, notifier, stop, reload, counts, once)
                except KeyboardInterrupt:  # a second signal
                    logger.log(NOTICE, "ended at once; what was in hand is read again")
                    return ExitCode.STOPPED
                if ending is Ending.EMPTY:
                    return counts.code
                if reload.is_set():
                    reload.clear()
                    self.hooks.reloading()
                    settings = self._reloaded(settings)
                    self.hooks.started()
        logger.log(NOTICE, "stopped; what was not read stays in %s", self.inbox)
        return ExitCode.STOPPED if once else ExitCode.OK

    def _loop(
        self,
        settings: Settings,
        notifier: Notifier,
        stop: threading.Event,
        reload: threading.Event,
        counts: Counts,
        once: bool,
    ) -> Ending | None:
        """Run one loop; None where it ended early by something that may pass, after a wait."""
        try:
            with ExitStack() as stack:
                watch = self._open(settings, notifier, once, stack)
                stack.callback(counts.add, watch)
                return watch.run(stop, reload)
        except (DigitscanError, OSError) as error:
            # Workers that cannot start are a fault of the installation, unless they once could.
            never = type(error) is DigitscanError and not counts.served
            if once or never or isinstance(error, LASTING):
                raise error if isinstance(error, DigitscanError) else _told(error) from error
            counts.troubles += 1
            seconds = wait_after(counts.troubles)
            self.hooks.retried(type(error).__name__)
            logger.error("%s; trying again in %g s", _told(error), seconds)
        self._rest(seconds, stop)
        return None

    def _open(self, settings: Settings, notifier: Notifier, once: bool, stack: ExitStack) -> Watch:
        """Open the ledger, start the workers and make a loop of it all."""
        drawn = replace(settings.output, annotated=pictures_folder(self.out))
        settings = replace(settings, output=drawn)
        ledger = stack.enter_context(closing(Ledger(self.out / NAME)))
        ledger.note(INBOX, str(self.inbox.absolute()))
        pool = stack.enter_context(self.make_pool(settings))
        return Watch(
            *(self.inbox, self.out, settings, ledger, pool, notifier, self.hooks),
            *(self.clock, once),
        )

    def _rest(self, seconds: float, stop: threading.Event) -> None:
        end = self.clock() + seconds
        while self.clock() < end and not stop.wait(GLANCE):
            self.hooks.beat()

    def _reloaded(self, before: Settings) -> Settings:
        try:
            settings = self.load()
            check_folders(self.inbox, self.out, settings.watch.keep)
        except DigitscanError as error:
            logger.error("%s; the settings stay as they were", error)
            return before
        set_up(settings.messages)
        logger.log(NOTICE, "settings loaded anew")
        return settings


def _told(error: DigitscanError | OSError) -> DigitscanError:
    if isinstance(error, DigitscanError):
        return error
    place = f"{error.filename}: " if error.filename else ""
    return OutputError(f"{place}{error.strerror or error}")
