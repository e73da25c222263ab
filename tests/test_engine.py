"""The engine: shipped weights verified, batches of any size, probabilities that mean something."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitscan.errors import ModelError
from digitscan.reading.crop import mnist_crop
from digitscan.reading.engine import (
    GlyphEngine,
    LiteRTEngine,
    load_glyph_engine,
    load_strip_engine,
    model_hash,
    shipped_weights,
)
from digitscan.settings import EngineChoice
from digitscan.types import Floats


@pytest.fixture(scope="module")
def network() -> GlyphEngine:
    return load_glyph_engine()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the shipped LiteRT files for glyphs and their card to a folder of their own."""
    for name in ("glyph.tflite", "quick.tflite", "card.json"):
        shutil.copy(shipped_weights() / name, tmp_path / name)
    return tmp_path / "glyph.tflite"


def drawn(stroke: str) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Draw a crop with a stem (`one`) or a ring (`zero`), 20 pixels high, soft-edged."""
    crop = np.zeros((28, 28), np.uint8)
    y, x = np.mgrid[0:28, 0:28] - 13.5
    if stroke == "one":
        crop[(abs(x) < 1.5) & (abs(y) < 10)] = 255
    else:
        distance = abs(np.hypot(x * 1.4, y) - 8.5)
        crop[:] = np.clip(2.2 - distance, 0, 1) * 255
    return crop


class Recorder:
    """An engine that answers fixed logits and keeps the images it was given."""

    def __init__(self, digit: list[float], printed: float) -> None:
        self.digit, self.printed = digit, printed
        self.images: list[Floats] = []

    def run(self, images: Floats) -> dict[str, Floats]:
        self.images.append(images)
        return {
            "digit": np.tile(np.array(self.digit, np.float32), (len(images), 1)),
            "printed": np.full((len(images), 1), self.printed, np.float32),
        }


def test_reads_a_drawn_zero_and_a_drawn_one(network: GlyphEngine) -> None:
    scores = network.classify(np.stack([drawn("zero"), drawn("one")]))
    assert scores.digit.argmax(1).tolist() == [0, 1]


def test_every_batch_size_gives_the_same_answer(network: GlyphEngine) -> None:
    crops = np.random.default_rng(0).integers(0, 256, (300, 28, 28)).astype(np.uint8)
    whole = network.classify(crops)
    for size in (1, 2, 16, 17, 128, 129):
        part = network.classify(crops[:size])
        assert part.digit.shape == (size, 11)
        assert part.printed.shape == (size,)
        np.testing.assert_allclose(part.digit, whole.digit[:size], atol=1e-5)
        np.testing.assert_allclose(part.printed, whole.printed[:size], atol=1e-5)


def test_no_crops_no_scores(network: GlyphEngine) -> None:
    scores = network.classify(np.zeros((0, 28, 28), np.uint8))
    assert scores.digit.shape == (0, 11)
    assert scores.printed.shape == (0,)


def test_strips_of_any_width_are_read_the_same_whatever_was_read_before() -> None:
    strips = {width: np.full((1, 48, width, 1), 0.1, np.float32) for width in (48, 64, 160)}
    for strip in strips.values():
        strip[:, 10:40, 20:24] = 1
    fresh = {width: load_strip_engine().run(strip) for width, strip in strips.items()}
    used = load_strip_engine()
    for width in (160, 48, 64, 160, 64, 48):
        found = used.run(strips[width])
        assert {name: value.tobytes() for name, value in found.items()} == {
            name: value.tobytes() for name, value in fresh[width].items()
        }


def test_temperature_softens_and_pixels_are_scaled_to_one() -> None:
    logits = [0.0] * 11
    logits[3] = 2.0
    engine = Recorder(logits, printed=2.0)
    crops = np.full((1, 28, 28), 255, np.uint8)
    sharp = GlyphEngine(engine, 1.0, 1.0).classify(crops)
    soft = GlyphEngine(engine, 2.0, 2.0).classify(crops)
    assert sharp.digit[0, 3] == pytest.approx(np.e**2 / (np.e**2 + 10))
    assert soft.digit[0, 3] == pytest.approx(np.e / (np.e + 10))
    assert sharp.printed[0] == pytest.approx(1 / (1 + np.e**-2))
    assert soft.printed[0] == pytest.approx(1 / (1 + np.e**-1))
    assert engine.images[0].shape == (1, 28, 28, 1)
    assert engine.images[0].max() == 1.0


def test_blank_and_noise_are_no_confident_digit(network: GlyphEngine) -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, (50, 28, 28)).astype(np.uint8)
    specks = np.where(rng.random((50, 28, 28)) < 0.1, 255, 0).astype(np.uint8)
    blank = np.zeros((1, 28, 28), np.uint8)
    full = np.full((1, 28, 28), 255, np.uint8)
    scores = network.classify(np.concatenate([noise, specks, blank, full]))
    assert scores.digit[:, :10].max() < 0.5


def test_letters_and_signs_are_seldom_a_confident_digit(network: GlyphEngine) -> None:
    crops = []
    for letter in "AEFHKMNRTVWXYadefhkmnrwx&#@+=":
        for font in (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX):
            canvas = np.zeros((90, 90), np.uint8)
            cv2.putText(canvas, letter, (15, 65), font, 2, 255, 5, cv2.LINE_AA)
            x, y, width, height = cv2.boundingRect(canvas)
            crops.append(mnist_crop(canvas[y : y + height, x : x + width]))
    confident = network.classify(np.stack(crops)).digit[:, :10].max(1) > 0.5
    assert confident.mean() < 0.1


def test_a_glyph_network_of_ones_own_reads_alone_and_has_a_hash_of_its_own(copy: Path) -> None:
    assert model_hash(copy) == model_hash(shipped_weights() / "glyph.tflite") != model_hash()
    assert len(model_hash()) == 12


def test_a_damaged_model_is_refused(copy: Path) -> None:
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)
    with pytest.raises(ModelError, match=r"glyph\.tflite is not the one.*install digitscan again"):
        load_glyph_engine(copy)


def test_a_missing_model_is_named(copy: Path) -> None:
    copy.unlink()
    with pytest.raises(ModelError, match=r"glyph\.tflite cannot be read"):
        load_glyph_engine(copy)


def test_a_missing_card_is_named(copy: Path) -> None:
    copy.with_name("card.json").unlink()
    with pytest.raises(ModelError, match=r"card\.json"):
        load_glyph_engine(copy)


def test_bytes_that_are_no_model_are_refused() -> None:
    engine = LiteRTEngine(b"not a model", "x.tflite")
    with pytest.raises(ModelError, match=r"x\.tflite is not a LiteRT model"):
        engine.run(np.zeros((1, 28, 28, 1), np.float32))


def test_without_tensorflow_the_reference_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(ModelError, match=r"--engine tensorflow needs.*digitscan\[train\]"):
        load_glyph_engine(engine=EngineChoice.TENSORFLOW)


def test_every_engine_and_network_has_its_own_hash(copy: Path) -> None:
    tensorflow = model_hash(engine=EngineChoice.TENSORFLOW)
    shutil.copy(shipped_weights() / "strip.tflite", copy.parent)
    assert model_hash(folder=copy.parent) == model_hash() != tensorflow
    card = json.loads(copy.with_name("card.json").read_text("utf-8"))
    card["decision"]["slopes"][0] += 1
    copy.with_name("card.json").write_text(json.dumps(card), "utf-8")
    assert model_hash(folder=copy.parent) != model_hash()


def test_tensorflow_agrees() -> None:
    pytest.importorskip("tensorflow", reason="the reference engine needs the extra train")
    crops = np.stack([drawn("zero"), drawn("one")])
    reference = load_glyph_engine(engine=EngineChoice.TENSORFLOW).classify(crops)
    shipped = load_glyph_engine().classify(crops)  # int8: near, not the same
    assert shipped.digit.argmax(1).tolist() == reference.digit.argmax(1).tolist()
    np.testing.assert_allclose(reference.digit, shipped.digit, atol=0.08)
