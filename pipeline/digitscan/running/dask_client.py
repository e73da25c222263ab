"""A client of Dask: connected, asked for results, and what goes wrong explained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from digitscan import __version__
from digitscan.errors import ClusterError, ModelError, UsageError
from digitscan.running.messages import Gone, Message

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT = 20.0
"""Seconds to wait for the scheduler."""
GATHER = 10.0
"""Seconds to wait for what a worker has read; if it died over that, another one reads it again."""
KILLED = -9
"""Exit code that is told for a worker of Dask that died again and again over a task."""


def connect(address: str) -> Client:
    """Connect to a scheduler.

    Raises
    ------
    UsageError
        The extra is not installed, or the address is of a kind that Dask does not know.
    ClusterError
        Nobody answers.
    """
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            f"--scheduler needs {error.name}: pip install 'digitscan[cluster]'"
        ) from error
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})  # bytes of files
    try:
        return Client(address, timeout=CONNECT, set_as_default=False, name="digitscan")
    except ValueError as error:
        raise UsageError(f"--scheduler {address}: {error}") from error
    except OSError as error:
        raise ClusterError(
            f"no scheduler answers at {address}; start one with 'dask scheduler', or correct this"
        ) from error


def result(future: Future[tuple[Message, ...]]) -> tuple[Message, ...] | None:
    """Return what was said about a task that is over; None where it is not, after all."""
    from distributed import KilledWorker

    if future.status == "pending":  # who had the result died
        return None
    with explained():
        try:
            return tuple(future.result(timeout=GATHER))
        except TimeoutError:
            return None
        except KilledWorker:
            return (Gone(KILLED),)


@contextmanager
def explained() -> Iterator[None]:
    """Turn what Dask raises into an error with its cure."""
    try:
        yield
    except (ImportError, AttributeError) as error:
        raise ModelError(
            f"a worker of the cluster has no digitscan {__version__} ({error}); install it there"
        ) from error
    except Exception as error:
        raise ClusterError(
            f"the cluster failed: {type(error).__name__}: {error}; look at its logs, and whether "
            "the scheduler still runs"
        ) from error
