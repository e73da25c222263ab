"""Numbers without places: which of those read stands for which of those wanted."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LIKE = 0.5
"""Edits a digit of the longer text up to which two numbers may be one, misread."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Indices of a wanted number (None: nobody wrote it) and of what was read for it."""

    wanted: int | None
    read: tuple[int, ...]
    regrouped: bool = False


def match_numbers(wanted: Sequence[str], read: Sequence[str]) -> list[Pair]:
    """Match two lists of numbers in reading order, each number once.

    Equal texts first; then numbers whose digits stand in a row of others, or the other way round
    (these are `regrouped`); then those that are alike, fewest edits first. What is left of either
    list stands alone.
    """
    pairs = list(_equal(wanted, read))
    missing, spare = _left(pairs, len(wanted), len(read))
    pairs += _cut_up(wanted, read, missing, spare)
    missing, spare = _left(pairs, len(wanted), len(read))
    pairs += _run_together(wanted, read, missing, spare)
    missing, spare = _left(pairs, len(wanted), len(read))
    pairs += _alike(wanted, read, missing, spare)
    missing, spare = _left(pairs, len(wanted), len(read))
    pairs += [Pair(index, ()) for index in missing]
    return pairs + [Pair(None, (index,)) for index in spare]


def _left(pairs: list[Pair], wanted: int, read: int) -> tuple[list[int], list[int]]:
    """Return the indices of both lists that no pair has yet."""
    used_wanted = {pair.wanted for pair in pairs}
    used_read = {index for pair in pairs for index in pair.read}
    return (
        [index for index in range(wanted) if index not in used_wanted],
        [index for index in range(read) if index not in used_read],
    )


def _equal(wanted: Sequence[str], read: Sequence[str]) -> Iterator[Pair]:
    places: dict[str, deque[int]] = defaultdict(deque)
    for index, text in enumerate(read):
        places[text].append(index)
    for index, text in enumerate(wanted):
        if places[text]:
            yield Pair(index, (places[text].popleft(),))


def _cut_up(
    wanted: Sequence[str], read: Sequence[str], missing: list[int], spare: list[int]
) -> Iterator[Pair]:
    """Find wanted numbers that were read as several, one behind the other."""
    free = set(spare)
    for index in missing:
        run = _run_of(wanted[index], read, free)
        if run:
            free.difference_update(run)
            yield Pair(index, run, regrouped=True)


def _run_together(
    wanted: Sequence[str], read: Sequence[str], missing: list[int], spare: list[int]
) -> Iterator[Pair]:
    """Find numbers read that are several wanted ones, one behind the other."""
    free = set(missing)
    for index in spare:
        run = _run_of(read[index], wanted, free)
        if run:
            free.difference_update(run)
            yield from (Pair(one, (index,), regrouped=True) for one in run)


def _run_of(text: str, parts: Sequence[str], free: set[int]) -> tuple[int, ...]:
    """Return the first two or more neighbours among the free parts that make a text."""
    for first in sorted(free):
        last, made = first, ""
        while last in free and len(made) < len(text):
            made += parts[last]
            last += 1
        if made == text and last - first > 1:
            return tuple(range(first, last))
    return ()


def _alike(
    wanted: Sequence[str], read: Sequence[str], missing: list[int], spare: list[int]
) -> Iterator[Pair]:
    """Pair numbers that differ little, fewest edits first, then in reading order."""
    costs = sorted(
        (edits(wanted[i], read[j]) / max(len(wanted[i]), len(read[j])), i, j)
        for i in missing
        for j in spare
    )
    taken_wanted: set[int] = set()
    taken_read: set[int] = set()
    for cost, i, j in costs:
        if cost <= LIKE and i not in taken_wanted and j not in taken_read:
            taken_wanted.add(i)
            taken_read.add(j)
            yield Pair(i, (j,))


def edits(first: str, second: str) -> int:
    """Count the digits to be put in, left out or changed (Levenshtein 1966)."""
    above = list(range(len(second) + 1))
    for row, mark in enumerate(first, 1):
        line = [row]
        for column, other in enumerate(second, 1):
            change = above[column - 1] + (mark != other)
            line.append(min(change, above[column] + 1, line[-1] + 1))
        above = line
    return above[-1]
