"""Decoding the strip network's heads: places, strings, and CTC's sum over alignments."""

from __future__ import annotations

from itertools import groupby, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitnet.strip_format import BLANK
from digitscan.reading.strip_decoding import (
    candidates,
    ctc_log_probabilities,
    evidence,
    greedy_text,
    log_softmax,
    rank,
)
from digitscan.types import Floats


def center_map(*digits: tuple[int, int, int, float], width: int = 96) -> Floats:
    """Logits of the center head with a digit (value, column, row, objectness logit) each."""
    center = np.zeros((12, width // 4, 16), np.float32)
    center[..., 0] = -8
    for value, column, row, sure in digits:
        center[row, column, 0] = sure
        center[row, column, 1 + value] = 12
    return center


def ctc_map(text: str, length: int = 24, sure: float = 12) -> Floats:
    """Logits of the CTC head that spell `text`, a blank after every digit."""
    columns = np.zeros((length, 11), np.float32)
    columns[:, BLANK] = sure
    for place, sign in enumerate(text):
        columns[2 * place + 1, BLANK] = 0
        columns[2 * place + 1, int(sign)] = sure
    return columns


def collapse(path: tuple[int, ...]) -> str:
    """CTC's map from a path to its text: repeats into one, then blanks out."""
    return "".join(str(sign) for sign, _ in groupby(path) if sign != BLANK)


def test_a_text_has_the_probability_of_all_its_alignments() -> None:
    columns = log_softmax(np.random.default_rng(3).normal(0, 2, (4, 11)).astype(np.float32))
    for text in ("", "7", "77", "70", "123", "7777"):
        expected = sum(
            np.exp(sum(columns[t, sign] for t, sign in enumerate(path)))
            for path in product(sorted({BLANK, *map(int, text)}), repeat=4)
            if collapse(path) == text
        )
        got = np.exp(ctc_log_probabilities(columns[None], [[text, "12", ""]])[0][0])
        assert got == pytest.approx(expected, abs=1e-6), text


def test_strips_of_one_width_are_scored_together_as_alone() -> None:
    rng = np.random.default_rng(4)
    columns = log_softmax(rng.normal(0, 2, (3, 6, 11)).astype(np.float32))
    texts = [["7", "123", ""], [], ["44"]]
    together = ctc_log_probabilities(columns, texts)
    for one, proposed, logs in zip(columns, texts, together, strict=True):
        np.testing.assert_array_equal(logs, ctc_log_probabilities(one[None], [proposed])[0])


def test_strips_are_ranked_together_as_alone() -> None:
    looks = [evidence(center_map((4, 6, 6, 5.0)), ctc_map("4"))]
    others = [evidence(center_map((8, 6, 6, 5.0)), ctc_map(said, 30)) for said in ("8", "3")]
    alone = [[entry.score for entry in rank([strip])[0]] for strip in (looks, others)]
    together = rank([looks, others])
    assert [[entry.score for entry in strip] for strip in together] == alone


def test_greedy_reading_drops_repeats_and_blanks() -> None:
    columns = np.full((7, 11), -5, np.float32)
    for column, sign in enumerate((4, 4, BLANK, 4, 0, 0, BLANK)):
        columns[column, sign] = 5
    assert greedy_text(columns) == "440"


def test_candidates_are_peaks_from_left_to_right_with_their_boxes() -> None:
    found = candidates(center_map((7, 15, 6, 4.0), (3, 5, 6, 3.0)))
    assert found.classes.argmax(1).tolist() == [3, 7]
    # cell (6, 5) is centred on (22, 26); the usual size is 18 by 30
    np.testing.assert_allclose(found.boxes[0], [13, 11, 31, 41], atol=1e-4)


def test_one_digit_seen_twice_is_one_candidate() -> None:
    found = candidates(center_map((8, 5, 6, 4.0), (3, 7, 6, 1.0)))
    assert found.boxes[:, 0].tolist() == pytest.approx([13, 21])  # 8 px apart: two digits
    center = center_map((8, 5, 6, 4.0), (3, 7, 6, 1.0))
    center[6, 7, 11] = -0.9  # now the second says its middle is 7.2 px to the left
    assert candidates(center).classes.argmax(1).tolist() == [8]


def test_nothing_found_reads_as_the_empty_text() -> None:
    best = rank([[evidence(center_map(), ctc_map(""))]])[0][0]
    assert best.text == ""
    assert best.places == ()
    assert best.score > -0.1


def test_the_heads_correct_each_other() -> None:
    center = center_map((1, 4, 6, 5.0), (2, 12, 6, 5.0))
    center[6, 12, 1 + 7] = 12.5  # the center head leans to 7, not sure
    ranked = rank([[evidence(center, ctc_map("12"))]])[0]
    assert [entry.text for entry in ranked[:2]] == ["12", "17"]
    assert [place.value for place in ranked[0].places] == [1, 2]


def test_a_text_that_only_ctc_reads_takes_the_boxes_of_the_center_head() -> None:
    center = center_map((1, 4, 6, 5.0), (2, 12, 6, 5.0))  # no doubt at all: 12
    places = evidence(center, ctc_map("15")).strings["15"][1]
    assert [place.value for place in places] == [1, 5]
    assert places[1].box == pytest.approx((41, 11, 59, 41))


def test_looks_are_averaged() -> None:
    sure = evidence(center_map((4, 6, 6, 5.0)), ctc_map("4"))
    unsure = center_map((4, 6, 6, 5.0))
    unsure[6, 6, 1 + 9] = 13
    wavering = evidence(unsure, ctc_map("9", sure=2.0))
    assert rank([[wavering]])[0][0].text == "9"
    assert rank([[wavering, sure]])[0][0].text == "4"


@settings(deadline=None, max_examples=30)
@given(st.text("0123456789", max_size=5))
def test_a_clear_strip_reads_as_written(text: str) -> None:
    digits = [(int(sign), 2 + 5 * place, 6, 6.0) for place, sign in enumerate(text)]
    ranked = rank([[evidence(center_map(*digits, width=112), ctc_map(text))]])[0]
    assert ranked[0].text == text
    assert len(ranked[0].places) == len(text)
    assert all(a.score >= b.score for a, b in pairwise(ranked))
