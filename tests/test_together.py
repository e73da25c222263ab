"""Joined values are taken apart as they were joined."""

import numpy as np

from digitscan.reading.together import parted


def test_each_gets_its_own_rows_and_some_get_none() -> None:
    joined = np.arange(10).reshape(5, 2)
    parts = parted(joined, [2, 0, 3])
    assert [part.tolist() for part in parts] == [[[0, 1], [2, 3]], [], [[4, 5], [6, 7], [8, 9]]]
    assert parted(joined[:0], []) == []
