"""The figures of a classifier, on answers small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitnet.digits import Digits
from digitnet.evaluate import (
    as_text,
    error_by_coverage,
    evaluate,
    expected_calibration_error,
    reliability,
    worst_mistakes,
)

LABELS = np.array([0, 1, 1, 7], np.uint8)


def answers(*pairs: tuple[int, float], classes: int = 10) -> NDArray[np.float64]:
    """Make rows that give a class its probability and share the rest among the others."""
    rows = np.empty((len(pairs), classes))
    for row, (answer, probability) in zip(rows, pairs, strict=True):
        row[:] = (1 - probability) / (classes - 1)
        row[answer] = probability
    return rows


def digits() -> Digits:
    return Digits(np.zeros((4, 28, 28), np.uint8), LABELS)


def test_the_figures_of_four_answers() -> None:
    found = evaluate(answers((0, 0.9), (1, 0.8), (7, 0.55), (7, 0.7)), LABELS)
    assert found.accuracy == 0.75
    missed = (1 - 0.55) / 9
    assert found.loss == pytest.approx(-np.log([0.9, 0.8, missed, 0.7]).mean())
    assert found.confusion.sum() == 4
    assert [found.confusion[truth, answer] for truth, answer in [(0, 0), (1, 1), (1, 7)]] == [1] * 3
    one, seven = found.per_class[1], found.per_class[7]
    assert (one.precision, one.recall, one.count) == (1.0, 0.5, 2)
    assert (seven.precision, seven.recall, seven.count) == (0.5, 1.0, 1)
    assert (found.per_class[4].precision, found.per_class[4].count) == (0.0, 0)
    assert found.rejected is None


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    confidences = np.array([0.95, 0.95, 0.55, 0.55])
    right = np.array([True, True, True, False])
    # two bins of two: 0.95 against 1 and 0.55 against 0.5
    assert expected_calibration_error(confidences, right, bins=10) == pytest.approx(0.05)
    mean, accuracy, counts = reliability(confidences, right, bins=10)
    assert counts.tolist() == [0, 0, 0, 0, 0, 2, 0, 0, 0, 2]
    assert (mean[5], accuracy[5], mean[9], accuracy[9]) == pytest.approx((0.55, 0.5, 0.95, 1))
    assert np.isnan(mean[0])


@pytest.mark.parametrize(("confidence", "place"), [(0.0, 0), (0.1, 0), (0.11, 1), (1.0, 9)])
def test_every_confidence_has_a_bin(confidence: float, place: int) -> None:
    _, _, counts = reliability(np.array([confidence]), np.array([True]), bins=10)
    assert counts[place] == 1


def test_error_falls_as_the_doubtful_are_left_out() -> None:
    confidences = np.array([0.6, 0.99, 0.7, 0.9])
    right = np.array([False, True, False, True])
    np.testing.assert_allclose(error_by_coverage(confidences, right), [0, 0, 1 / 3, 0.5])


def test_the_worst_mistakes_are_the_most_confident_ones() -> None:
    found = evaluate(answers((3, 0.6), (1, 0.9), (2, 0.95), (4, 0.7)), LABELS)
    assert worst_mistakes(found, digits()).tolist() == [2, 3, 0]
    assert worst_mistakes(found, digits(), most=1).tolist() == [2]


def test_a_network_that_rejects_is_scored_over_the_ten_digits() -> None:
    given = answers((0, 0.9), (1, 0.8), (10, 0.7), (10, 1.0), classes=11)
    given[2, 1] = 0.2  # its best digit is right
    given[3, :10] = 0  # and here it says nothing of the digits: no number may become NaN
    found = evaluate(given, LABELS)
    assert found.rejected == 0.5
    assert found.accuracy == 0.75
    assert np.isfinite(found.loss)
    ten = given[:3, :10] / given[:3, :10].sum(1, keepdims=True)
    np.testing.assert_allclose(found.confidences[:3], ten.max(1))


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(N, 10\) or \(N, 11\), got \(4, 12\)"):
        evaluate(np.ones((4, 12)), LABELS)


def test_json_has_every_figure() -> None:
    found = evaluate(answers((0, 0.9), (1, 0.8), (7, 0.55), (7, 0.7)), LABELS)
    figures = json.loads(json.dumps(found.as_json()))
    assert figures["accuracy"] == 0.75
    assert figures["loss"] == found.loss
    assert figures["ece"] == found.ece
    assert figures["per_class"]["1"] == {"precision": 1.0, "recall": 0.5, "count": 2}
    assert figures["confusion"][1] == [0, 1, 0, 0, 0, 0, 0, 1, 0, 0]


def test_text_shows_every_figure() -> None:
    found = evaluate(answers((0, 0.9), (1, 0.8), (7, 0.55), (7, 0.7)), LABELS)
    text = as_text(found, digits())
    assert "accuracy  75.00%  (1 wrong)" in text
    assert "    1    100.00%  50.00%       2" in text
    assert "                        100%  25.00%" in text


def test_pictures(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib comes with the extra train")
    from digitnet.plots import evaluation_pictures

    found = evaluate(answers((0, 0.9), (1, 0.8), (7, 0.55), (7, 0.7)), LABELS)
    paths = evaluation_pictures(found, digits(), tmp_path / "new" / "folder")
    assert sorted(path.name for path in paths) == [
        "confusion.png",
        "coverage.png",
        "mistakes.png",
        "reliability.png",
    ]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)


def test_pictures_of_a_classifier_without_mistakes(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib comes with the extra train")
    from digitnet.plots import evaluation_pictures

    found = evaluate(answers((0, 0.9), (1, 0.8), (1, 0.9), (7, 0.7)), LABELS)
    assert len(evaluation_pictures(found, digits(), tmp_path)) == 4
