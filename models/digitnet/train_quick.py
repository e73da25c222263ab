"""Training of the quick network: a small one learns to say what the glyph network says.

It sees the glyph network's own examples, moved anew in every pass, and learns that network's
probabilities instead of labels (Hinton et al. 2015, "Distilling the knowledge in a neural
network"). Stopped and started again it goes on after the last shard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitnet.calibrate import probabilities
from digitnet.card import read_card
from digitnet.export import litert_outputs
from digitnet.glyph_checkpoint import Checkpoint
from digitnet.glyph_data import Examples
from digitnet.glyph_jitter import jittered
from digitnet.networks import quick
from digitnet.train_glyph import averaging, bare, train

Batch = tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]
"""Images, and by head what the glyph network says of them."""
CHUNK = 500
"""Crops that the glyph network is asked about at once."""


@dataclass(frozen=True)
class QuickRecipe:
    """How long and how hard the quick network learns."""

    passes: int = 3
    batch: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 1e-3
    ema: float = 0.999
    seed: int = 0


class Teacher:
    """The glyph network as it ships, with its calibration."""

    def __init__(self, weights: Path) -> None:
        card = read_card(weights)["glyph"]
        self._path = weights / "glyph.tflite"
        self._temperature = float(card["temperature"])
        self._printed = float(card["printed_temperature"])

    def say(self, images: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Return the probabilities for (N, 28, 28, 1): `digit` (N, 11) and `printed` (N, 1)."""
        parts = [
            litert_outputs(self._path, images[start : start + CHUNK])
            for start in range(0, len(images), CHUNK)
        ]
        digit, printed = (
            np.concatenate([part[head] for part in parts]) for head in ("digit", "printed")
        )
        return {
            "digit": probabilities(digit, self._temperature),
            "printed": probabilities(printed, self._printed),
        }


def lessons(
    teacher: Teacher, examples: Examples, recipe: QuickRecipe, step: int
) -> Iterator[Batch]:
    """Go once through a shard, shuffled and jittered by the seed and the step."""
    rng = np.random.default_rng([recipe.seed, step, 2])
    order = rng.permutation(len(examples))
    images = jittered(examples.crops[order], examples.printed[order], rng)
    said = teacher.say(images)
    for start in range(0, len(order), recipe.batch):
        own = slice(start, start + recipe.batch)
        yield images[own], {head: value[own] for head, value in said.items()}


def compiled(recipe: QuickRecipe, steps: int) -> keras.Model:
    """Make the network with its losses: cosine decay after a short rise, averaged weights."""
    model = quick()
    model.compile(
        optimizer=averaging(steps, recipe.learning_rate, recipe.weight_decay, recipe.ema),
        loss={
            "digit": keras.losses.CategoricalCrossentropy(from_logits=True),
            "printed": keras.losses.BinaryCrossentropy(from_logits=True),
        },
    )
    return model


def fit_quick(
    shards: Sequence[Path], weights: Path, folder: Path, recipe: QuickRecipe
) -> keras.Model:
    """Train the quick network on shards of examples after the glyph network in `weights`.

    `folder` keeps the checkpoint; a second call goes on from there. Returns the network of the
    averaged weights.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    teacher, checkpoint = Teacher(weights), Checkpoint(folder)
    size = -(-len(Examples.load(shards[0])) // recipe.batch)
    total, done = recipe.passes * len(shards), checkpoint.done()
    model = keras.models.load_model(checkpoint.path) if done else compiled(recipe, total * size)

    def batches() -> Iterator[Batch]:
        for step in range(done, total):
            yield from lessons(teacher, Examples.load(shards[step % len(shards)]), recipe, step)

    train(model, batches(), size, (done, total), checkpoint)
    return bare(model, quick(), Examples.load(shards[0]).crops, recipe.batch)
