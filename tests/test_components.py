"""Connected components, labelled whole and again where ink was taken away."""

from __future__ import annotations

import cv2
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


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3])
@pytest.mark.parametrize("shape", [(300, 400), (301, 399)])
def test_a_large_mask_is_labelled_as_opencv_does(shape: tuple[int, int], share: float) -> None:
    mask = (np.random.default_rng(0).random(shape) < share).astype(np.uint8)
    count, labels, stats = components(mask)
    theirs = cv2.connectedComponentsWithStatsWithAlgorithm(mask, 8, cv2.CV_32S, cv2.CCL_GRANA)
    assert count == theirs[0]
    assert labels.dtype == stats.dtype == np.int32
    np.testing.assert_array_equal(labels, theirs[1])
    np.testing.assert_array_equal(stats, theirs[2])


@pytest.mark.parametrize("shape", [(1, 1), (5, 7), (64, 48), (300, 400)])
def test_where_all_is_ink_the_ground_is_empty(shape: tuple[int, int]) -> None:
    height, width = shape
    count, _, stats = components(np.ones(shape, np.uint8))
    assert count == 2
    assert stats.tolist() == [[0] * 5, [0, 0, width, height, width * height]]
