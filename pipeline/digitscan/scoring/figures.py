"""The figures of a score: what was found, read right, and judged right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from digitscan.scoring.intervals import wilson
from digitscan.scoring.readings import Reading, Source

LEAST_IOU = 0.5
"""Overlap from which a digit counts as found."""
JUDGED = (Source.STRING, Source.FIELDS, Source.CORRECTED)
"""Where the truth has places, so that what was wanted and what was accepted can be told."""

Figures = dict[str, float | None]
Intervals = dict[str, tuple[float, float]]
"""95 % confidence intervals of figures, by their names."""


def figures_of(readings: Sequence[Reading], pages: Counter[Source]) -> tuple[Figures, Intervals]:
    """Return the figures by name, in the order to be shown, and intervals of those that count.

    A figure of None is a share of nothing. `pages` counts the files of each source, since an empty
    one that was read so has no reading.
    """
    count: Counter[str] = Counter()
    for reading in readings:
        wanted = reading.wanted is not None
        if reading.source is Source.STRING:
            count.update(_digits(reading))
        if not wanted:
            count[f"{reading.source} beside"] += 1
            count[f"{reading.source} digits beside"] += len(reading.rows)
        else:
            count[reading.source] += 1
            count[f"{reading.source} exact"] += reading.exact
        if wanted and reading.source in JUDGED:
            count["judged"] += 1
            count["accepted"] += reading.accepted
            count["accepted wrong"] += reading.accepted and not reading.exact
    numbers = [reading for reading in readings if reading.source is Source.NUMBERS]
    count["numbers reported"] = len(
        {(r.file, row.page, row.number) for r in numbers for row in r.rows}
    )
    return _named(count, pages)


def _digits(reading: Reading) -> Counter[str]:
    """Count the digits of a string found at their place, and those read right there."""
    rows, digits = reading.rows, reading.digits
    overlaps = sorted(
        (
            (row.box.iou(digit.box), i, j)
            for i, row in enumerate(rows)
            for j, digit in enumerate(digits)
        ),
        reverse=True,
    )
    found: dict[int, int] = {}
    for overlap, i, j in overlaps:
        if overlap >= LEAST_IOU and i not in found.values() and j not in found:
            found[j] = i
    right = sum(rows[i].digit == digits[j].value for j, i in found.items())
    return Counter(
        {
            "digits": len(digits),
            "digits reported": len(rows),
            "digits boxed": len(found),
            "digits right": right,
        }
    )


def _named(count: Counter[str], pages: Counter[Source]) -> tuple[Figures, Intervals]:
    """Turn counts into shares, leaving out what the truth says nothing of."""
    shares = _Shares(count)
    figures: Figures = {}
    if count[Source.STRING]:
        figures |= _of_strings(shares)
    if fields := count[Source.FIELDS]:
        beside = count["fields digits beside"] / pages[Source.FIELDS]
        figures |= {"fields": fields, **shares.counted("fields_exact", "fields exact", fields)}
        figures["extra_digits_per_page"] = round(beside, 2)
    if numbers := count[Source.NUMBERS]:
        precision = shares.share("numbers exact", count["numbers reported"]) or 0.0
        figures |= {"numbers": numbers, **shares.counted("number_recall", "numbers exact", numbers)}
        figures["number_precision"] = precision
    if empty := pages[Source.EMPTY]:
        beside = count["empty digits beside"] / empty
        figures |= {"empty_pages": empty, "digits_per_empty_page": round(beside, 2)}
    if looked_at := count["corrected"]:
        figures["looked_at"] = looked_at
        figures |= shares.counted("looked_at_exact", "corrected exact", looked_at)
    if judged := count["judged"]:
        figures |= shares.counted("accepted", "accepted", judged)
        figures |= shares.counted("error_among_accepted", "accepted wrong", count["accepted"])
    return figures, shares.intervals


def _of_strings(shares: _Shares) -> Figures:
    """Return the figures of digits with places, and of the strings that they make."""
    count = shares.count
    precision = shares.share("digits right", count["digits reported"]) or 0.0
    recall = shares.share("digits right", count["digits"]) or 0.0
    both = precision + recall
    return {
        "digit_precision": precision,
        "digit_recall": recall,
        "digit_f1": round(2 * precision * recall / both, 4) if both else 0.0,
        "digit_box_recall": shares.share("digits boxed", count["digits"]),
        "strings": count[Source.STRING],
        **shares.counted("strings_exact", "string exact", count[Source.STRING]),
    }


@dataclass(frozen=True, slots=True)
class _Shares:
    """Shares of counts, and the intervals of those that were asked for with one."""

    count: Counter[str]
    intervals: Intervals = field(default_factory=dict)

    def share(self, part: str, whole: int) -> float | None:
        return round(self.count[part] / whole, 4) if whole else None

    def counted(self, name: str, part: str, whole: int) -> Figures:
        """Return a share under its name, and keep its interval."""
        if whole:
            low, high = wilson(self.count[part], whole)
            self.intervals[name] = round(low, 4), round(high, 4)
        return {name: self.share(part, whole)}
