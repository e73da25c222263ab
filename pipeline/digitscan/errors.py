"""The exception tree: one exception, one exit code."""

from __future__ import annotations

import errno
from enum import IntEnum

PASSING = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE, errno.ENOTCONN)
"""What the system says of a disk or a share, not of a file: it may pass, but not with the next."""


class ExitCode(IntEnum):
    """What the process tells the shell; a stable interface."""

    OK = 0
    FAULT = 1
    USAGE = 2
    SOME_UNREADABLE = 3
    NOTHING_TO_READ = 4
    OUTPUT = 5
    MODEL = 6
    UNSAFE = 7
    CLUSTER = 8
    STOPPED = 130


class DigitscanError(Exception):
    """Base of all errors that are explained to the user; the message names the cure."""

    exit_code = ExitCode.FAULT


class UsageError(DigitscanError):
    """An option or a setting makes no sense."""

    exit_code = ExitCode.USAGE


class NothingToReadError(DigitscanError):
    """The inputs hold no file that could be a page."""

    exit_code = ExitCode.NOTHING_TO_READ


class OutputError(DigitscanError):
    """A result cannot be written."""

    exit_code = ExitCode.OUTPUT


class TransientError(OutputError):
    """What stands in the way may pass: a full disk, a share that is gone, a ledger in use."""


class ModelError(DigitscanError):
    """A network is missing, damaged or of another version."""

    exit_code = ExitCode.MODEL


class UnsafeError(DigitscanError):
    """Refused because files could be lost."""

    exit_code = ExitCode.UNSAFE


class ClusterError(DigitscanError):
    """The cluster cannot be reached, or was lost."""

    exit_code = ExitCode.CLUSTER


class FileError(DigitscanError):
    """One input cannot be read; the run goes on without it.

    Parameters
    ----------
    message
        What is wrong with the file and what helps.
    page
        The page it concerns, from 1; None for the whole file.
    """

    exit_code = ExitCode.SOME_UNREADABLE
    error = "unreadable"
    """The stable short name that the errors CSV shows."""

    def __init__(self, message: str, page: int | None = None) -> None:
        super().__init__(message)
        self.page = page


class EmptyFileError(FileError):
    """The file has no bytes."""

    error = "empty"


class TruncatedError(FileError):
    """The file ends before its picture does, or is damaged inside."""

    error = "truncated"


class FormatError(FileError):
    """The content is not a format that digitscan reads."""

    error = "format"


class PasswordError(FileError):
    """A PDF wants a password."""

    error = "password"


class TooLargeError(FileError):
    """The file goes past a limit on bytes, pixels or pages."""

    error = "too-large"


class MissingError(FileError):
    """There is no file or folder at the path given."""

    error = "missing"


class VanishedError(FileError):
    """The file was there when the run began and is gone."""

    error = "vanished"


class AccessError(FileError):
    """The file or folder may not be opened."""

    error = "access"


class NetworkError(FileError):
    """The file lies where the network did not lead."""

    error = "network"


class CrashError(FileError):
    """The process that read the file died."""

    error = "crash"


class TimeLimitError(FileError):
    """Reading the file took longer than allowed."""

    error = "time-limit"


class MemoryShortError(FileError):
    """There was not enough memory to read the file."""

    error = "memory"


class FaultError(FileError):
    """Digitscan itself failed on the file: a fault of ours."""

    error = "fault"
