"""Strings and strips: what is written, where its boxes are, how signs meet."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitnet.synthesis.pens import Pen
from digitnet.synthesis.printed import fonts_in
from digitnet.synthesis.strings import (
    Line,
    Styles,
    Writer,
    Written,
    random_digits,
    random_writer,
    write_number,
)
from digitnet.synthesis.strip_images import WIDTH, Sources, cells, make_strip, nothing

TEMPLATES_ONLY = Styles((), (), 1.0)
STEADY = Writer(30, Pen(1.4), unsteady=0.0, warp=0.0, slant=0.0)


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources(TEMPLATES_ONLY, None, fonts_in(None))


def written(gap: float, seed: int = 0) -> tuple[Line, list[Written]]:
    """Write the number 4723 with a gap given in digit heights."""
    line = Line(48, 300)
    writer = replace(STEADY, gap=gap, habits={})
    rng = np.random.default_rng(seed)
    return line, write_number(rng, line, writer, TEMPLATES_ONLY, [4, 7, 2, 3], 40.0, marks=False)


def test_a_number_is_written_from_left_to_right() -> None:
    line, digits = written(0.15)
    assert [digit.value for digit in digits] == [4, 7, 2, 3]
    middles = [digit.left + digit.right for digit in digits]
    assert middles == sorted(middles)
    for digit in digits:
        part = line.ink[digit.top : digit.bottom, digit.left : digit.right]
        assert part.max() == 1
        assert 24 <= digit.bottom - digit.top <= 40


def test_a_gap_keeps_digits_apart_and_a_negative_one_joins_them() -> None:
    def pieces(gap: float) -> float:
        counts = []
        for seed in range(12):
            line, _ = written(gap, seed)
            counts.append(cv2.connectedComponents((line.ink > 0.5).astype(np.uint8))[0] - 1)
        return float(np.mean(counts))

    assert pieces(0.3) > pieces(-0.1) + 1


def test_what_does_not_fit_is_not_written() -> None:
    line = Line(48, 60)
    rng = np.random.default_rng(0)
    digits = write_number(rng, line, STEADY, TEMPLATES_ONLY, [8] * 9, 40.0, marks=False)
    assert 0 < len(digits) < 5
    assert digits[-1].right <= 60


def test_slanted_signs_nest_row_by_row() -> None:
    line = Line(20, 60)
    leaning = np.eye(20, dtype=np.float32)[::-1]  # a slash
    line.put(leaning, 5, 0, 0)
    left, *_ = line.put(leaning, None, 0, 4)
    assert left < 5 + 12  # far less than behind its box


def test_a_writer_keeps_to_habits() -> None:
    writer = replace(STEADY, faithful=1.0, gap=0.3, habits={})
    line = Line(48, 400)
    rng = np.random.default_rng(3)
    write_number(rng, line, writer, TEMPLATES_ONLY, [9, 9, 9, 9], 40.0, marks=False)
    assert list(writer.habits) == [9]


def test_random_numbers_and_writers_stay_in_range() -> None:
    rng = np.random.default_rng(0)
    lengths = {len(random_digits(rng)) for _ in range(200)}
    assert lengths == set(range(1, 10))
    for _ in range(50):
        writer = random_writer(rng)
        assert 13 <= writer.height <= 46
        assert writer.pen.radius > 0.2


def test_a_strip_is_decided_by_its_seed(sources: Sources) -> None:
    first, second = (make_strip(np.random.default_rng(9), sources) for _ in range(2))
    np.testing.assert_array_equal(first.pixels, second.pixels)
    assert first.digits == second.digits


def test_strips_hold_their_digits_in_order_and_inside(sources: Sources) -> None:
    rng = np.random.default_rng(0)
    strips = [make_strip(rng, sources) for _ in range(60)]
    assert sum(bool(strip.digits) for strip in strips) > 40
    assert sum(not strip.digits for strip in strips) > 2
    for strip in strips:
        assert strip.pixels.shape == (48, WIDTH)
        middles = [digit.left + digit.right for digit in strip.digits]
        assert middles == sorted(middles)
        for digit in strip.digits:
            assert 0 <= digit.left < digit.right <= WIDTH
            assert 0 <= digit.top < digit.bottom <= 48


def test_negatives_have_ink_and_no_digits(sources: Sources) -> None:
    rng = np.random.default_rng(2)
    lines = [Line(48, WIDTH) for _ in range(30)]
    assert [nothing(rng, line, sources) for line in lines] == [[]] * 30
    assert sum(line.ink.max() > 0.5 for line in lines) > 8


def test_cells_hold_at_most_one_digit_each_between_walls(sources: Sources) -> None:
    rng = np.random.default_rng(4)
    for _ in range(10):
        line = Line(48, WIDTH)
        digits = sorted(cells(rng, line, sources), key=lambda digit: digit.left)
        gaps = [b.left + b.right - a.left - a.right for a, b in itertools.pairwise(digits)]
        assert all(gap > 12 for gap in gaps)


def test_fonts_come_from_a_folder_or_from_matplotlib(tmp_path: Path) -> None:
    assert fonts_in(tmp_path) == ()
    assert any(path.name == "DejaVuSans.ttf" for path in fonts_in(None))
