"""From a trained quick network to what ships: .keras, .tflite, calibration, figures in the card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitnet.calibrate import probabilities
from digitnet.card import update_card, update_text
from digitnet.export import largest_difference
from digitnet.glyph_measures import Logits, digit_figures, logits_of
from digitnet.glyph_sources import load_sources
from digitnet.publish_glyph import calibrated, exported, held_out_examples
from digitnet.synthesis.segments import Cut
from digitnet.train_quick import Teacher

SURE = 0.98
"""Probability from which the network's agreement with the glyph network is measured by itself."""


def publish_quick(
    model: keras.Model,
    data: Path,
    fonts: Path | None,
    weights: Path,
    cut: Cut,
    recipe: dict[str, Any],
    minutes: float,
    count: int,
) -> dict[str, object]:
    """Put a trained network into `weights` as quick.keras and quick.tflite, and card it.

    Calibrated on the `count` examples that calibrate the glyph network, which must be there.
    """
    model = exported(model, weights, "quick")
    held_out = load_sources(data, fonts, cut, held_out=True, styles=1000)
    examples = held_out_examples(held_out, count)
    temperature, printed_temperature = calibrated(model, examples)
    images = examples.crops[..., None].astype(np.float32) / np.float32(255)
    chances = probabilities(logits_of(model, examples.crops)["digit"], temperature)
    with np.load(data / "mnist.npz") as sets:
        tested = sets["x_test"], sets["y_test"].astype(np.int64)
    facts: dict[str, object] = {
        "temperature": temperature,
        "printed_temperature": printed_temperature,
        "recipe": recipe,
        "parity": largest_difference(model, weights / "quick.tflite", images[:2000]),
        "figures": {
            "mnist_test": digit_figures(model, *tested, temperature),
            "held out, as the glyph network": agreement(chances, Teacher(weights).say(images)),
        },
        "minutes": round(minutes, 1),
    }
    update_card(weights, "quick", facts)
    update_text(weights, "quick")
    return facts


def agreement(chances: NDArray[np.float32], taught: Logits) -> dict[str, float]:
    """Measure how often both networks say the same class, of all and where the quick one is sure.

    `chances` are (N, 11), `taught` what the glyph network says of the same crops.
    """
    same, sure = chances.argmax(1) == taught["digit"].argmax(1), chances.max(1) >= SURE
    return {
        "count": float(len(same)),
        "same": float(same.mean()),
        "sure": float(sure.mean()),
        "same where sure": float(same[sure].mean()) if sure.any() else 0.0,
    }
