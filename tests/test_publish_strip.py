"""The strip network from data to weights: a training of two steps, stopped, resumed, published."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from digitnet import publish_strip as publishing
from digitnet.publish_strip import publish_strip
from digitnet.synthesis.pens import Hand, Pen, draw
from digitnet.synthesis.styles import style_from_template
from digitnet.train_strip import StripTraining, train_strip

HOW = StripTraining(
    steps=1,
    batch=4,
    shard=8,
    shards_a_round=1,
    passes=1,
    checkpoint_every=1,
    validation=8,
    channels=(8, 8, 8),
)


def digits(count: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw white digits on black, (count, side, side) uint8, and their labels."""
    rng = np.random.default_rng(0)
    images, labels = np.zeros((count, side, side), np.uint8), np.arange(count) // 5 % 10
    for image, label in zip(images, labels, strict=True):
        ink = draw(rng, style_from_template(rng, int(label)), Hand(0.6 * side), Pen(1))
        ink = ink[: side - 2, : side - 2]
        image[1 : 1 + ink.shape[0], 1 : 1 + ink.shape[1]] = ink * 255
    return images, labels


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Make a folder with the files that training asks for, a few drawn digits in each."""
    folder = tmp_path / "data"
    (folder / "not-digits").mkdir(parents=True)
    for name, side in (("mnist.npz", 28), ("semeion.npz", 16), ("optdigits_orig_tra.npz", 32)):
        x, y = digits(60, side)
        if name == "mnist.npz":
            np.savez(folder / name, x_train=x, y_train=y)
        else:
            np.savez(folder / name, x=x, y=y)
    letters = 255 - digits(6, 105)[0]
    names = np.array([f"Futurama/character{k:02d}" for k in range(6)])
    np.savez(folder / "not-digits" / "omniglot.npz", x=letters, y=names)
    signs = 255 - digits(6, 32)[0]
    np.savez(folder / "not-digits" / "hasyv2.npz", x_train=signs, y_train=np.full(6, 5))
    return folder


def test_a_training_is_resumed_and_published(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, weights = tmp_path / "work", tmp_path / "weights"
    train_strip(data, None, work, HOW)
    best = train_strip(data, None, work, replace(HOW, steps=2))
    assert best == work / "strip.keras"
    rows = (work / "strip.history.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["step", "1", "2"]

    monkeypatch.setattr(publishing, "STRIPS", 10)
    measured = {"forms": {"exact": 0.5}}
    publish_strip(data, None, work, weights, HOW, measured)
    facts = json.loads((weights / "card.json").read_text())["strip"]
    assert facts["figures"]["forms"] == {"exact": 0.5}
    assert max(facts["parity"].values()) < 0.5
    assert "| forms | exact | 0.5000 |" in (weights / "CARD.md").read_text()
    assert (weights / "strip.tflite").stat().st_size < (weights / "strip.keras").stat().st_size
