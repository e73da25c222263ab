"""The quick network learns what the glyph network says; stopped, it goes on where it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from digitnet.glyph_data import Examples
from digitnet.networks import quick
from digitnet.publish_quick import agreement
from digitnet.train_quick import QuickRecipe, Teacher, fit_quick, lessons
from digitscan.reading.engine import load_glyph_engine, shipped_weights

LITTLE = QuickRecipe(passes=1, batch=8)


@pytest.fixture
def examples() -> Examples:
    """Draw stems and bars."""
    crops = np.zeros((16, 28, 28), np.uint8)
    crops[::2, 4:24, 12:15] = 255
    crops[1::2, 12:15, 4:24] = 255
    return Examples(crops, np.full(16, -1), np.full(16, -1))


def test_the_teacher_says_what_the_reader_would_hear(examples: Examples) -> None:
    images = examples.crops[..., None].astype(np.float32) / np.float32(255)
    said = Teacher(shipped_weights()).say(images)
    heard = load_glyph_engine().classify(examples.crops)
    np.testing.assert_allclose(said["digit"], heard.digit, atol=1e-4)
    np.testing.assert_allclose(said["printed"][:, 0], heard.printed, atol=1e-4)


def test_a_pass_is_decided_by_its_number(examples: Examples) -> None:
    teacher = Teacher(shipped_weights())
    one, again, next_one = (
        next(iter(lessons(teacher, examples, LITTLE, step)))[0] for step in (3, 3, 4)
    )
    assert one.shape == (8, 28, 28, 1)
    np.testing.assert_array_equal(one, again)
    assert (one != next_one).any()


def test_a_training_is_gone_on_with(examples: Examples, tmp_path: Path) -> None:
    shards = [tmp_path / "a.npz", tmp_path / "b.npz"]
    for path in shards:
        examples.save(path)
    work, history = tmp_path / "work", tmp_path / "work" / "history.csv"
    fit_quick(shards, shipped_weights(), work, LITTLE)
    assert [row[0] for row in history.read_text().splitlines()] == ["0", "1"]
    model = fit_quick(shards, shipped_weights(), work, replace(LITTLE, passes=2))
    assert [row[0] for row in history.read_text().splitlines()] == ["0", "1", "2", "3"]
    assert model.count_params() == quick().count_params() < 130_000


def test_agreement_is_counted_of_all_and_of_the_sure() -> None:
    chances = np.eye(11, dtype=np.float32)[[1, 2, 3, 4]]
    chances[3] = 1 / 11
    taught = {"digit": np.eye(11, dtype=np.float32)[[1, 2, 5, 4]]}
    assert agreement(chances, taught) == {
        "count": 4,
        "same": 0.5,
        "sure": 0.75,
        "same where sure": pytest.approx(2 / 3),
    }
