"""Corrections applied to the numbers they belong to, and to no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from digitscan.correcting.corrections import Correction, Key
from digitscan.errors import UnsafeError
from digitscan.output.read_table import DigitRow, NumberRows, State
from digitscan.types import Box

CURE = "apply corrections to the table whose report they were made on, unchanged"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all lines about a number say together.

    `digits` is, for each digit read, what a person says of it: a digit, empty where it is none,
    None where nobody said anything. `text` is what the number was retyped to where nobody knows
    which of the digits read became which, else None. `seen` is true where people looked at all of
    the number: as a whole, or at each of its digits.
    """

    digits: tuple[str | None, ...]
    text: str | None
    seen: bool


def judge(number: NumberRows, corrections: Sequence[Correction]) -> Verdict:
    """Say what corrections of a number come to, in whatever order they stand.

    Raises
    ------
    UnsafeError
        One was made on another reading, or two contradict each other; the message names the lines.
    """
    by_digit: dict[int, Correction] = {}
    whole: Correction | None = None
    for correction in corrections:
        _check_belongs(number, correction)
        if correction.position is None:
            whole = whole or correction
            _check_same(whole, correction)
        else:
            before = by_digit.setdefault(correction.position - 1, correction)
            _check_same(before, correction)
    new = {place: correction.new for place, correction in by_digit.items()}
    digits = tuple(new.get(place) for place in range(len(number.rows)))
    if whole is None:
        return Verdict(digits, None, None not in digits)
    if whole.new and len(whole.new) != len(whole.old) and not by_digit:
        return Verdict(digits, whole.new, True)
    said = _said(whole, digits)
    _check_agree(whole, said, by_digit)
    return Verdict(said, None, True)


def corrected(number: NumberRows, verdict: Verdict) -> tuple[DigitRow, ...]:
    """Return the rows of a number as a person left it; none where it is no number.

    Positions count the digits that are left. A digit put in place of another has a confidence of
    1, one that was accepted keeps its own. The mark for review goes where people have seen all of
    the number. Where it was retyped with more or fewer digits, each takes an equal part of its box.
    """
    if verdict.text is not None:
        rows = _shared(number, verdict.text)
    else:
        pairs = zip(number.rows, verdict.digits, strict=True)
        rows = [_row(row, new) for row, new in pairs if new != ""]
    review = number.review and not verdict.seen
    return tuple(
        replace(row, position=position, review=review) for position, row in enumerate(rows, 1)
    )


def apply(
    numbers: Iterable[NumberRows], corrections: dict[Key, list[Correction]], count: Counter[str]
) -> Iterator[tuple[NumberRows, State]]:
    """Give all numbers of a table as people left them, and what became of each.

    `count` counts the latter, with those `removed` and those that are still for `review`.

    Raises
    ------
    UnsafeError
        A correction does not belong to the table; the message names its line.
    """
    left = dict(corrections)
    for number in numbers:
        lines = left.pop(number.key, None)
        state = _state(number.rows)
        if lines is not None:
            text, rows = number.text, corrected(number, judge(number, lines))
            if not rows:
                count["removed"] += 1
                continue
            number = NumberRows(rows)
            state = State.CORRECTED if number.text != text else _state(rows)
        count[state] += 1
        count["review"] += number.review
        yield number, state
    check_all_used(left)


def check_all_used(left: dict[Key, list[Correction]]) -> None:
    """Raise UnsafeError where corrections are left whose numbers the table does not have."""
    if not left:
        return
    lines = sorted((line for some in left.values() for line in some), key=lambda one: one.line)
    first, *others = lines
    more = f" (and {len(others)} more such)" if others else ""
    raise UnsafeError(f"{first.where}: {_named(first)} is not in the table{more}; {CURE}")


def _state(rows: Sequence[DigitRow]) -> State:
    """Return the state of a number from its digits': corrected in part is corrected."""
    states = {row.state for row in rows}
    if State.CORRECTED in states:
        return State.CORRECTED
    return State.ACCEPTED if states == {State.ACCEPTED} else State.READ


def _named(correction: Correction) -> str:
    file, page, number = correction.key
    return f"number {number} of {file}, page {page},"


def _row(row: DigitRow, new: str | None) -> DigitRow:
    """Return a digit as a person left it; one that was corrected before stays so."""
    if new is None:
        return row
    if int(new) != row.digit:
        return replace(row, digit=int(new), confidence=1.0, state=State.CORRECTED)
    return row if row.state is State.CORRECTED else replace(row, state=State.ACCEPTED)


def _shared(number: NumberRows, text: str) -> list[DigitRow]:
    """Make rows for a text of another length, each in an equal part of the number's box."""
    box, first = number.box, number.rows[0]
    parts = max(1, len(text))
    ends = [box.x + round(i * box.width / parts) for i in range(len(text) + 1)]
    return [
        replace(
            first,
            digit=int(digit),
            confidence=1.0,
            box=Box(left, box.y, max(1, right - left), box.height),
            state=State.CORRECTED,
        )
        for digit, left, right in zip(text, ends, ends[1:], strict=False)
    ]


def _check_belongs(number: NumberRows, correction: Correction) -> None:
    """Raise UnsafeError where a correction was made on another reading."""
    place, read = correction.position, number.text
    if place is not None and place > len(read):
        raise UnsafeError(
            f"{correction.where}: {_named(correction)} was read as '{read}' and has no position "
            f"{place}; {CURE}"
        )
    there = read if place is None else read[place - 1]
    if there == correction.old:
        return
    cure = CURE
    if place is None and int(there) == int(correction.old):
        cure = "a spreadsheet took the leading zeros: save the corrections from the page once more"
    at = "" if place is None else f"at position {place} "
    raise UnsafeError(
        f"{correction.where}: {_named(correction)} was read {at}as '{there}', and the correction "
        f"says that it was '{correction.old}'; {cure}"
    )


def _check_same(first: Correction, second: Correction) -> None:
    """Raise UnsafeError where two lines about one thing do not say the same."""
    if first.new != second.new:
        raise UnsafeError(
            f"{second.where}: {_named(second)} becomes '{second.new}', and by line {first.line} "
            f"'{first.new}'; remove the one that is wrong"
        )


def _said(whole: Correction, digits: Sequence[str | None]) -> tuple[str, ...]:
    """Return what each digit read is when the whole number is; `digits` tell which ones are left.

    Digits that nothing was said of are right as read.
    """
    if len(whole.new) == len(whole.old):
        return tuple(whole.new)
    if whole.new == "":
        return ("",) * len(whole.old)
    pairs = zip(whole.old, digits, strict=True)
    return tuple(old if new is None else new for old, new in pairs)


def _check_agree(whole: Correction, said: Sequence[str], digits: dict[int, Correction]) -> None:
    """Raise UnsafeError where lines about digits do not come to what the whole number's says."""
    for place, digit in digits.items():
        if said[place] != digit.new or "".join(said) != whole.new:
            raise UnsafeError(
                f"{digit.where}: {_named(digit)} becomes '{whole.new}' by line {whole.line}, "
                "which says something else of this digit; remove the one that is wrong"
            )
