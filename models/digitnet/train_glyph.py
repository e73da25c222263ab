"""Training of the glyph network, in stages that can be stopped and started again.

The stages are shards of examples, training with a checkpoint a shard, calibration, export and
measurement. What a stage leaves in the working folder is not made again.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitnet.calibrate import fit_temperature
from digitnet.card import file_hash, update_card, update_text
from digitnet.export import largest_difference, to_litert
from digitnet.glyph_data import SHARES, UNKNOWN, Examples, draw_examples
from digitnet.glyph_measures import logits_of, measure
from digitnet.glyph_sources import Sources, load_sources
from digitnet.networks import glyph
from digitnet.synthesis.segments import Cut

DATA_FILES = (
    "mnist.npz",
    "optdigits_orig_tra.npz",
    "semeion.npz",
    "not-digits/omniglot.npz",
    "not-digits/hasyv2.npz",
)
"""What the data folder holds; semeion only measures."""


@dataclass(frozen=True)
class Recipe:
    """How long and how hard: everything that, with data and fonts, makes the weights."""

    shards: int = 12
    shard_size: int = 50_000
    passes: int = 2
    batch: int = 128
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    label_smoothing: float = 0.01
    printed_weight: float = 0.3
    ema: float = 0.999
    held_out: int = 12_000
    seed: int = 0

    @property
    def steps(self) -> int:
        """Batches in the whole training."""
        return self.passes * self.shards * -(-self.shard_size // self.batch)


def shard(sources: Callable[[], Sources], folder: Path, recipe: Recipe, number: int) -> Examples:
    """Draw one shard of examples, or load the one that is there."""
    path = folder / f"glyphs-{number:03d}.npz"
    if not path.exists():
        rng = np.random.default_rng([recipe.seed, number])
        draw_examples(sources(), recipe.shard_size, rng).save(path)
    return Examples.load(path)


def jittered(crops: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32]:
    """Move half of the crops by up to one pixel; (N, 28, 28, 1) float32 0-1."""
    padded = np.pad(crops, ((0, 0), (1, 1), (1, 1)))
    moved = crops.copy()
    step = np.where(rng.random(len(crops)) < 0.5, 4, rng.integers(0, 9, len(crops)))
    for k in set(range(9)) - {4}:
        chosen = step == k
        moved[chosen] = padded[chosen, k // 3 : k // 3 + 28, k % 3 : k % 3 + 28]
    return moved[..., None].astype(np.float32) / np.float32(255)


def compiled(recipe: Recipe) -> keras.Model:
    """Make the network with its losses: warm-up, cosine to nearly zero, averaged weights."""
    model = glyph()
    warm_up = recipe.steps // 20
    schedule = keras.optimizers.schedules.CosineDecay(
        0.1 * recipe.learning_rate,
        max(1, recipe.steps - warm_up),
        alpha=1e-3,
        warmup_target=recipe.learning_rate,
        warmup_steps=warm_up,
    )
    model.compile(
        optimizer=keras.optimizers.AdamW(
            schedule, weight_decay=recipe.weight_decay, use_ema=True, ema_momentum=recipe.ema
        ),
        loss={
            "digit": keras.losses.CategoricalCrossentropy(
                from_logits=True, label_smoothing=recipe.label_smoothing
            ),
            "printed": keras.losses.BinaryCrossentropy(from_logits=True),
        },
        loss_weights={"digit": 1.0, "printed": recipe.printed_weight},
    )
    return model


def fit_shard(model: keras.Model, examples: Examples, recipe: Recipe, step: int) -> float:
    """Train once through a shard; returns the mean loss."""
    rng = np.random.default_rng([recipe.seed, step, 1])
    order = rng.permutation(len(examples))
    printed = examples.printed[order]
    history = model.fit(
        jittered(examples.crops[order], rng),
        {
            "digit": np.eye(11, dtype=np.float32)[examples.digit[order]],
            "printed": np.maximum(printed, 0).astype(np.float32)[:, None],
        },
        sample_weight={
            "digit": np.ones(len(order), np.float32),
            "printed": (printed != UNKNOWN).astype(np.float32),
        },
        batch_size=recipe.batch,
        shuffle=False,
        verbose=0,
    )
    return float(history.history["loss"][-1])


def fit(sources: Callable[[], Sources], folder: Path, recipe: Recipe) -> keras.Model:
    """Train from the last checkpoint on; returns the network with its averaged weights."""
    checkpoint, log = folder / "checkpoint.keras", folder / "history.csv"
    done = len(log.read_text("utf-8").splitlines()) if checkpoint.exists() else 0
    model = keras.models.load_model(checkpoint) if done else compiled(recipe)
    for step in range(done, recipe.passes * recipe.shards):
        start = time.perf_counter()
        loss = fit_shard(model, shard(sources, folder, recipe, step % recipe.shards), recipe, step)
        part = checkpoint.with_name("part.keras")
        model.save(part)
        part.replace(checkpoint)
        with log.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow([step, f"{loss:.5f}", f"{time.perf_counter() - start:.1f}"])
    model.optimizer.finalize_variable_values(model.trainable_variables)
    return model


def calibrated(model: keras.Model, examples: Examples) -> tuple[float, float]:
    """Fit the temperatures of both heads on examples that trained nothing."""
    logits = logits_of(model, examples.crops)
    known = examples.printed != UNKNOWN
    return (
        fit_temperature(logits["digit"], examples.digit),
        fit_temperature(logits["printed"][known], examples.printed[known]),
    )


def train_glyph(
    data: Path,
    fonts: Path | None,
    work: Path,
    weights: Path,
    cut: Cut,
    recipe: Recipe | None = None,
) -> dict[str, object]:
    """Make the glyph network from nothing: glyph.keras, glyph.tflite and its part of card.json.

    Parameters
    ----------
    data
        Folder with the files of `DATA_FILES`.
    fonts
        Folder of .ttf files, those of hands in `hand` inside; None for DejaVu alone.
    work
        Folder for shards and checkpoints; a second call goes on from what is there.
    weights
        Where the results go.
    cut
        The segmenter whose cuts the network must judge.

    Returns
    -------
    dict
        The facts written to the card.
    """
    recipe = recipe or Recipe()
    work.mkdir(parents=True, exist_ok=True)
    weights.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    loaded: list[Sources] = []

    def sources() -> Sources:
        if not loaded:
            loaded.append(load_sources(data, fonts, cut))
        return loaded[0]

    model = fit(sources, work, recipe)
    held_out = load_sources(data, fonts, cut, held_out=True, styles=1000)
    checks = replace(recipe, shard_size=recipe.held_out)
    for_calibration = shard(lambda: held_out, work, checks, 1000)
    temperature, printed_temperature = calibrated(model, for_calibration)
    model.save(weights / "glyph.keras")
    to_litert(model, weights / "glyph.tflite", half=True)
    images = for_calibration.crops[:2000, ..., None].astype(np.float32) / np.float32(255)
    facts: dict[str, object] = {
        "temperature": temperature,
        "printed_temperature": printed_temperature,
        "recipe": {**asdict(recipe), "shares": SHARES},
        "data": {name: file_hash(data / name) for name in DATA_FILES},
        "fonts": sorted(f.name for f in (*sources().typesetter.fonts, *held_out.typesetter.fonts)),
        "held_out_fonts": sorted(f.name for f in held_out.typesetter.fonts),
        "parity": largest_difference(model, weights / "glyph.tflite", images),
        "figures": measure(model, data, held_out, temperature, printed_temperature),
        "minutes": round(_minutes(work), 1),
    }
    update_card(weights, "glyph", facts)
    update_text(weights, "glyph")
    return facts


def _minutes(work: Path) -> float:
    """Add up the time of all training steps, stops left out."""
    with (work / "history.csv").open(encoding="utf-8", newline="") as file:
        return sum(float(row[2]) for row in csv.reader(file)) / 60
