"""What all commands share: errors explained in a line, and their exit codes."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import typer

from digitscan.config import gather
from digitscan.errors import DigitscanError, ExitCode, NothingToReadError, OutputError, UsageError
from digitscan.logs import logger, set_up
from digitscan.settings import MessageSettings, Settings

UNREACHABLE = (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP)
"""What the system says of a path that was named and cannot be looked at."""
TRAIN_EXTRA = {"keras", "matplotlib", "tensorflow"}


def given(context: typer.Context) -> dict[str, object]:
    """Return the options of a command as they were given, None or left out where not."""
    return {name: value for name, value in context.params.items() if name != "verbose" or value}


def settings_of(given: Mapping[str, object], config: Path | None) -> Settings:
    """Gather the settings of a command from its options and set up its messages."""
    settings = gather(given, config)
    set_up(settings.messages)
    return settings


def tell(text: str) -> None:
    """Print what a command was asked for.

    Raises
    ------
    OutputError
        Standard output takes no more: a full disk. A reader that left ends the program quietly.
    """
    try:
        typer.echo(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output cannot be written: {error.strerror}") from error


@contextmanager
def explained() -> Iterator[None]:
    """Turn the errors that are the user's to mend into a line on stderr and an exit code."""
    set_up(MessageSettings())
    try:
        yield
    except DigitscanError as error:
        logger.error("%s", error)
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        if error.errno not in UNREACHABLE or error.filename is None:
            raise
        logger.debug("%s", error, exc_info=True)
        logger.error("%s: %s; give another path, or allow it", error.filename, error.strerror)
        raise typer.Exit(ExitCode.USAGE) from None
    except KeyboardInterrupt:
        logger.error("stopped before anything was finished; nothing was written")
        raise typer.Exit(ExitCode.STOPPED) from None


@contextmanager
def networks_explained() -> Iterator[None]:
    """Explain what can go wrong in `digitnet` too: data that is not there, the extra `train`."""
    from digitnet.digits import DataError

    with explained():
        try:
            yield
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in TRAIN_EXTRA:
                raise
            raise UsageError(
                f"{error.name} is not installed: pip install 'digitscan[train]'"
            ) from error
        except DataError as error:
            raise NothingToReadError(str(error)) from error
