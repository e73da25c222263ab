"""Where files are: on this machine, or with what was sent to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from digitscan.errors import FileError


@dataclass(frozen=True, slots=True)
class Content:
    """A file that was sent: its bytes, or why it could not be read where it is."""

    data: bytes
    error: FileError | None = None


Source: TypeAlias = Path | Content
"""What a file is read from."""
