"""Half the size on disk, the same network in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras", reason="saving needs the extra train")

import keras

from digitnet.half import save_half
from digitnet.networks import glyph
from digitscan.reading.engine import TensorFlowEngine


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """Make a network whose vectors are too fine for float16."""
    network = glyph()
    rng = np.random.default_rng(0)
    for weights in network.weights:
        if weights.ndim == 1:
            weights.assign(rng.uniform(1e-6, 1e-4, weights.shape))
    return network


def test_it_comes_back_as_float32_with_rounded_kernels(model: keras.Model, tmp_path: Path) -> None:
    save_half(model, tmp_path / "half.keras")
    loaded = keras.models.load_model(tmp_path / "half.keras", compile=False)
    for before, after in zip(model.weights, loaded.weights, strict=True):
        expected = np.asarray(before)
        if expected.ndim > 1:
            expected = expected.astype(np.float16).astype(np.float32)
        assert after.dtype == "float32"
        np.testing.assert_array_equal(np.asarray(after), expected)


def test_a_second_round_changes_nothing(model: keras.Model, tmp_path: Path) -> None:
    save_half(model, tmp_path / "once.keras")
    once = keras.models.load_model(tmp_path / "once.keras", compile=False)
    save_half(once, tmp_path / "twice.keras")
    twice = keras.models.load_model(tmp_path / "twice.keras", compile=False)
    for one, two in zip(once.get_weights(), twice.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_it_is_half_as_large_and_leaves_nothing_else(model: keras.Model, tmp_path: Path) -> None:
    half, whole = tmp_path / "half.keras", tmp_path / "whole.keras"
    save_half(model, half)
    model.save(whole)
    assert half.stat().st_size < 0.56 * whole.stat().st_size
    assert sorted(path.name for path in tmp_path.iterdir()) == ["half.keras", "whole.keras"]


def test_the_reference_engine_reads_it(model: keras.Model, tmp_path: Path) -> None:
    save_half(model, tmp_path / "half.keras")
    crops = np.random.default_rng(1).random((3, 28, 28, 1)).astype(np.float32)
    got = TensorFlowEngine(tmp_path / "half.keras").run(crops)
    for name, values in model.predict(crops, verbose=0).items():
        np.testing.assert_allclose(got[name], values, atol=0.02)
