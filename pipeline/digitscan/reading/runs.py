"""Runs of ink in the rows of a mask: far fewer than its pixels, labelled and measured quicker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitscan.types import Mask

Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """The runs of a mask, row by row, left to right; (R,) each.

    A run lies in `row` from column `start` on up to `stop`, which is no part of it.
    """

    row: Ints
    start: Ints
    stop: Ints

    @classmethod
    def of(cls, mask: Mask) -> Runs:
        """Find the runs of a (H, W) mask, 0 or 1."""
        height, width = mask.shape
        far = width + 1  # a column of zeros ends each row
        flat = np.zeros(height * far + 1, np.uint8)
        flat[1:].reshape(height, far)[:, :width] = mask
        edges = true_places(flat[1:] != flat[:-1])
        start, stop = edges[::2], edges[1::2]
        row = start // far
        return cls(row, start - far * row, stop - far * row)

    @classmethod
    def through(cls, place: Ints, width: int, gap: int) -> Runs:
        """Return runs through pixels less than `gap` apart in rows of `width`.

        `place` is (P,), the pixels' flat places in order; some may come again.
        """
        row = place // width
        begins = np.append(True, (np.diff(place) > gap) | (np.diff(row) > 0))[: place.size]
        first = np.flatnonzero(begins)
        last = np.append(first[1:], place.size)[: first.size] - 1
        row, before = row[first], row[first] * width
        return cls(row, place[first] - before, place[last] + 1 - before)

    def __getitem__(self, which: NDArray[np.bool_] | Ints) -> Runs:
        """Return some of the runs."""
        return Runs(self.row[which], self.start[which], self.stop[which])

    def at(self, row: Ints, column: Ints) -> Ints:
        """Return the runs that hold some pixels."""
        far = int(self.stop.max(initial=0)) + 1
        return np.searchsorted(self.row * far + self.start, row * far + column, "right") - 1

    def touching(self, down: int, beside: int) -> tuple[Ints, Ints]:
        """Return the pairs of runs of which the second lies so many rows below the first.

        Their columns overlap or leave less than `beside` between them.
        """
        far = int(self.stop.max(initial=0)) + 2
        above = (self.row + down) * far
        row = self.row * far
        first = _merged(row + self.stop, above + self.start - beside, after=True)
        last = _merged(row + self.start, above + self.stop + beside, after=False)
        count = last - first
        upper = np.repeat(np.arange(count.size), count)
        lower = np.arange(upper.size) + np.repeat(first - (np.cumsum(count) - count), count)
        return upper, lower

    def connected(self, beside: int, rows: int = 1) -> Ints:
        """Label what is connected, (R,) from 0 on in the order of the first runs.

        Runs are joined that touch, as `touching` says, in the next rows down, so many of them.
        """
        pairs = [self.touching(down, beside) for down in range(1, rows + 1)]
        root = lowest(self.row.size, *(np.concatenate(side) for side in zip(*pairs, strict=True)))
        return (np.cumsum(root == np.arange(root.size)) - 1)[root]

    def measured(self, label: Ints) -> tuple[Ints, Ints]:
        """Return the boxes, (L, 4) x, y, width and height, and the areas, (L,), of L labels.

        `label` is (R,), each run's; every label from 0 on has a run.
        """
        order = in_order(label)
        first = np.flatnonzero(np.diff(label[order], prepend=-1))
        if not first.size:
            return np.zeros((0, 4), np.intp), first
        start, stop, row = self.start[order], self.stop[order], self.row[order]
        x, y = np.minimum.reduceat(start, first), row[first]
        last = np.append(first[1:], row.size) - 1
        wide, high = np.maximum.reduceat(stop, first) - x, row[last] + 1 - y
        return np.stack([x, y, wide, high], axis=1), np.add.reduceat(stop - start, first)

    def heaped(self, beyond: Ints, size: int) -> tuple[Ints, Ints]:
        """Count the runs over each of `size` columns, and sum up their rows; (size,) both.

        `beyond` is (R,), by how much each run is moved to the right.
        """
        start, stop = self.start + beyond, self.stop + beyond
        begun, ended = (np.bincount(at, minlength=size + 1) for at in (start, stop))
        above, below = (np.bincount(at, self.row, minlength=size + 1) for at in (start, stop))
        return np.cumsum(begun - ended)[:size], np.cumsum(above - below)[:size].astype(np.intp)

    def painted(self, value: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        """Return a picture of `shape`, 0 beside the runs, each run's value, (R,), on it."""
        before = self.row * shape[1]
        ends = np.zeros(2 * self.row.size + 2, np.intp)
        ends[1:-1:2], ends[2:-1:2], ends[-1] = (
            self.start + before,
            self.stop + before,
            np.prod(shape),
        )
        values = np.zeros(2 * self.row.size + 1, value.dtype)
        values[1::2] = value
        return np.repeat(values, np.diff(ends)).reshape(shape)


def _merged(known: Ints, asked: Ints, after: bool) -> Ints:
    """Return where sorted numbers go among other sorted ones, `after` equal ones or before them.

    This is `np.searchsorted`; to sort what is sorted in two halves takes a third of its time.
    """
    order = np.argsort(np.concatenate((known, asked) if after else (asked, known)), kind="stable")
    place = np.flatnonzero(order >= known.size if after else order < asked.size)
    return place - np.arange(asked.size)


def in_order(labels: Ints) -> Ints:
    """Return the stable order of labels from 0 on: NumPy sorts short numbers by counting."""
    few = labels.max(initial=0) < 1 << 16
    return np.argsort(labels.astype(np.uint16) if few else labels, kind="stable")


def lowest(count: int, first: Ints, second: Ints) -> Ints:
    """Return for each of `count` things the lowest that pairs connect it with; (count,).

    `first` and `second` are (M,) each, the lower and the higher of each pair.
    """
    root = np.arange(count)
    root[second[::-1]] = first[::-1]
    while True:
        # Each takes the root of the one that it hangs on, roots that meet the lowest of them.
        while ((above := root[root]) != root).any():
            root = above
        first, second = root[first], root[second]
        apart = first != second
        if not apart.any():
            return root
        first, second = first[apart], second[apart]
        np.minimum.at(root, np.maximum(first, second), np.minimum(first, second))


def true_places(flags: NDArray[np.bool_]) -> Ints:
    """Return where (N,) flags are true: `np.flatnonzero`, quicker as most of them are false."""
    eights = flags[: flags.size // 8 * 8].view(np.uint64)
    place = np.flatnonzero(eights != 0)
    at = np.flatnonzero(eights.take(place).view(np.bool_))
    # NumPy divides whole numbers, and has the rest, in ten times the time of these.
    place = (place << 3).take(at >> 3)
    place += at & 7
    return np.concatenate([place, np.flatnonzero(flags[8 * eights.size :]) + 8 * eights.size])


def spread(start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Return the whole numbers in N ranges: (P,) the range, (P,) the number."""
    count = np.maximum(stop - start, 0)
    within = np.repeat(np.arange(count.size), count)
    return within, np.arange(within.size) + (start - np.cumsum(count) + count)[within]


def near_pairs(asked: NDArray[Any], known: NDArray[Any], limit: float) -> tuple[Ints, Ints]:
    """Return the pairs of `asked` and `known` numbers that differ by no more than a limit.

    They are (P,) indices of either. On squared paper all pairs of cells would be far too many.
    """
    order = np.argsort(known, kind="stable")
    first = np.searchsorted(known, asked - limit, "left", sorter=order)
    which, place = spread(first, np.searchsorted(known, asked + limit, "right", sorter=order))
    return which, order[place]
