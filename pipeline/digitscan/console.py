"""What all commands share: errors explained in a line, and their exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from digitscan.errors import DigitscanError, ExitCode
from digitscan.logs import logger, set_up
from digitscan.settings import MessageSettings


@contextmanager
def explained() -> Iterator[None]:
    """Turn the errors that are the user's to mend into a line on stderr and an exit code."""
    set_up(MessageSettings())
    try:
        yield
    except DigitscanError as error:
        logger.error("%s", error)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        logger.error("stopped before anything was finished; nothing was written")
        raise typer.Exit(ExitCode.STOPPED) from None
