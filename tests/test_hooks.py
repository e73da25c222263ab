"""digitscan.running.hooks: what one hears, all hear."""

from __future__ import annotations

import inspect
from typing import Any
from unittest.mock import create_autospec

from digitscan.running.hooks import AllHooks, Hooks

CALLS: dict[str, tuple[Any, ...]] = {
    "started": (),
    "beat": (),
    "queue": (3, 2, 1.0),
    "finished": ("done", 2, 0.5),
    "retried": ("access",),
    "reloading": (),
    "stopping": (),
}


def test_all_hear_everything() -> None:
    names = {name for name, _ in inspect.getmembers(Hooks, inspect.isfunction)}
    assert names == CALLS.keys()
    listeners = [create_autospec(Hooks, instance=True) for _ in range(2)]
    both = AllHooks(listeners)
    for name, arguments in CALLS.items():
        getattr(both, name)(*arguments)
        for listener in listeners:
            getattr(listener, name).assert_called_once_with(*arguments)
