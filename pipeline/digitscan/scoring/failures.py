"""What went wrong: every failure has one kind, named after the stage that it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from digitscan.scoring.readings import Reading


class ErrorKind(StrEnum):
    """Why a reading is not what is wanted, in the order of the stages."""

    NOT_FOUND = "not found"
    """Nothing was read where something is written."""
    BESIDE = "reported beside"
    """Read where nothing is written: outside fields, in an empty one, a number too many."""
    CUT = "split or joined wrongly"
    """Another count of digits, and boxes that cut a digit in two or hold two of them."""
    MISSED = "missed digits"
    """Too few digits."""
    EXTRA = "extra digits"
    """Too many digits."""
    WRONG = "wrong digit"
    """As many digits as wanted, but not these."""
    GROUPED = "grouped wrongly"
    """All its digits were read, but as parts of other numbers."""


def kind_of(reading: Reading) -> ErrorKind | None:
    """Name what went wrong; None where nothing did."""
    if reading.exact:
        return None
    if not reading.wanted:
        return ErrorKind.BESIDE
    if not reading.rows:
        return ErrorKind.NOT_FOUND
    if reading.regrouped:
        return ErrorKind.GROUPED
    more = len(reading.rows) - len(reading.wanted)
    if not more:
        return ErrorKind.WRONG
    if _is_cut(reading, more):
        return ErrorKind.CUT
    return ErrorKind.EXTRA if more > 0 else ErrorKind.MISSED


def _is_cut(reading: Reading, more: int) -> bool:
    """Tell whether boxes show that a digit was cut in two (`more` > 0) or two were joined."""
    read = [row.box for row in reading.rows]
    true = [digit.box for digit in reading.digits]
    outer, inner = (true, read) if more > 0 else (read, true)
    return any(
        sum(
            box.x <= one.center[0] < box.right and box.y <= one.center[1] < box.bottom
            for one in inner
        )
        > 1
        for box in outer
    )


def failures_of(readings: Sequence[Reading]) -> list[tuple[Reading, ErrorKind]]:
    """Return the readings that are not what is wanted, in their order, and why."""
    judged = ((reading, kind_of(reading)) for reading in readings)
    return [(reading, kind) for reading, kind in judged if kind is not None]


def confusions(failures: Sequence[tuple[Reading, ErrorKind]]) -> list[tuple[str, str, int]]:
    """Count which digit was read as which, in readings of the right length; most often first."""
    count = Counter(
        pair
        for reading, kind in failures
        if kind is ErrorKind.WRONG
        for pair in zip(reading.wanted or "", reading.text, strict=True)
        if pair[0] != pair[1]
    )
    ordered = sorted(count.items(), key=lambda item: (-item[1], item[0]))
    return [(wanted, read, times) for (wanted, read), times in ordered]
