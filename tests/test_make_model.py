"""The whole chain from data to card, in little: both networks, export, decision, measurement."""

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
from digitnet.synthesis.pens import Hand, Pen, draw
from digitnet.synthesis.styles import style_from_template
from digitnet.train_glyph import Recipe
from digitnet.train_strip import StripTraining
from digitscan import make_model as making
from digitscan.errors import NothingToReadError, UsageError
from digitscan.make_model import REAL_STRIPS, WEIGHTS, Plan, finish, make_model, minutes
from digitscan.reading.read import Reader
from digitscan.types import Page

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
    StripTraining(
        steps=2, batch=4, shard=8, shards_a_round=1, passes=1, validation=8, channels=(8, 8, 8)
    ),
    fields=24,
)


def signs(count: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw white digits on black, (count, side, side) uint8, and their labels: five of each."""
    rng = np.random.default_rng(side)
    images, labels = np.zeros((count, side, side), np.uint8), np.arange(count) // 5 % 10
    for image, label in zip(images, labels, strict=True):
        ink = draw(rng, style_from_template(rng, int(label)), Hand(0.6 * side), Pen(1))
        ink = ink[: side - 2, : side - 2]
        image[1 : 1 + ink.shape[0], 1 : 1 + ink.shape[1]] = ink * 255
    return images, labels.astype(np.uint8)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write all sets with a few drawn signs each, and one strip to measure on."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "not-digits").mkdir()
    x, y = signs(100, 28)
    many = np.tile(x, (52, 1, 1)), np.tile(y, 52)  # the last 5,000 are held out
    np.savez(folder / "mnist.npz", x_train=many[0], y_train=many[1], x_test=x, y_test=y)
    for name, side in (("semeion", 16), ("optdigits_orig_tra", 32)):
        x, y = signs(50, side)
        np.savez(folder / f"{name}.npz", x=x, y=y.astype(np.int64))
    names = ["Latin/character01", "Latin/character11", "Tagalog/character01", "Greek/character02"]
    letters = 255 - signs(40, 105)[0]
    np.savez(folder / "not-digits" / "omniglot.npz", x=letters, y=np.array(names * 10))
    symbols, classes = 255 - signs(40, 32)[0], np.tile(np.arange(20), 2)
    path = folder / "not-digits" / "hasyv2.npz"
    np.savez(path, x_train=symbols, y_train=classes, x_test=symbols, y_test=classes)
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
    assert set(card["making"]["minutes"]) == {"glyph", "strip", "publish", "decision", "measure"}
    assert card["strip"]["figures"][f"{REAL_STRIPS} (strip reader alone)"]["count"] == 1
    assert card["glyph"]["data"]["mnist.npz"] == file_hash(data / "mnist.npz")
    text = (weights / "CARD.md").read_text("utf-8")
    assert text.startswith("# Words of people\n")
    for section in ("glyph", "strip", "decision", "making"):
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
