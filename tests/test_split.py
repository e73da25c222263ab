"""Over-segmentation: pieces, cuts and runs on literal ink."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitscan.reading.cuts import find_cuts
from digitscan.reading.find import Word
from digitscan.reading.split import MAX_RUN, ink_of, lattice_of, list_runs, split, split_words
from digitscan.types import Box


def joined_bars() -> np.ndarray:
    """Draw two bars 30 high, joined by a thin bridge: the border is in the bridge."""
    ink = np.zeros((30, 25), np.uint8)
    ink[:, 2:6] = 1
    ink[:, 19:23] = 1
    ink[14:16, 6:19] = 1
    return ink


def ring() -> np.ndarray:
    """Draw a 0, 30 high, stroke 4."""
    ink = np.zeros((30, 26), np.uint8)
    ink[:, :] = 1
    ink[4:26, 4:22] = 0
    return ink


def test_a_bridge_is_cut_between_the_bars() -> None:
    cuts = find_cuts(joined_bars(), stroke=4, height=30)
    assert any((cut >= 5).all() and (cut < 19).all() for cut in cuts)


def test_a_loop_is_not_cut_at_the_price_of_a_bridge() -> None:
    assert find_cuts(ring(), stroke=1.5, height=30) == []


def test_a_narrow_stroke_is_never_cut() -> None:
    assert find_cuts(np.ones((30, 4), np.uint8), stroke=4, height=30) == []


def test_cuts_come_left_to_right_and_apart() -> None:
    ink = np.zeros((30, 120), np.uint8)
    ink[14:16] = 1
    middles = [cut.mean() for cut in find_cuts(ink, stroke=2, height=30)]
    assert len(middles) >= 3
    assert np.diff(middles).min() >= 0.2 * 30


def test_runs_join_neighbours_up_to_three_but_not_over_a_wide_gap() -> None:
    boxes = np.array([[0, 0, 8, 30], [10, 0, 8, 30], [20, 0, 8, 30], [60, 0, 8, 30]], np.int32)
    runs, around = list_runs(boxes, np.zeros(4, np.bool_), height=30)
    assert runs.tolist() == [[0, 1], [0, 2], [0, 3], [1, 1], [1, 2], [2, 1], [3, 1]]
    assert around[2].tolist() == [0, 0, 28, 30]


def test_what_surely_is_a_digit_is_joined_with_no_other_such() -> None:
    boxes = np.array([[0, 0, 8, 30], [10, 0, 8, 30], [20, 0, 8, 30]], np.int32)
    runs, _ = list_runs(boxes, np.array([True, False, True]), height=30)
    assert runs.tolist() == [[0, 1], [0, 2], [1, 1], [1, 2], [2, 1]]


def test_pieces_know_which_component_they_are() -> None:
    labels = np.zeros((30, 60), np.int32)
    labels[:, 40:44], labels[:, 5:30] = 1, 2
    parts = np.array([[40, 0, 4, 30], [5, 0, 25, 30]], np.int32)
    word = Word(Box(0, 0, 60, 30), labels, parts, np.zeros((30, 60), np.uint8), -1, 30.0)
    assert split(word, np.array([False, True]), 4).parts.tolist() == [1, 0]
    labels[:14, 10:25] = labels[16:, 10:25] = 0  # now two bars, joined by a bridge: it is cut
    *pieces, bar = split(word, np.array([False, False]), 4).parts.tolist()
    assert bar == 0
    assert len(pieces) > 1
    assert set(pieces) == {~1}


def test_pieces_are_numbered_left_to_right_whatever_their_labels() -> None:
    labels = np.array([[0, 3, 0, 1], [0, 3, 0, 1]], np.int32)
    lattice = lattice_of(labels, [-1] * 3, [False] * 3, height=2)
    assert lattice.labels.tolist() == [[0, 1, 0, 2], [0, 1, 0, 2]]
    assert lattice.boxes.tolist() == [[1, 0, 1, 2], [3, 0, 1, 2]]
    assert ink_of([lattice]).areas.tolist() == [2, 2]


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(2, 60))
def test_every_pixel_of_ink_is_in_exactly_one_piece(seed: int, height: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 5, (height, width)).astype(np.int32)
    lattice = lattice_of(labels, [-1] * 4, [False] * 4, height=height)
    assert ((lattice.labels > 0) == (labels > 0)).all()
    assert ink_of([lattice]).areas.sum() == np.count_nonzero(labels)
    assert (lattice.runs[:, 1] <= MAX_RUN).all()
    for index, (x, y, w, h) in enumerate(lattice.boxes.tolist()):
        rows, columns = np.nonzero(lattice.labels == index + 1)
        assert (columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1) == (x, y, w, h)


def test_a_slash_is_one_piece_however_wide() -> None:
    labels = np.zeros((60, 36), np.int32)
    cv2.line(labels, (2, 57), (32, 2), 1, 5)
    parts, darkness = np.array([[0, 0, 36, 60]]), np.zeros((60, 36), np.uint8)
    word = Word(Box(0, 0, 36, 60), labels, parts, darkness, -1, 50.0)
    assert len(split(word, np.array([False]), stroke=5).boxes) == 1


def test_words_are_cut_together_as_alone() -> None:
    boxes = [
        [(0, 0, 4, 30), (20, 0, 4, 30)],  # two digits beside one another: taken as they are
        [(0, 0, 4, 30), (20, 0, 4, 30)],  # one of them in doubt
        [(0, 0, 4, 30), (2, 0, 30, 30)],  # in one another's box
        [(0, 0, 4, 30), (20, 24, 4, 6)],  # a dot behind
        [(0, 0, 25, 30)],
    ]
    whole = [np.array(known) for known in ([1, 1], [1, 0], [1, 1], [1, 1], [0])]
    words = []
    for parts in boxes:
        labels = np.zeros((30, 40), np.int32)
        for index, (x, y, width, height) in enumerate(parts, 1):
            labels[y : y + height, x + width - 4 : x + width] = index
        darkness = (labels > 0) * np.uint8(255)
        words.append(Word(Box(0, 0, 40, 30), labels, np.array(parts, np.int32), darkness, -1, 30.0))
    known = [own > 0 for own in whole]
    for word, own, found in zip(words, known, split_words(words, known, 4.0), strict=True):
        alone = split(word, own, 4.0)
        for name in ("labels", "boxes", "parts", "runs", "run_boxes"):
            assert np.array_equal(getattr(found, name), getattr(alone, name)), name
    assert split_words([], [], 4.0) == []
