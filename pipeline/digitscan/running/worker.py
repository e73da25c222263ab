"""The process that opens and reads files: whatever happens inside a codec ends with it.

Started as `python -m digitscan.running.worker`. Settings, then tasks arrive on standard input;
messages leave on standard output. When the input ends, the parent is gone or done and the process
ends too, whatever it is doing.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import sys
import threading
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from typing import BinaryIO

from digitscan.errors import DigitscanError
from digitscan.running.messages import Failed, Message, Ready, Task
from digitscan.running.tasks import TaskReader, Tools
from digitscan.settings import Settings

GARBAGE = 50_000
"""Objects made and not yet freed after which cycles among them are searched."""


def load_code() -> None:
    """Import what is heavy: that takes no settings, and nothing of it is ever garbage."""
    gc.disable()
    import digitscan.pages.load
    import digitscan.reading.read  # noqa: F401 - `make_tools` finds it loaded

    gc.freeze()
    gc.enable()


def make_tools(settings: Settings) -> Tools:
    """Load the networks."""
    import cv2

    from digitscan.pages.load import count_pages, load_pages
    from digitscan.reading.read import Reader

    cv2.setNumThreads(1)
    reader = Reader(settings.reading, settings.output.reads_print)
    # What is loaded stays, and pages make many objects and no cycles: hardly a search for those.
    gc.freeze()
    gc.set_threshold(GARBAGE)
    return Tools(reader, count_pages, load_pages)


def main(
    make: Callable[[Settings], Tools] = make_tools, load: Callable[[], None] | None = None
) -> None:
    """Serve the parent until standard input ends; `load` is done before settings are there."""
    channel = _take_stdout()

    def say(message: Message) -> None:
        pickle.dump(message, channel, pickle.HIGHEST_PROTOCOL)
        channel.flush()

    orders: SimpleQueue[Task] = SimpleQueue()
    try:
        if load is not None:
            load()
        settings: Settings = pickle.load(sys.stdin.buffer)
        if settings.watch.nice and hasattr(os, "nice"):  # not on Windows
            os.nice(settings.watch.nice)
        threading.Thread(target=_listen, args=(orders,), daemon=True).start()
        tools = make(settings)
        say(Ready(tools.reader.model_hash))
        reader = TaskReader(tools, settings, say)
        while True:
            say(reader.run(orders.get()))
    except (BrokenPipeError, EOFError):  # the parent is gone, or never sent its settings
        os._exit(0)
    except Exception as error:
        with contextlib.suppress(BrokenPipeError):
            say(Failed(error if isinstance(error, DigitscanError) else _told(error)))
        os._exit(1)


def _told(error: Exception) -> DigitscanError:
    return DigitscanError("a worker failed: " + "".join(traceback.format_exception(error)))


def _listen(orders: SimpleQueue[Task]) -> None:
    """Queue what arrives; end the process at the end of input, even amid a hanging codec."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            orders.put(pickle.load(sys.stdin.buffer))
    os._exit(0)


def _take_stdout() -> BinaryIO:
    """Keep standard output for messages and let what libraries print there go to stderr."""
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return channel


if __name__ == "__main__":
    main(load=load_code)
