"""Ink as stretches of pixels in a row: a fifth as many as pixels, and as good to measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from digitscan.reading.geometry import Ink
from digitscan.reading.runs import in_order
from digitscan.types import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """The ink of labelled pieces in rows of pixels, row by row within each piece.

    The stretches of piece p, counted from 0, are `starts[p]` to `starts[p + 1]`; (P + 1,).
    """

    ink: Ink
    starts: Ints

    @property
    def owner(self) -> Ints:
        """(K,) the piece that each stretch is of."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    @property
    def areas(self) -> Ints:
        """(P,) the pixels of each piece."""
        _, first, end = self.ink
        wide = np.append(0, np.cumsum(end - first))[self.starts]
        return np.diff(wide)

    def parted(self, counts: Sequence[int]) -> list[Stretches]:
        """Return those of so many pieces and those of the next ones, each counted from 0 again."""
        ends = np.cumsum(counts).tolist()
        return [
            Stretches(self.ink, self.starts[end - count : end + 1])
            for count, end in zip(counts, ends, strict=True)
        ]

    def of_runs(self, runs: Iterable[tuple[int, int]]) -> list[Ink]:
        """Return the ink of runs of pieces, each its first piece and how many they are."""
        starts = self.starts.tolist()
        return [self.ink[:, starts[first] : starts[first + count]] for first, count in runs]


def stretches_of(pictures: Sequence[Ints], counts: Sequence[int]) -> Stretches:
    """Find the stretches of labels in pictures.

    Parameters
    ----------
    pictures
        (h, w) int32 each, 0 for no ink, 1..count for its pieces.
    counts
        How many pieces there are in each; they are counted on from one picture to the next.
    """
    shapes = np.array([picture.shape for picture in pictures], np.intp)
    heights, widths = shapes.reshape(-1, 2).T
    flat = np.concatenate([np.zeros(0, np.int32), *(picture.ravel() for picture in pictures)])
    width = np.repeat(widths, heights)  # of each row of all pictures
    begin = np.cumsum(width) - width
    border = np.ones(flat.size + 1, np.bool_)
    np.not_equal(flat[1:], flat[:-1], out=border[1:-1])
    border[begin] = True
    at = np.flatnonzero(border)
    new_row = np.zeros(flat.size, np.bool_)
    new_row[begin] = True
    row = np.cumsum(new_row.take(at[:-1])) - 1
    label = flat.take(at[:-1])
    inked = np.flatnonzero(label)
    row, label, start, end = row[inked], label[inked], at[inked], at[inked + 1]
    above = np.repeat(np.cumsum(heights) - heights, heights)  # rows of the pictures before
    pieces = np.array(counts, np.intp)
    before = np.repeat(np.cumsum(pieces) - pieces, heights)  # pieces of the pictures before
    piece = label + before[row] - 1
    order = in_order(piece)
    row, start, end = row[order], start[order], end[order]
    starts = np.append(0, np.cumsum(np.bincount(piece, minlength=pieces.sum())))
    return Stretches(np.stack([row - above[row], start - begin[row], end - begin[row]]), starts)
