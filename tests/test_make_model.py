"""The whole chain from data to card, in little: the networks, export, decision, measurement."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="training needs the extra train")
pytest.importorskip("sklearn", reason="fitting needs the extra train")

from digitnet import publish_strip as publishing
from digitnet.card import file_hash
from digitnet.train_glyph import Recipe
from digitnet.train_quick import QuickRecipe
from digitnet.train_strip import StripTraining
from digitscan import make_model as making
from digitscan.errors import NothingToReadError, UsageError
from digitscan.make_model import REAL_STRIPS, WEIGHTS, Plan, finish, make_model, minutes
from digitscan.reading.read import Reader
from digitscan.types import Page
from tiny_sets import signs, write_sets

TINY = Plan(
    Recipe(
        shards=1,
        shard_size=64,
        passes=1,
        batch=32,
        held_out=60,
        finish_shards=1,
        finish_passes=1,
    ),
    QuickRecipe(passes=1, batch=32),
    StripTraining(
        steps=2,
        batch=4,
        shard=8,
        shards_a_round=1,
        passes=1,
        validation=8,
        channels=(8, 8, 8),
        last_steps=2,
        last_passes=1,
    ),
    fields=24,
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write all sets with a few drawn signs each, and one strip to measure on."""
    folder = write_sets(tmp_path_factory.mktemp("made") / "data", 5200)  # 5,000 are held out
    (folder / REAL_STRIPS / "images").mkdir(parents=True)
    cv2.imwrite(str(folder / REAL_STRIPS / "images" / "7.png"), 255 - signs(40, 48)[0][35])
    truth = {"7.png": [{"digit": 7, "x": 1, "y": 1, "width": 20, "height": 30}]}
    (folder / REAL_STRIPS / "truth.json").write_text(json.dumps(truth))
    return folder


def test_everything_is_made_stopped_and_gone_on_with(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, weights = tmp_path / "work", tmp_path / "weights"
    weights.mkdir()
    (weights / "CARD.md").write_text("# Words of people\n", "utf-8")
    monkeypatch.setattr(publishing, "STRIPS", 10)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making, "train_strip", stopped)
        with pytest.raises(KeyboardInterrupt):
            make_model(data, None, work, weights, TINY)
    assert [path.name for path in weights.iterdir()] == ["CARD.md"]
    glyph = file_hash(work / "weights" / "glyph.keras")
    with monkeypatch.context() as patch:
        patch.setattr(making, "train_glyph", stopped)  # it is done: nobody calls it
        make_model(data, None, work, weights, TINY)

    assert {path.name for path in weights.iterdir()} == {*WEIGHTS, "CARD.md", "card.json"}
    card = json.loads((weights / "card.json").read_text("utf-8"))
    assert card["files"] == {name: file_hash(weights / name) for name in WEIGHTS}
    assert card["files"]["glyph.keras"] == glyph
    steps = {"glyph", "quick", "strip", "publish", "decision", "measure"}
    assert set(card["making"]["minutes"]) == steps
    assert card["strip"]["figures"][f"{REAL_STRIPS} (strip reader alone)"]["count"] == 1
    assert card["glyph"]["data"]["mnist.npz"] == file_hash(data / "mnist.npz")
    text = (weights / "CARD.md").read_text("utf-8")
    assert text.startswith("# Words of people\n")
    for section in ("glyph", "quick", "strip", "decision", "making"):
        assert f"## {section}\n" in text
    assert Reader(weights=weights).read_page(Page("page", 1, np.full((200, 200), 255, np.uint8)))

    with pytest.raises(UsageError, match="was begun with other data, fonts or recipes"):
        make_model(data, None, work, weights, Plan())


def test_what_is_missing_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(NothingToReadError, match=r"lacks mnist\.npz, .*CARD\.md names the sets"):
        make_model(tmp_path, None, tmp_path / "work", tmp_path, Plan())
    with pytest.raises(NothingToReadError, match=r"holds no \.ttf files; 'make fonts'"):
        make_model(data, tmp_path / "fonts", tmp_path / "work", tmp_path, Plan())
    assert not (tmp_path / "work").exists()


def test_a_step_is_done_once_and_its_time_is_that_of_all_starts(tmp_path: Path) -> None:
    calls = []

    def step() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finish(tmp_path, "step", step)
    (tmp_path / "times.csv").write_text("step,90\n")
    finish(tmp_path, "step", step)
    finish(tmp_path, "step", step)
    assert len(calls) == 2
    assert minutes(tmp_path) == {"step": 1.5}
