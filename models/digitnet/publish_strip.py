"""From a trained strip network to what ships: .keras, .tflite, its figures in the card."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np

from digitnet.card import file_hash, update_card, update_text
from digitnet.export import largest_difference, to_litert
from digitnet.half import save_half
from digitnet.strip_data import DATA_FILES, load_sources, make_shard
from digitnet.strip_format import normalize
from digitnet.synthesis.printed import fonts_in
from digitnet.train_strip import StripTraining, exact_share, seconds_spent

HELD_OUT_SEED = 99
"""Strips that measure, not those of the seed that chose the best checkpoint."""
STRIPS = 1000
"""How many; the first 200 compare the export with Keras."""


def publish_strip(
    data: Path,
    fonts: Path | None,
    work: Path,
    weights: Path,
    how: StripTraining,
    figures: dict[str, dict[str, float]] | None = None,
) -> dict[str, object]:
    """Put the model of `work` into `weights` as strip.keras and strip.tflite, and card it.

    `figures` are measurements made elsewhere, such as on real strips with the whole reader, to go
    into the card beside our own. Returns the facts written.
    """
    weights.mkdir(parents=True, exist_ok=True)
    save_half(keras.models.load_model(work / "strip.keras", compile=False), weights / "strip.keras")
    model = keras.models.load_model(weights / "strip.keras", compile=False)  # as it ships
    to_litert(model, weights / "strip.tflite", "int8")
    held_out = make_shard(load_sources(data, fonts, held_out=True), HELD_OUT_SEED, 0, STRIPS)
    images = np.stack([normalize(strip) for strip in held_out.pixels[:200]])[..., None]
    some = held_out.digits[:, 0, 0] >= 0
    written = held_out.chosen(some)
    facts: dict[str, object] = {
        "recipe": asdict(how),
        "parameters": model.count_params(),
        "data": {name: file_hash(data / name) for name in DATA_FILES},
        "fonts": sorted(font.name for font in fonts_in(fonts)),
        "parity": largest_difference(model, weights / "strip.tflite", images),
        "figures": {
            "synthetic strips of held-out digits, CTC head alone": {
                "count": len(written),
                "exact": exact_share(model, written),
            },
            **(figures or {}),
        },
        "minutes": round(seconds_spent(work) / 60, 1),
    }
    update_card(weights, "strip", facts)
    update_text(weights, "strip")
    return facts
