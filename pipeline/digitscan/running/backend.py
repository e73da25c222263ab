"""What reads the tasks of a run: worker processes of this machine, or those of a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from digitscan.running.messages import Message, Task
from digitscan.settings import Settings


class Slot(Protocol):
    """A place for one task at a time."""

    task: Task | None
    """What it has in hand, with what has become known of its pages."""

    def send(self, task: Task) -> None:
        """Give a task; the slot holds it until it is done or lost."""
        ...


AnySlot = TypeVar("AnySlot", bound=Slot)


class Backend(Protocol[AnySlot]):
    """A bounded number of slots; `Pool` and `Cluster` are backends."""

    @property
    def model(self) -> str:
        """Hash of the networks that read, once a task is done."""
        ...

    @property
    def workers(self) -> Sequence[AnySlot]:
        """Slots in use or ready for use."""
        ...

    @property
    def free(self) -> bool:
        """True when `take` gives a slot."""
        ...

    def take(self) -> AnySlot:
        """Return a slot without a task."""
        ...

    def receive(self, seconds: float) -> tuple[AnySlot, Message] | None:
        """Wait for the next message about a slot; None when there is none in that time."""
        ...

    def overrun(self) -> list[AnySlot]:
        """Return the slots whose task takes longer than it may."""
        ...

    def end(self, worker: AnySlot) -> object:
        """Give up a slot, whatever it does, and what it left unfinished."""
        ...

    def close(self) -> None:
        """Give up all slots; what they hold in memory is free again."""
        ...


def open_backend(settings: Settings) -> AbstractContextManager[Backend[Any]]:
    """Return what the settings choose; a process of this machine starts when it is entered."""
    if settings.running.scheduler is not None:
        from digitscan.running.cluster import Cluster
        from digitscan.running.starting import end_early

        end_early()
        return Cluster(settings)
    from digitscan.running.pool import Pool

    return Pool(settings)
