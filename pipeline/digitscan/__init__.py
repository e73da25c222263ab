"""digitscan reads handwritten digits off scanned forms, offline.

`read_page(array)` reads one page, `scan(paths)` many files; both give typed results. Names are
loaded when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from digitscan.api import read_page, scan
    from digitscan.errors import DigitscanError
    from digitscan.settings import (
        KindChoice,
        OutputSettings,
        PageSettings,
        ReadingSettings,
        RunSettings,
        Settings,
    )
    from digitscan.types import Box, Digit, FileFailure, Kind, Number, PageReading

__all__ = [
    "Box",
    "Digit",
    "DigitscanError",
    "FileFailure",
    "Kind",
    "KindChoice",
    "Number",
    "OutputSettings",
    "PageReading",
    "PageSettings",
    "ReadingSettings",
    "RunSettings",
    "Settings",
    "__version__",
    "read_page",
    "scan",
]

_HOMES = {"read_page": "api", "scan": "api", "DigitscanError": "errors", "KindChoice": "settings"}
_HOMES |= dict.fromkeys(("Box", "Digit", "FileFailure", "Kind", "Number", "PageReading"), "types")


def __getattr__(name: str) -> object:
    """Load a public name from its module on first use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES.get(name, "settings")
    return getattr(import_module(f"{__name__}.{home}"), name)
