"""Corrections as the truth: the numbers that somebody looked at, and what really stands there."""

from __future__ import annotations

from collections.abc import Iterable

from digitscan.correcting.apply import check_all_used, judge
from digitscan.correcting.corrections import Correction, Key
from digitscan.output.read_table import NumberRows
from digitscan.scoring.readings import Reading, Source
from digitscan.scoring.tables import row_of


def match_corrections(
    numbers: Iterable[NumberRows], corrections: dict[Key, list[Correction]]
) -> tuple[list[Reading], int]:
    """Return each number that was looked at beside what is wanted, and how many there are in all.

    Where a digit alone was put right the others count as right. What is no number is wanted empty.

    Raises
    ------
    UnsafeError
        A correction does not belong to the table.
    """
    left, readings, total = dict(corrections), [], 0
    for number in numbers:
        total += 1
        lines = left.pop(number.key, None)
        if lines is None:
            continue
        verdict = judge(number, lines)
        if not verdict.seen:
            continue
        pairs = zip(number.text, verdict.digits, strict=True)
        by_digits = "".join(old if new is None else new for old, new in pairs)
        wanted = by_digits if verdict.text is None else verdict.text
        file, page, _ = number.key
        rows = tuple(row_of(row) for row in number.rows)
        readings.append(Reading(Source.CORRECTED, file, page, wanted, rows))
    check_all_used(left)
    return readings, total
