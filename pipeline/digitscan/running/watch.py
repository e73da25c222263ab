"""The watch loop: files that are ready go to the workers, what comes back goes to its place.

A loop runs until it is told to stop, and ends early where something is wrong with more than a
document; whoever runs it (`digitscan.running.service`) begins another one. Nothing is known but
what the ledger knows, so that begins where this one ended, as after a crash.
"""

from __future__ import annotations


class Hooks:
    """What others want to hear of a watcher; this one does nothing. To be overridden in part.

    Everything is called from the thread of the loop and must return at once.
    """

    def started(self) -> None:
        """The first look at the inbox is about to begin."""

    def beat(self) -> None:
        """All is well; called each turn of the loop and amid long work."""

    def queue(self, waiting: int, in_hand: int, oldest: float) -> None:
        """Files that wait, documents in hand, and seconds that the oldest file has waited."""

    def finished(self, state: str, pages: int, seconds: float) -> None:
        """A document is in its place: `done`, `failed` or `duplicate`.

        `seconds` went by since it was taken in hand, 0 where it was not read.
        """

    def retried(self, error: str) -> None:
        """A document or the whole service tries again later; `error` is a short name."""

    def stopping(self) -> None:
        """No more is begun."""
