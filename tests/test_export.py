"""The export: LiteRT says what Keras says, and what ships is small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="exporting needs the extra train")

import keras

from digitnet.export import largest_difference, litert_outputs, to_litert
from digitnet.networks import glyph
from digitnet.strip_data import make_shard
from digitnet.strip_format import OBJECTNESS, normalize
from digitnet.synthesis.strings import Styles
from digitnet.synthesis.strip_images import Sources
from digitnet.train_strip import greedy
from digitscan.reading.engine import load_strip_engine, shipped_weights
from digitscan.settings import EngineChoice


def crops(count: int) -> np.ndarray:
    """Draw crops of strokes and noise, (count, 28, 28, 1) float32."""
    rng = np.random.default_rng(0)
    images = rng.random((count, 28, 28, 1)).astype(np.float32) * np.float32(0.1)
    for image in images:
        row, column = rng.integers(4, 22, 2)
        image[4:24, column : column + 3] = 1
        image[row : row + 3, 4:24] = 1
    return images


@pytest.mark.parametrize("network", ["glyph", "quick"])
def test_the_shipped_export_agrees_with_keras_on_2000_crops(network: str) -> None:
    images = crops(2000)
    model = keras.models.load_model(shipped_weights() / f"{network}.keras", compile=False)
    path = shipped_weights() / f"{network}.tflite"
    assert max(largest_difference(model, path, images).values()) < 0.5  # int8: near, not the same
    expected = np.asarray(model.predict(images, verbose=0)["digit"]).argmax(1)
    assert (litert_outputs(path, images)["digit"].argmax(1) == expected).mean() > 0.995


def test_the_shipped_strip_network_agrees_with_keras_on_200_strips() -> None:
    strips = make_shard(Sources(Styles((), (), 1.0), None, ()), seed=5, number=0, size=200).pixels
    images = np.stack([normalize(strip) for strip in strips])[..., None]
    expected = load_strip_engine(engine=EngineChoice.TENSORFLOW).run(images)
    got = load_strip_engine().run(images)  # int8 weights: near, not the same
    here, there = (1 / (1 + np.exp(-o["center"][..., OBJECTNESS])) for o in (expected, got))
    assert np.abs(here - there).max() < 0.1
    assert np.quantile(np.abs(here - there), 0.999) < 0.02
    assert (expected["ctc"].argmax(-1) == got["ctc"].argmax(-1)).mean() > 0.998
    texts = [[greedy(columns) for columns in outputs["ctc"]] for outputs in (expected, got)]
    assert sum(one == other for one, other in zip(*texts, strict=True)) >= 195


def test_all_that_ships_is_under_8_megabytes() -> None:
    files = [*shipped_weights().glob("*.keras"), *shipped_weights().glob("*.tflite")]
    assert len(files) == 6
    assert sum(file.stat().st_size for file in files) < 8_000_000


def test_an_export_is_written_whole_with_both_heads(tmp_path: Path) -> None:
    model = glyph()
    to_litert(model, tmp_path / "new.tflite")
    assert [p.name for p in tmp_path.iterdir()] == ["new.tflite"]
    images = crops(3)
    assert max(largest_difference(model, tmp_path / "new.tflite", images).values()) < 1e-4
    assert {k: v.shape for k, v in litert_outputs(tmp_path / "new.tflite", images).items()} == {
        "digit": (3, 11),
        "printed": (3, 1),
    }


def test_the_glyph_network_stays_small() -> None:
    assert glyph().count_params() <= 400_000
    assert (shipped_weights() / "glyph.tflite").stat().st_size < 1_000_000
