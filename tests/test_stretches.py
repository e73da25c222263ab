"""Ink in stretches of pixels: all of it, by piece."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from digitscan.reading.bars import bars_of, find_bars
from digitscan.reading.stretches import stretches_of

PICTURES = st.lists(
    arrays(np.int32, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.integers(0, 3)),
    max_size=3,
)


@given(PICTURES)
def test_stretches_hold_each_pixel_of_each_piece_once(pictures: list[np.ndarray]) -> None:
    found = stretches_of(pictures, [3] * len(pictures))
    for picture, ink in zip(pictures, found.parted([3] * len(pictures)), strict=True):
        for piece in range(3):
            drawn = np.zeros_like(picture)
            (own,) = ink.of_runs([(piece, 1)])
            for row, first, end in own.T.tolist():
                drawn[row, first:end] += 1
            assert (drawn == (picture == piece + 1)).all()


def test_some_pieces_together_are_those_of_a_run() -> None:
    ink = stretches_of([np.array([[1, 1, 0, 2], [2, 0, 3, 3]])], [3])
    (run,) = ink.of_runs([(0, 2)])
    assert run.tolist() == [[0, 0, 1], [0, 3, 0], [2, 4, 1]]
    assert ink.owner.tolist() == [0, 1, 1, 2]


def test_bars_are_measured_as_by_their_pixels() -> None:
    picture = np.zeros((60, 90), np.int32)
    cv2.line(picture, (10, 50), (30, 8), 1, 4)
    cv2.ellipse(picture, (60, 30), (12, 20), 20, 0, 360, 2, 4)
    ink = stretches_of([picture], [2])
    lean, straight = bars_of(ink.ink, ink.owner, 2)
    by_pixels, _ = find_bars(picture, 2)
    assert lean.tolist() == pytest.approx(by_pixels.tolist())
    assert straight.tolist() == [True, False]
