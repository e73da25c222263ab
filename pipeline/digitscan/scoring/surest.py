"""Error against share accepted: what --max-error is chosen by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from digitscan.scoring.readings import Reading, Source

SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Surest:
    """A share of the readings, the surest; the least confidence and the error among them."""

    share: float
    confidence: float
    error: float


def error_by_share(readings: Sequence[Reading]) -> list[Surest]:
    """Take the surest readings in growing shares; among equals those that are wrong come first.

    Counted are every string and field, and every number reported where the truth has no places.
    Numbers beside fields and on empty pages are not: they are no share of what is wanted.
    """
    judged = sorted(
        (reading for reading in readings if _counts(reading)),
        key=lambda reading: (-reading.confidence, reading.exact),
    )
    table = []
    for share in SHARES if judged else ():
        some = judged[: ceil(round(share * len(judged), 6))]
        wrong = sum(not reading.exact for reading in some)
        table.append(Surest(share, round(some[-1].confidence, 4), round(wrong / len(some), 4)))
    return table


def _counts(reading: Reading) -> bool:
    if reading.source is Source.NUMBERS:
        return bool(reading.rows)
    return reading.wanted is not None
