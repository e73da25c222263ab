"""Connected components, labelled whole and again where ink was taken away."""

from __future__ import annotations

import numpy as np
import pytest

from digitscan.reading.components import components, label_again


@pytest.mark.parametrize("seed", range(20))
def test_labelling_again_what_was_cut_gives_what_labelling_all_of_it_gives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = (rng.random((23, 41)) < 0.35).astype(np.uint8)
    _, labels, stats = components(mask)
    cut = mask.copy()
    cut[4:20, 20] = 0
    every, order = label_again(cut, labels, stats, np.unique(labels[cut != mask]))
    order = order[every[order, 4] > 0]
    count, expected, boxes = components(cut)
    number = np.zeros(len(every), np.int32)
    number[order] = np.arange(len(order))
    assert len(order) == count
    np.testing.assert_array_equal(every[order][1:], boxes[1:])
    np.testing.assert_array_equal(number[labels], expected)


@pytest.mark.parametrize("shape", [(1, 1), (5, 7), (64, 48)])
def test_where_all_is_ink_the_ground_is_empty(shape: tuple[int, int]) -> None:
    height, width = shape
    count, _, stats = components(np.ones(shape, np.uint8))
    assert count == 2
    assert stats.tolist() == [[0] * 5, [0, 0, width, height, width * height]]
