"""What others want to hear of a watcher: supervisors, metrics."""

from __future__ import annotations

from collections.abc import Sequence


class Hooks:
    """What others want to hear of a watcher; this one does nothing. To be overridden in part.

    Everything is called from the thread of the loop and must return at once.
    """

    def started(self) -> None:
        """Hear that the first look at the inbox is about to begin, or that reloading is over."""

    def beat(self) -> None:
        """Hear that all is well, each turn of the loop and amid long work."""

    def queue(self, waiting: int, in_hand: int, oldest: float) -> None:
        """Hear how many files wait, are in hand, and for how many seconds the oldest waited."""

    def finished(self, state: str, pages: int, seconds: float) -> None:
        """Hear of a document in its place: `done`, `failed` or `duplicate`.

        `seconds` went by since it was taken in hand, 0 where it was not read.
        """

    def retried(self, error: str) -> None:
        """Hear that a document or the whole service is tried again; `error` is a short name."""

    def reloading(self) -> None:
        """Hear that the settings are about to be loaded anew."""

    def stopping(self) -> None:
        """Hear that nothing more is begun."""


class AllHooks(Hooks):
    """Tells each of several."""

    def __init__(self, hooks: Sequence[Hooks]) -> None:
        self._hooks = hooks

    def started(self) -> None:
        """Tell all."""
        for hooks in self._hooks:
            hooks.started()

    def beat(self) -> None:
        """Tell all."""
        for hooks in self._hooks:
            hooks.beat()

    def queue(self, waiting: int, in_hand: int, oldest: float) -> None:
        """Tell all."""
        for hooks in self._hooks:
            hooks.queue(waiting, in_hand, oldest)

    def finished(self, state: str, pages: int, seconds: float) -> None:
        """Tell all."""
        for hooks in self._hooks:
            hooks.finished(state, pages, seconds)

    def retried(self, error: str) -> None:
        """Tell all."""
        for hooks in self._hooks:
            hooks.retried(error)

    def reloading(self) -> None:
        """Tell all."""
        for hooks in self._hooks:
            hooks.reloading()

    def stopping(self) -> None:
        """Tell all."""
        for hooks in self._hooks:
            hooks.stopping()
