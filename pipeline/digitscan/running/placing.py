"""Documents put in their places, and again later where that cannot be done now."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

from digitscan.errors import PASSING
from digitscan.logs import logger
from digitscan.running.hooks import Hooks
from digitscan.running.ledger import Ledger
from digitscan.running.shelf import Shelf
from digitscan.running.states import Document, State, wait_after

LOST = (errno.EIO, errno.ESTALE, errno.ENOTCONN)
"""What the system says of a share that is gone, and of a file of it that cannot be read."""


class Placing:
    """Places what the ledger says is done, failed or a duplicate.

    Parameters
    ----------
    shelf, ledger, hooks, clock
        As of the watcher.
    inbox
        Where originals come from.
    """

    def __init__(
        self,
        shelf: Shelf,
        ledger: Ledger,
        hooks: Hooks,
        clock: Callable[[], float],
        inbox: Path,
    ) -> None:
        self._shelf = shelf
        self._ledger = ledger
        self._hooks = hooks
        self._clock = clock
        self._inbox = str(inbox)
        self._due = 0.0
        self._sweeps = 0
        self.placed = 0
        """Documents that reached their place."""
        self.failed = 0
        """Those of them that failed."""

    @property
    def stuck(self) -> bool:
        """Whether a document could not be put in its place."""
        return self._sweeps > 0

    @property
    def due(self) -> bool:
        """Whether it is time to try again."""
        return self.stuck and self._clock() >= self._due

    def place(self, document: Document, seconds: float = 0.0) -> None:
        """Let folders agree with the ledger; `seconds` were spent on the document.

        Raises
        ------
        OSError
            What is wrong is so for all documents.
        """
        try:
            self._shelf.place(document, self._ledger)
        except OSError as error:
            if self._concerns_all(error):
                raise
            self._sweeps = max(1, self._sweeps)
            self._due = self._clock() + wait_after(self._sweeps)
            self._hooks.retried("place")
            data = _data(document) | {"error": "place"}
            what = f"cannot be put in its place: {error.strerror} ({error.filename})"
            logger.warning("%s: %s; it is tried again", document.name, what, extra={"data": data})
        else:
            self.placed += 1
            self.failed += document.state is State.FAILED
            self._hooks.finished(document.state, document.pages, seconds)
            _tell(document, seconds)

    def sweep(self) -> None:
        """Place all that is not in its place yet."""
        before, self._sweeps, after = self._sweeps, 0, 0
        while documents := self._ledger.unplaced(after):
            for document in documents:
                self._hooks.beat()
                self.place(document)
            after = documents[-1].id
        if self.stuck:
            self._sweeps = before + 1
            self._due = self._clock() + wait_after(self._sweeps)

    def clear(self) -> None:
        """Remove what is unfinished, where nothing of it is needed; nothing may be in hand."""
        if not self.stuck:
            self._shelf.clear()

    def _concerns_all(self, error: OSError) -> bool:
        of_inbox = str(error.filename).startswith(self._inbox)
        return error.errno in PASSING and not (of_inbox and error.errno in LOST)


def _data(document: Document) -> dict[str, object]:
    return {"file": document.name, "state": str(document.state), "error": document.error}


def _tell(document: Document, seconds: float) -> None:
    data = _data(document) | {"pages": document.pages, "seconds": round(seconds, 3)}
    if document.state is State.FAILED:
        logger.warning("%s: failed: %s", document.name, document.message, extra={"data": data})
    else:
        logger.info("%s: %s", document.name, document.state, extra={"data": data})
