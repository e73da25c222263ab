"""The strip network from data to weights: a training of two steps, stopped, resumed, published."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from digitnet import publish_strip as publishing
from digitnet.publish_strip import publish_strip
from digitnet.train_strip import StripTraining, train_strip
from tiny_sets import write_sets

HOW = StripTraining(
    steps=1,
    batch=4,
    shard=8,
    shards_a_round=1,
    passes=1,
    checkpoint_every=1,
    validation=8,
    channels=(8, 8, 8),
    last_steps=1,
    last_passes=1,
    last_share=0.25,
)


def test_a_training_is_resumed_and_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_sets(tmp_path / "data", 60)
    work, weights = tmp_path / "work", tmp_path / "weights"
    train_strip(data, None, work, HOW)
    best = train_strip(data, None, work, replace(HOW, steps=2))
    assert best == work / "strip.keras"
    rows = (work / "first" / "history.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["step", "1", "2"]
    before, after, mean = (
        keras.models.load_model(path, compile=False).get_weights()[0]
        for path in (work / "first" / "best.keras", work / "last" / "newest.keras", best)
    )
    assert (before != after).any()
    np.testing.assert_allclose(mean, 0.75 * before + 0.25 * after, atol=1e-6)

    monkeypatch.setattr(publishing, "STRIPS", 10)
    measured = {"forms": {"exact": 0.5}}
    publish_strip(data, None, work, weights, HOW, measured)
    facts = json.loads((weights / "card.json").read_text())["strip"]
    assert facts["figures"]["forms"] == {"exact": 0.5}
    assert max(facts["parity"].values()) < 0.5
    assert "| forms | exact | 0.5000 |" in (weights / "CARD.md").read_text()
    assert (weights / "strip.tflite").stat().st_size < (weights / "strip.keras").stat().st_size
