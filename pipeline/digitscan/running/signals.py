"""Signals as events: what is to happen happens where the work is in a state for it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stop_event() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C and SIGTERM set; a second one raises KeyboardInterrupt."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def handle(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def reload_event() -> Iterator[threading.Event]:
    """Give an event that SIGHUP sets, where there is that signal."""
    reload = threading.Event()
    number = getattr(signal, "SIGHUP", None)
    if number is None or threading.current_thread() is not threading.main_thread():
        yield reload
        return
    before = signal.signal(number, lambda *_: reload.set())
    try:
        yield reload
    finally:
        signal.signal(number, before)
