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


@dataclass(frozen=True, slots=True)
class Curve:
    """Error against share accepted.

    `wrong` says for each counted reading, the surest first, whether it is wrong; `accepted` and
    `accepted_wrong` count those that were not marked for review.
    """

    wrong: tuple[bool, ...]
    accepted: int
    accepted_wrong: int


def curve_of(readings: Sequence[Reading]) -> Curve:
    """Order the readings as `error_by_share` does."""
    judged = _surest_first(readings)
    accepted = [reading for reading in judged if reading.accepted]
    return Curve(
        tuple(not reading.exact for reading in judged),
        len(accepted),
        sum(not reading.exact for reading in accepted),
    )


def error_by_share(readings: Sequence[Reading]) -> list[Surest]:
    """Take the surest readings in growing shares; among equals those that are wrong come first.

    Counted are every string and field, and every number reported where the truth has no places.
    Numbers beside fields and on empty pages are not: they are no share of what is wanted.
    """
    judged = _surest_first(readings)
    table = []
    for share in SHARES if judged else ():
        some = judged[: ceil(round(share * len(judged), 6))]
        wrong = sum(not reading.exact for reading in some)
        table.append(Surest(share, round(some[-1].confidence, 4), round(wrong / len(some), 4)))
    return table


def _surest_first(readings: Sequence[Reading]) -> list[Reading]:
    return sorted(
        (reading for reading in readings if _counts(reading)),
        key=lambda reading: (-reading.confidence, reading.exact),
    )


def _counts(reading: Reading) -> bool:
    if reading.source is Source.NUMBERS:
        return bool(reading.rows)
    return reading.wanted is not None
