"""Messages on stderr: lines for people or JSON objects for programs."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
import time
from typing import Any

from digitscan.settings import LogFormat, MessageSettings

logger = logging.getLogger("digitscan")
NOTICE = 35
"""Level of what every run tells at its end; only `--quiet` silences it."""
LEVELS = {0: logging.WARNING, 1: logging.INFO, 2: logging.DEBUG}


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def on_one_line(text: str) -> str:
    """Escape what would break the line or command the terminal, such as in the name of a file."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class TextFormatter(logging.Formatter):
    """`digitscan: message`, with the level where it is a warning or an error."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        alarming = record.levelno in (logging.WARNING, logging.ERROR)
        level = f"{record.levelname.lower()}: " if alarming else ""
        return f"digitscan: {level}{super().format(record)}"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging calls it so
        """Return what is said, without the traceback that may follow."""
        return on_one_line(record.message)


class JsonFormatter(logging.Formatter):
    """One object a line: time (UTC), level, message and the fields of `extra={"data": ...}`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        entry: dict[str, Any] = {
            "time": f"{stamp}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "data", {}),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


class StderrHandler(logging.Handler):
    """Writes to stderr, above the progress bar where one is shown."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one message."""
        line = self.format(record).encode("utf-8", "backslashreplace").decode()
        # Where tqdm was imported a bar may be on the screen; without a terminal it never is.
        tqdm = sys.modules.get("tqdm")
        with contextlib.suppress(OSError):  # a message that nobody takes ends no work
            if tqdm is not None and sys.stderr.isatty():
                tqdm.tqdm.write(line, file=sys.stderr)
            else:
                print(line, file=sys.stderr, flush=True)


def set_up(settings: MessageSettings) -> None:
    """Send the messages of digitscan to stderr in the form asked for."""
    handler = StderrHandler()
    handler.setFormatter(
        JsonFormatter() if settings.log_format is LogFormat.JSON else TextFormatter()
    )
    logging.addLevelName(NOTICE, "NOTICE")
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.setLevel(logging.ERROR if settings.quiet else LEVELS[min(settings.verbose, 2)])
