"""Which numbers of a page are wanted."""

from __future__ import annotations

from dataclasses import replace

from digitscan.settings import KindChoice
from digitscan.types import PageReading


def of_kind(reading: PageReading, choice: KindChoice) -> PageReading:
    """Keep the numbers of one kind; those kept are counted anew from 1 wherever they are shown."""
    if choice is KindChoice.ANY:
        return reading
    kept = tuple(number for number in reading.numbers if number.kind.value == choice.value)
    return replace(reading, numbers=kept)
