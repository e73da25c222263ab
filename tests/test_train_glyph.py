"""Training the glyph network: one tiny run from nothing, stopped and started again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="training needs the extra train")

from digitnet import train_glyph as training
from digitnet.digits import Digits
from digitnet.glyph_data import SHARES, Examples, draw_examples
from digitnet.glyph_draws import HAND, NOT_A_DIGIT, PRINT, UNKNOWN
from digitnet.glyph_jitter import jittered
from digitnet.glyph_sources import load_sources
from digitnet.publish_glyph import DATA_FILES
from digitscan.reading.engine import load_glyph_engine
from digitscan.reading.segments import segment_line
from tiny_sets import write_sets

TINY = training.Recipe(
    shards=2,
    shard_size=64,
    passes=1,
    batch=32,
    held_out=60,
    finish_shards=1,
    finish_passes=1,
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write all sets, a few glyphs of every class in each."""
    return write_sets(tmp_path_factory.mktemp("glyph") / "data", 6000)


def test_every_kind_of_example_has_its_labels(data: Path) -> None:
    sources = load_sources(data, None, segment_line, styles=100)
    for kind in SHARES:
        drawn = draw_examples(sources, 6, np.random.default_rng(1), {kind: 1.0})
        assert drawn.crops.shape == (6, 28, 28)
        assert all(crop.any() for crop in drawn.crops)
        if kind in ("plain", "hand_digit", "style_digit", "framed_digit", "print_digit"):
            assert (drawn.digit < NOT_A_DIGIT).all()
        elif "segment" not in kind:
            assert (drawn.digit == NOT_A_DIGIT).all()
        expected = UNKNOWN if kind == "mark" else PRINT if kind.startswith("print") else HAND
        assert set(drawn.printed.tolist()) == {expected}


def test_training_and_validation_share_nothing(data: Path) -> None:
    train = load_sources(data, None, segment_line, styles=50)
    held_out = load_sources(data, None, segment_line, held_out=True, styles=50)
    assert len(train.mnist) == 1000
    assert len(held_out.mnist) == 5000
    assert len(train.letters) + len(held_out.letters) == 40 + 60
    assert not set(train.typesetter.fonts) & set(held_out.typesetter.fonts)


def test_examples_come_back_from_disk(tmp_path: Path) -> None:
    examples = Examples(
        np.full((2, 28, 28), 7, np.uint8), np.array([3, 10]), np.array([0, -1], np.int64)
    )
    examples.save(tmp_path / "x.npz")
    loaded = Examples.load(tmp_path / "x.npz")
    np.testing.assert_array_equal(loaded.crops, examples.crops)
    np.testing.assert_array_equal(loaded.digit, examples.digit)
    np.testing.assert_array_equal(loaded.printed, examples.printed)


def test_jitter_moves_half_of_the_crops_a_little_and_wraps_nothing() -> None:
    crops = np.zeros((200, 28, 28), np.uint8)
    crops[:, 0, 14] = 255
    printed = np.tile([0, 1], 100)
    moved = jittered(crops, printed, np.random.default_rng(0))[..., 0]
    assert 60 < (moved * 255 != crops).any((1, 2)).sum() < 140
    rows, columns = np.nonzero(moved.max(0))
    assert rows.max() < 14
    assert abs(columns - 14).max() < 10


def test_a_tiny_run_stopped_and_resumed_ends_in_weights_that_load(
    data: Path, tmp_path: Path
) -> None:
    work, weights = tmp_path / "work", tmp_path / "weights"
    sources = load_sources(data, None, segment_line, styles=50)
    work.mkdir()
    first = training.Recipe(shards=1, shard_size=64, passes=1, batch=32)
    training.fit(lambda: sources, work, first)  # as if stopped after the first shard
    assert (work / "checkpoint.keras").exists()

    more = Digits(np.zeros((3, 28, 28), np.uint8), np.array([1, 2, 3], np.uint8))
    assert sources.with_digits(more).mnist_labels[-3:].tolist() == [1, 2, 3]
    facts = training.train_glyph(data, None, work, weights, segment_line, TINY, more)

    steps = (work / "history.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in steps] == ["0", "1"]
    last = (work / "finish" / "history.csv").read_text("utf-8").splitlines()
    assert len(last) == 1
    card = json.loads((weights / "card.json").read_text("utf-8"))
    assert card["glyph"]["figures"].keys() == facts["figures"].keys()  # type: ignore[attr-defined]
    assert card["glyph"]["data"].keys() == set(DATA_FILES)
    assert "3 more digits" in card["glyph"]["recipe"]
    scores = load_glyph_engine(weights / "glyph.tflite").classify(np.zeros((3, 28, 28), np.uint8))
    assert scores.digit.shape == (3, 11)
