"""Corrections as the truth: the numbers that people looked at, and what really stands there."""

from __future__ import annotations

from collections.abc import Iterable

from digitscan.correcting.apply import check_all_used, judge
from digitscan.correcting.corrections import Correction, Key
from digitscan.output.read_table import NumberRows
from digitscan.scoring.readings import Reading, Source
from digitscan.scoring.tables import row_of


def match_corrections(
    numbers: Iterable[NumberRows], corrections: dict[Key, list[Correction]]
) -> tuple[list[Reading], dict[str, int]]:
    """Return each number that was looked at beside what is wanted; what is none is wanted empty.

    Numbers of which single digits were looked at are left out: whether the others are right nobody
    said. The figures are how many numbers there are in all and how many of them were left out so.

    Raises
    ------
    UnsafeError
        A correction does not belong to the table.
    """
    left, readings, total, in_part = dict(corrections), list[Reading](), 0, 0
    for number in numbers:
        total += 1
        lines = left.pop(number.key, None)
        if lines is None:
            continue
        verdict = judge(number, lines)
        if not verdict.seen:
            in_part += 1
            continue
        wanted = verdict.text or "".join(digit or "" for digit in verdict.digits)
        file, page, _ = number.key
        rows = tuple(row_of(row) for row in number.rows)
        readings.append(Reading(Source.CORRECTED, file, page, wanted, rows))
    check_all_used(left)
    return readings, {"numbers_reported": total, "looked_at_in_part": in_part}
