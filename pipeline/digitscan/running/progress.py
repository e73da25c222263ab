"""The progress bar: files done, pages and digits per second; only where someone looks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Self

from digitscan.running.messages import Result
from digitscan.running.tally import Tally
from digitscan.settings import LogFormat, MessageSettings

if TYPE_CHECKING:
    from tqdm import tqdm


def bar_wanted(settings: MessageSettings) -> bool:
    """Tell whether somebody looks at stderr and wants to be told."""
    return sys.stderr.isatty() and not settings.quiet and settings.log_format is LogFormat.TEXT


class Progress:
    """A bar on stderr where that is a terminal, nothing elsewhere; a context manager."""

    def __init__(self, files: int, settings: MessageSettings) -> None:
        self._bar: tqdm[Any] | None = None
        self._file: str | None = None
        if bar_wanted(settings):
            from tqdm import tqdm

            self._bar = tqdm(total=files, unit="file", file=sys.stderr, dynamic_ncols=True)

    def show(self, result: Result, tally: Tally) -> None:
        """Note one more result; files come one after the other."""
        if self._bar is None:
            return
        rates = (tally.pages / tally.seconds, tally.digits / tally.seconds)
        self._bar.set_postfix_str("{:.1f} pages/s, {:.0f} digits/s".format(*rates), refresh=False)
        if result.file != self._file:
            self._file = result.file
            self._bar.update()

    def __enter__(self) -> Self:
        """Show the bar."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the bar as it stands."""
        if self._bar is not None:
            self._bar.close()
