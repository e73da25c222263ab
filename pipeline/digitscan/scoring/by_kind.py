"""The same figures for each kind of field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digitscan.scoring.readings import Reading

LONG = 6
"""Numbers of so many digits or more are of one kind, where the truth names none."""


@dataclass(frozen=True, slots=True)
class KindScore:
    """What became of the fields of one kind, counted."""

    kind: str
    wanted: int
    exact: int
    accepted: int
    accepted_wrong: int


def score_by_kind(readings: Sequence[Reading]) -> list[KindScore]:
    """Count what was wanted by the kinds that the truth names, else by the number of digits."""
    groups: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.wanted is not None:
            groups.setdefault(kind_of(reading), []).append(reading)
    return [
        KindScore(
            kind,
            len(some),
            sum(reading.exact for reading in some),
            sum(reading.accepted for reading in some),
            sum(reading.accepted and not reading.exact for reading in some),
        )
        for kind, some in sorted(groups.items())
    ]


def kind_of(reading: Reading) -> str:
    """Return the kind that the truth names, else how many digits stand there."""
    if reading.kind:
        return reading.kind
    count = len(reading.wanted or "")
    if not count:
        return "empty"
    return f"{LONG} or more digits" if count >= LONG else f"{count} digit{'s' * (count > 1)}"
