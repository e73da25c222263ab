"""The best path: plain arithmetic on arcs, and a lattice read with given probabilities."""

import cv2
import numpy as np
import pytest

from digitscan.reading.find import Word
from digitscan.reading.glyphs import GlyphDigit, GlyphReading, known_runs, run_inks, run_scores
from digitscan.reading.graphs import Graphs, graphs_of
from digitscan.reading.paths import best_paths, likely_texts, read_graphs
from digitscan.reading.slashes import leaning_bars
from digitscan.reading.split import Lattice, ink_of, lattice_of
from digitscan.types import Box, Floats


def test_the_best_path_covers_every_piece_and_the_next_best_has_another_text() -> None:
    arcs = [(0, 1, 0, 4, -1.0), (1, 1, 1, 1, -1.0), (0, 2, 2, 9, -0.5), (0, 2, 2, 4, -0.7)]
    paths = best_paths(2, arcs, [-5.0, -5.0])
    assert paths[0] == (-0.5, ((2, 9),))
    assert paths[1] == (-0.7, ((2, 4),))
    assert paths[2] == (-2.0, ((0, 4), (1, 1)))


def test_a_piece_may_be_left_out_at_its_price() -> None:
    paths = best_paths(2, [(0, 1, 0, 7, -0.1)], [-9.0, -0.25])
    assert paths[0][1] == ((0, 7),)
    assert abs(paths[0][0] + 0.35) < 1e-6


def test_nothing_to_read_is_an_empty_path() -> None:
    assert best_paths(0, [], []) == [(0.0, ())]


def two_bars_and_a_dot() -> np.ndarray:
    labels = np.zeros((30, 40), np.int32)
    labels[:, 2:6] = 1
    labels[:, 14:18] = 2
    labels[27:30, 25:28] = 3
    return labels


def sure(values: list[int]) -> np.ndarray:
    probability = np.full((len(values), 11), 0.002, np.float32)
    probability[np.arange(len(values)), values] = 0.98
    return probability


def graph(lattice: Lattice, probability: Floats, height: float = 30) -> Graphs:
    return graphs_of([lattice], probability, [height], 4, ink_of([lattice]))


def read(lattice: Lattice, values: list[int]) -> GlyphReading:
    return read_graphs(graph(lattice, sure(values)))[0]


def steps(digits: tuple[GlyphDigit, ...]) -> list[tuple[int, int, float]]:
    return [(digit.run, digit.value, digit.probability) for digit in digits]


def test_words_are_read_together_as_alone() -> None:
    labels = two_bars_and_a_dot()
    lattices = [
        lattice_of(labels[:, :end], [-1] * n, [False] * n, 30) for end, n in ((40, 3), (10, 1))
    ]
    scores = [sure([1, 10, 10, 4, 10, 10]), sure([7])]
    graphs = graphs_of(lattices, np.concatenate(scores), [30, 25], 4, ink_of(lattices))
    together = read_graphs(graphs)
    for index, (lattice, height) in enumerate(zip(lattices, (30, 25), strict=True)):
        own = graph(lattice, scores[index], height)
        (alone,) = read_graphs(own)
        reading = together[index]
        assert (steps(alone.digits), alone.lead) == (steps(reading.digits), reading.lead)
        assert (alone.skipped, alone.odds.tolist()) == (reading.skipped, reading.odds.tolist())
        texts, same = likely_texts(own, 0), likely_texts(graphs, index)
        assert [(text.text, text.score) for text in texts] == [(t.text, t.score) for t in same]
    assert [reading.text for reading in together] == ["14", "7"]


@pytest.mark.parametrize("digit", [0.98, 0.3, 0.01])
@pytest.mark.parametrize("wide", [4, 12])
def test_pieces_that_go_with_no_other_are_read_as_on_the_best_path(digit: float, wide: int) -> None:
    labels = np.zeros((30, 90), np.int32)
    for index, x in enumerate((2, 30, 60), 1):
        labels[: 30 if index < 3 else 8, x : x + wide] = index
    lattice = lattice_of(labels, [0, 1, 2], [True] * 3, 30)
    assert lattice.runs.tolist() == [[0, 1], [1, 1], [2, 1]]
    chances = np.full((3, 11), 0.002, np.float32)
    chances[[0, 1, 2], [5, 5, 7]] = digit
    chances[:, 3] = 0.01
    chances[:, 10] = 0.98 - digit
    graphs = graph(lattice, chances)
    (reading,), (best, second, *_) = read_graphs(graphs), likely_texts(graphs, 0)
    assert steps(reading.digits) == steps(best.digits)
    assert reading.lead == pytest.approx(best.score - second.score)
    assert len(reading.odds) == len(reading.digits)
    left = {0, 1, 2} - {one.run for one in reading.digits}
    assert reading.skipped == pytest.approx(graphs.lengths[sorted(left)].sum())


def test_two_bars_are_two_ones_and_the_dot_is_left_out() -> None:
    lattice = lattice_of(two_bars_and_a_dot(), [-1] * 3, [False] * 3, height=30)
    assert lattice.runs.tolist() == [[0, 1], [0, 2], [0, 3], [1, 1], [1, 2], [2, 1]]
    reading = read(lattice, [1, 10, 10, 1, 10, 10])
    assert reading.text == "11"
    assert reading.lead > 2
    assert abs(reading.skipped - 9 / 120) < 1e-6


def test_when_the_pair_reads_better_it_wins() -> None:
    lattice = lattice_of(two_bars_and_a_dot(), [-1] * 3, [False] * 3, height=30)
    reading = read(lattice, [10, 4, 10, 10, 10, 10])
    assert reading.text == "4"


def test_what_is_known_of_whole_components_is_not_asked_again() -> None:
    labels = two_bars_and_a_dot()
    lattice = lattice_of(labels, [1, 0, ~2], [False] * 3, height=30)
    known = np.zeros((3, 11), np.float32)
    known[1, 7] = 1  # the second component is the first piece
    darkness, box = np.full((30, 40), 255, np.uint8), Box(0, 0, 40, 30)
    word = Word(box, labels, lattice.boxes[[1, 0]], darkness, -1, 30.0)
    fresh = sure([1, 2, 3, 4, 5])
    runs = known_runs([lattice], [known])
    assert len(run_inks(word, lattice, np.asarray(~runs.any(1)))) == len(fresh)
    scores = run_scores(runs, fresh)
    assert scores.argmax(1).tolist() == [7, 1, 2, 3, 4, 5]


def test_all_pieces_of_a_cut_component_are_known_as_it_is() -> None:
    lattice = lattice_of(two_bars_and_a_dot(), [~0, ~0, 1], [False] * 3, height=30)
    known = sure([4, 5])
    runs = known_runs([lattice], [known])
    assert lattice.runs[runs.any(1)].tolist() == [[0, 2], [2, 1]]
    assert runs[runs.any(1)].tolist() == known.tolist()


def stroke_lattice(*ends: tuple[tuple[int, int], tuple[int, int]]) -> Lattice:
    """Make a lattice of strokes 3 wide, each a piece of its own."""
    labels = np.zeros((44, 90), np.int32)
    for index, (first, last) in enumerate(ends, 1):
        cv2.line(labels, first, last, index, 3)
    return lattice_of(labels, [-1] * len(ends), [False] * len(ends), height=40)


def bars(lattice: Lattice, height: float) -> list[bool]:
    return [bool(bar) for bar in leaning_bars([lattice], ink_of([lattice]), [height])]


def test_a_straight_stroke_that_leans_right_may_be_a_slash() -> None:
    slash, upright, backward = ((5, 41), (28, 2)), ((40, 41), (44, 2)), ((60, 2), (83, 41))
    assert bars(stroke_lattice(slash, upright, backward), 40) == [True, False, False]


@pytest.mark.parametrize(("top", "slash"), [(2, True), (14, False)])
def test_in_slanted_writing_a_slash_is_higher_than_the_digits(top: int, slash: bool) -> None:
    labels = np.zeros((60, 150), np.int32)
    for index, x in enumerate((25, 120)):  # 0s that lean as much as the stroke between
        cv2.ellipse(labels, (x, 34), (9, 20), 27, 0, 360, 2 * index + 1, 3)
    cv2.line(labels, (60, 54), (60 + (54 - top) // 2, top), 2, 3)
    lattice = lattice_of(labels, [-1] * 3, [False] * 3, height=38)
    assert bars(lattice, 38) == [False, slash, False]


def test_a_short_or_bent_stroke_is_no_slash() -> None:
    labels = np.zeros((44, 60), np.int32)
    cv2.line(labels, (5, 30), (15, 12), 1, 3)
    cv2.polylines(labels, [np.array([(25, 12), (48, 2), (40, 41)], np.int32)], False, 2, 3)
    lattice = lattice_of(labels, [-1] * 2, [False] * 2, height=40)
    assert bars(lattice, 40) == [False, False]
