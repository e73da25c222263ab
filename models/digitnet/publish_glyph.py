"""From a trained glyph network to what ships: .keras, .tflite, calibration, figures in the card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitnet.calibrate import fit_temperature
from digitnet.card import file_hash, update_card, update_text
from digitnet.export import largest_difference, to_litert
from digitnet.glyph_data import SHARES, Examples, draw_examples
from digitnet.glyph_draws import UNKNOWN
from digitnet.glyph_measures import logits_of, measure
from digitnet.glyph_sources import Sources, load_sources
from digitnet.half import save_half
from digitnet.synthesis.printed import fonts_in
from digitnet.synthesis.segments import Cut

DATA_FILES = (
    "mnist.npz",
    "optdigits_orig_tra.npz",
    "semeion.npz",
    "not-digits/omniglot.npz",
    "not-digits/hasyv2.npz",
)
"""What the data folder holds; semeion only measures."""
CALIBRATION_SEED = 1000


def calibrated(model: keras.Model, examples: Examples) -> tuple[float, float]:
    """Fit the temperatures of both heads on examples that trained nothing."""
    logits = logits_of(model, examples.crops)
    known, decided = examples.printed != UNKNOWN, examples.digit != UNKNOWN
    return (
        fit_temperature(logits["digit"][decided], examples.digit[decided]),
        fit_temperature(logits["printed"][known], examples.printed[known]),
    )


def exported(model: keras.Model, weights: Path, name: str) -> keras.Model:
    """Write a network as .keras and .tflite; return it as it ships, its kernels rounded."""
    save_half(model, weights / f"{name}.keras")
    model = keras.models.load_model(weights / f"{name}.keras", compile=False)
    to_litert(model, weights / f"{name}.tflite", "int8")
    return model


def held_out_examples(held_out: Sources, count: int) -> Examples:
    """Draw the examples that calibrate."""
    return draw_examples(held_out, count, np.random.default_rng([0, CALIBRATION_SEED]), SHARES)


def publish_glyph(
    model: keras.Model,
    data: Path,
    fonts: Path | None,
    weights: Path,
    cut: Cut,
    recipe: dict[str, Any],
    minutes: float,
    count: int,
) -> dict[str, object]:
    """Put a trained network into `weights` as glyph.keras and glyph.tflite, and card it.

    Calibrated on `count` examples of what is held out of `data` and `fonts`, and measured on as
    many at most of others; `recipe` and `minutes` tell how the network was made. Returns the facts
    written.
    """
    weights.mkdir(parents=True, exist_ok=True)
    model = exported(model, weights, "glyph")
    held_out = load_sources(data, fonts, cut, held_out=True, styles=1000)
    for_calibration = held_out_examples(held_out, count)
    temperature, printed_temperature = calibrated(model, for_calibration)
    images = for_calibration.crops[:2000, ..., None].astype(np.float32) / np.float32(255)
    facts: dict[str, object] = {
        "temperature": temperature,
        "printed_temperature": printed_temperature,
        "recipe": recipe,
        "data": {name: file_hash(data / name) for name in DATA_FILES},
        "fonts": sorted(f.name for f in fonts_in(fonts)),
        "held_out_fonts": sorted(f.name for f in held_out.typesetter.fonts),
        "parity": largest_difference(model, weights / "glyph.tflite", images),
        "figures": measure(model, data, held_out, temperature, printed_temperature, count),
        "minutes": round(minutes, 1),
    }
    update_card(weights, "glyph", facts)
    update_text(weights, "glyph")
    return facts
