"""The decision model is fitted on strips whose truth is known."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("sklearn", reason="fitting needs the extra 'train'")
pytest.importorskip("keras", reason="the synthesis belongs to the extra 'train'")

from digitnet.synthesis.strings import Styles, Written
from digitnet.synthesis.strip_images import Sources
from digitscan.fit_decision import USUALLY_RIGHT, Samples, fit, truth_of, undecided
from digitscan.known_pages import form
from digitscan.reading.confidence import DecisionModel
from digitscan.reading.decide import FEATURES
from digitscan.reading.engine import read_card, shipped_weights
from digitscan.types import Box, Page

TEMPLATES = Sources(Styles((), (), 1.0), None, ())


def test_the_truth_of_a_word_is_the_digits_in_its_box() -> None:
    digits = [Written(value, left, 10, left + 10, 30) for value, left in ((7, 20), (4, 0))]
    digits.append(Written(8, 40, 10, 50, 30, printed=True))
    assert truth_of(Box(0, 0, 100, 50), digits) == "47"
    assert truth_of(Box(15, 0, 100, 50), digits) == "7"
    assert truth_of(Box(0, 40, 100, 20), digits) == ""


def test_a_form_holds_a_number_in_every_box_where_its_ink_is() -> None:
    page = form(np.random.default_rng(1), TEMPLATES)
    assert len(page.digits) >= 24
    for digit in page.digits:
        ink = page.pixels[digit.top : digit.bottom, digit.left : digit.right]
        assert ink.min() < 225
        assert page.pixels[:25].min() == 245


def fitted(samples: Samples) -> DecisionModel:
    return DecisionModel.of(fit(samples, FEATURES, USUALLY_RIGHT), FEATURES)


def test_a_regression_learns_which_feature_tells_right_from_wrong() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(0, 1, (400, len(FEATURES))).astype(np.float32)
    inputs[:, 0] = 1
    model = fitted([(row, bool(row[6] > 0.5)) for row in inputs])
    assert np.argmax(np.abs(model.slopes[1:])) == 5
    low, high = inputs[0].copy(), inputs[0].copy()
    low[6], high[6] = -1, 2
    assert model.confidence(low) < 0.5 < 0.9 < model.confidence(high)


def test_a_feature_that_tells_only_up_to_a_point_gets_a_bent_curve() -> None:
    rng = np.random.default_rng(1)
    inputs = np.zeros((4000, len(FEATURES)), np.float32)
    inputs[:, 0], inputs[:, 2] = 1, rng.uniform(0, 12, 4000)
    right = rng.random(4000) < np.minimum(0.3 + 0.15 * inputs[:, 2], 0.9)
    model = fitted(list(zip(inputs, right.tolist(), strict=True)))
    odds = [model.confidence(row) for row in points((0, 3, 6, 9, 12))]
    assert odds[1] - odds[0] > 0.1
    assert abs(odds[4] - odds[3]) < 0.03


def points(leads: tuple[float, ...]) -> NDArray[np.float32]:
    rows = np.zeros((len(leads), len(FEATURES)), np.float32)
    rows[:, 0], rows[:, 2] = 1, leads
    return rows


def test_wrong_ones_count_as_often_as_they_happen_on_paper() -> None:
    bare = np.zeros(len(FEATURES), np.float32)
    bare[0] = 1
    half = fitted([(bare, right) for right in (True, False) * 500])
    assert half.confidence(bare) == pytest.approx(USUALLY_RIGHT, abs=0.01)


def test_no_samples_say_what_is_usual_and_one_sided_samples_fit() -> None:
    ones = np.ones(len(FEATURES), np.float32)
    assert fitted([]).confidence(np.eye(len(FEATURES), dtype=np.float32)[0]) == pytest.approx(
        USUALLY_RIGHT, abs=0.01
    )
    assert fitted([(ones, True)] * 20).confidence(ones) > USUALLY_RIGHT


def test_networks_open_without_a_decision(tmp_path: Path) -> None:
    for name in ("glyph.tflite", "quick.tflite", "strip.tflite"):
        shutil.copy(shipped_weights() / name, tmp_path)
    card = read_card(shipped_weights())
    del card["decision"]
    (tmp_path / "card.json").write_text(json.dumps(card), "utf-8")
    reader = undecided(tmp_path)
    page = Page("form", 1, form(np.random.default_rng(2), TEMPLATES).pixels)
    (entries,) = reader.read_entries([reader.prepare(page)])
    assert len(entries.numbers) > 12
    assert all(entry.second is not None for entry in entries.numbers)
    assert any(entry.alone is not None for entry in entries.numbers)
    assert "decision" not in read_card(tmp_path)
