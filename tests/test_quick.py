"""The quick network is believed where it is sure; the glyph network is asked about the rest."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitscan.errors import ModelError
from digitscan.reading.engine import GlyphEngine, GlyphScores, shipped_weights
from digitscan.reading.quick import Cascade, in_doubt, load_classifier
from digitscan.settings import EngineChoice
from digitscan.types import Floats


def says(best: int, probability: float, printed: float) -> tuple[list[float], float]:
    """Give one class its probability, the others the rest."""
    digit = [(1 - probability) / 10] * 11
    digit[best] = probability
    return digit, printed


SURE_SEVEN = says(7, 0.99, 0.05)
SURE_LETTER = says(10, 0.95, 0.95)
DOUBTED_SEVEN = says(7, 0.95, 0.05)
DOUBTED_LETTER = says(10, 0.85, 0.95)
DOUBTED_KIND = says(7, 0.99, 0.4)
PRINTED_SEVEN = says(7, 0.99, 0.99)


def scores(*said: tuple[list[float], float]) -> GlyphScores:
    digit, printed = zip(*said, strict=True)
    return GlyphScores(np.array(digit, np.float32), np.array(printed, np.float32))


def test_each_kind_of_doubt() -> None:
    sure = SURE_SEVEN, SURE_LETTER, says(7, 1.0, 0.0), says(10, 1.0, 1.0)
    assert not np.any(in_doubt(scores(*sure)))
    digit, kind = in_doubt(scores(DOUBTED_SEVEN, DOUBTED_LETTER, DOUBTED_KIND, PRINTED_SEVEN))
    assert digit.tolist() == [True, True, False, False]
    assert kind.tolist() == [False, False, True, True]


class Says:
    """A network whose logits for a crop are chosen by the crop's first pixel."""

    def __init__(self, *said: tuple[list[float], float]) -> None:
        self.said, self.asked = scores(*said), 0

    def run(self, images: Floats) -> dict[str, Floats]:
        self.asked += len(images)
        chosen = np.rint(images[:, 0, 0, 0] * 255).astype(int)
        printed = self.said.printed[chosen, None]
        return {
            "digit": np.log(self.said.digit[chosen]),
            "printed": np.log(printed / (1 - printed)),
        }


def crops(count: int) -> NDArray[np.uint8]:
    made = np.zeros((count, 28, 28), np.uint8)
    made[:, 0, 0] = np.arange(count)
    return made


def test_the_glyph_network_is_asked_where_the_quick_one_doubts() -> None:
    quick = Says(SURE_SEVEN, DOUBTED_SEVEN, SURE_LETTER)
    glyph = Says(says(1, 0.9, 0.5), says(2, 0.9, 0.3), says(3, 0.9, 0.5))
    both = Cascade(GlyphEngine(quick, 1.0, 1.0), GlyphEngine(glyph, 1.0, 1.0))
    found = both.classify(crops(3))
    assert (quick.asked, glyph.asked) == (3, 1)
    assert found.digit.argmax(1).tolist() == [7, 2, 10]
    np.testing.assert_allclose(found.printed, [0.05, 0.3, 0.95], atol=1e-6)
    assert both.classify(crops(0)).digit.shape == (0, 11)


def of_the_two(
    printed: bool, likely: float, _: GlyphScores
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Say the same of two glyphs, whatever their scores."""
    return np.full(2, printed), np.full(2, likely, np.float32)


def test_what_surely_is_print_needs_no_more_and_the_kind_of_some_is_not_asked() -> None:
    quick = Says(DOUBTED_LETTER, DOUBTED_KIND)
    glyph = Says(says(2, 0.9, 0.3), says(2, 0.9, 0.3))
    both = Cascade(GlyphEngine(quick, 1.0, 1.0), GlyphEngine(glyph, 1.0, 1.0))
    asked, printed = [], []
    for surely, likely in ((False, np.nan), (True, np.nan), (False, 0.1)):
        found = both.classify(crops(2), partial(of_the_two, surely, likely))
        asked.append(glyph.asked)
        printed.append(found.printed.tolist())
    assert asked == [2, 2, 3]
    assert printed == [
        pytest.approx([0.3, 0.3]),
        pytest.approx([0.95, 0.4]),
        pytest.approx([0.3, 0.1]),  # the first one's digit was asked about
    ]


def test_another_glyph_network_reads_alone() -> None:
    weights = shipped_weights()
    alone = load_classifier(weights, weights / "glyph.tflite", EngineChoice.LITERT)
    assert isinstance(alone, GlyphEngine)
    assert isinstance(load_classifier(weights, None, EngineChoice.LITERT), Cascade)


def test_a_missing_quick_network_is_named(tmp_path: Path) -> None:
    for name in ("glyph.tflite", "card.json"):
        shutil.copy(shipped_weights() / name, tmp_path)
    with pytest.raises(ModelError, match=r"quick\.tflite cannot be read"):
        load_classifier(tmp_path, None, EngineChoice.LITERT)
