"""Masks as runs of pixels: found, labelled, measured and painted."""

import cv2
import numpy as np
import pytest

from digitscan.reading.runs import Runs, lowest, near_pairs, spread, true_places
from digitscan.types import Mask

SMALL = np.array(
    [
        [1, 1, 0, 0, 1],
        [0, 0, 1, 0, 1],
        [0, 0, 0, 0, 0],
        [1, 0, 0, 1, 1],
    ],
    np.uint8,
)


def speckled(share: float, seed: int = 0) -> Mask:
    return (np.random.default_rng(seed).random((61, 83)) < share).astype(np.uint8)


def test_runs_end_at_the_end_of_their_row() -> None:
    runs = Runs.of(SMALL)
    assert runs.row.tolist() == [0, 0, 1, 1, 3, 3]
    assert runs.start.tolist() == [0, 4, 2, 4, 0, 3]
    assert runs.stop.tolist() == [2, 5, 3, 5, 1, 5]


@pytest.mark.parametrize(
    ("beside", "rows", "labels"),
    [
        (0, 1, [0, 1, 2, 1, 3, 4]),
        (1, 1, [0, 1, 0, 1, 2, 3]),
        (1, 2, [0, 0, 0, 0, 1, 0]),
    ],
)
def test_what_is_connected_depends_on_how_far_it_reaches(
    beside: int, rows: int, labels: list[int]
) -> None:
    assert Runs.of(SMALL).connected(beside, rows).tolist() == labels


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4, 0.6, 1.0])
@pytest.mark.parametrize("beside", [0, 1])
def test_labels_and_measures_are_as_opencv_has_them(share: float, beside: int) -> None:
    mask = speckled(share)
    runs = Runs.of(mask)
    label = runs.connected(beside)
    boxes, area = runs.measured(label)
    _, labelled, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8 if beside else 4)
    theirs = np.asarray(labelled)[runs.row, runs.start]
    assert len(boxes) == np.unique(theirs).size
    for own, other in zip(label.tolist(), theirs.tolist(), strict=True):
        assert [*boxes[own].tolist(), area[own]] == stats[other].tolist()


def test_rows_are_summed_up_over_each_column() -> None:
    mask = speckled(0.3)
    count, total = Runs.of(mask).heaped(np.intp(5) + 0 * Runs.of(mask).row, 90)
    assert count[5:88].tolist() == mask.sum(axis=0).tolist()
    assert total[5:88].tolist() == (mask * np.arange(61)[:, None]).sum(axis=0).tolist()
    assert not count[:5].any()


def test_painted_runs_are_the_mask_again() -> None:
    mask = speckled(0.3)
    runs = Runs.of(mask)
    picture = runs.painted(np.full(runs.row.size, 7, np.uint16), mask.shape)
    assert picture.dtype == np.uint16
    assert (picture == 7 * mask).all()


def test_gaps_are_bridged_within_a_row_only() -> None:
    place = np.array([0, 1, 1, 4, 8, 10])  # in rows of ten
    runs = Runs.through(place, 10, 3)
    assert runs.row.tolist() == [0, 0, 1]
    assert runs.start.tolist() == [0, 8, 0]
    assert runs.stop.tolist() == [5, 9, 1]
    assert runs.at(np.array([0, 1]), np.array([8, 0])).tolist() == [1, 2]


@pytest.mark.parametrize("size", [0, 1, 7, 8, 1001])
def test_true_places_are_numpys(size: int) -> None:
    flags = np.random.default_rng(size).random(size) < 0.1
    assert true_places(flags).tolist() == np.flatnonzero(flags).tolist()


def test_things_connected_by_way_of_others_know_the_lowest() -> None:
    first, second = np.array([[3, 1, 0, 5], [4, 4, 1, 5]])
    assert lowest(6, first, second).tolist() == [0, 0, 2, 0, 0, 5]
    assert lowest(2, first[:0], second[:0]).tolist() == [0, 1]


def test_ranges_are_spread_out_and_empty_ones_are_nothing() -> None:
    which, number = spread(np.array([3, 9, 5]), np.array([5, 8, 6]))
    assert which.tolist() == [0, 0, 2]
    assert number.tolist() == [3, 4, 5]


def test_pairs_are_near_as_far_as_the_limit_and_no_farther() -> None:
    asked, known = np.array([10, 50]), np.array([55, 12, 7, 14])
    first, second = near_pairs(asked, known, 3)
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 1), (0, 2)]
