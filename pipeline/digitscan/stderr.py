"""What C libraries print on file descriptor 2, caught."""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


def import_quietly(name: str) -> None:
    """Import a module that tells of its machine while it is loaded, such as TensorFlow.

    Raises
    ------
    ModuleNotFoundError
        It is not installed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with stderr_caught(Caught()):
        importlib.import_module(name)


class Caught:
    """The text that was written to stderr inside `stderr_caught`; complete once it has ended."""

    text = ""


@contextmanager
def stderr_caught(caught: Caught) -> Iterator[None]:
    """Keep what is written to file descriptor 2 off the terminal.

    The descriptor is the process's: a stray line that another thread writes is caught, too.
    """
    try:
        terminal = os.dup(2)
    except OSError:  # a process without stderr prints nothing
        yield
        return
    try:
        with tempfile.TemporaryFile() as file:
            os.dup2(file.fileno(), 2)
            try:
                yield
            finally:
                os.dup2(terminal, 2)
                file.seek(0)
                caught.text = file.read().decode("utf-8", "replace")
    finally:
        os.close(terminal)
