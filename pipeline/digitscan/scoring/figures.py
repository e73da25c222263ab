"""The figures of a score: what was found, read right, and judged right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from digitscan.scoring.readings import Reading, Source

LEAST_IOU = 0.5
"""Overlap from which a digit counts as found."""
JUDGED = (Source.STRING, Source.FIELDS)
"""Where the truth has places, so that what was wanted and what was accepted can be told."""

Figures = dict[str, float | None]


def figures_of(readings: Sequence[Reading], pages: Counter[Source]) -> Figures:
    """Return the figures by name, in the order to be shown; None is a share of nothing.

    `pages` counts the files of each source, since an empty one that was read so has no reading.
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


def _named(count: Counter[str], pages: Counter[Source]) -> Figures:
    """Turn counts into shares, leaving out what the truth says nothing of."""

    def share(part: str, whole: int) -> float | None:
        return round(count[part] / whole, 4) if whole else None

    figures: Figures = {}
    if strings := count[Source.STRING]:
        precision = share("digits right", count["digits reported"]) or 0.0
        recall = share("digits right", count["digits"]) or 0.0
        both = precision + recall
        figures |= {
            "digit_precision": precision,
            "digit_recall": recall,
            "digit_f1": round(2 * precision * recall / both, 4) if both else 0.0,
            "digit_box_recall": share("digits boxed", count["digits"]),
            "strings": strings,
            "strings_exact": share("string exact", strings),
        }
    if fields := count[Source.FIELDS]:
        beside = count["fields digits beside"] / pages[Source.FIELDS]
        figures |= {
            "fields": fields,
            "fields_exact": share("fields exact", fields),
            "extra_digits_per_page": round(beside, 2),
        }
    if numbers := count[Source.NUMBERS]:
        figures |= {
            "numbers": numbers,
            "number_recall": share("numbers exact", numbers),
            "number_precision": share("numbers exact", count["numbers reported"]) or 0.0,
        }
    if empty := pages[Source.EMPTY]:
        figures |= {
            "empty_pages": empty,
            "digits_per_empty_page": round(count["empty digits beside"] / empty, 2),
        }
    if judged := count["judged"]:
        figures |= {
            "accepted": share("accepted", judged),
            "error_among_accepted": share("accepted wrong", count["accepted"]),
        }
    return figures
