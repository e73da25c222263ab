"""Training of the glyph network, in stages that can be stopped and started again.

The stages are shards of examples, training with a checkpoint a shard, calibration, export and
measurement. What a stage leaves in the working folder is not made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitnet.digits import Digits
from digitnet.glyph_checkpoint import Checkpoint
from digitnet.glyph_data import FINISH_SHARES, SHARES, Examples, draw_examples
from digitnet.glyph_draws import HAND, PRINT, UNKNOWN
from digitnet.glyph_jitter import jittered
from digitnet.glyph_sources import Sources, load_sources
from digitnet.networks import glyph
from digitnet.publish_glyph import publish_glyph
from digitnet.synthesis.segments import Cut


@dataclass(frozen=True)
class Recipe:
    """How long and how hard: everything that, with data and fonts, makes the weights.

    `printed_weight` is the second head's weight against the first, `print_weight` that of print
    against handwriting inside it: print is the smaller part of the examples and counts as much.
    `precision` is Keras' policy while training; what is saved computes in float32.
    """

    shards: int = 18
    shard_size: int = 50_000
    passes: int = 3
    batch: int = 128
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    label_smoothing: float = 0.02
    printed_weight: float = 1.0
    print_weight: float = 2.5
    ema: float = 0.999
    precision: str = "mixed_bfloat16"
    held_out: int = 12_000
    seed: int = 0
    shares: dict[str, float] = field(default_factory=lambda: dict(SHARES))
    finish_shards: int = 6
    finish_passes: int = 3
    finish_rate: float = 6e-4

    def finish(self) -> Recipe:
        """Return the recipe of the last part: from the trained network on, mostly digits."""
        return replace(
            self,
            shards=self.finish_shards,
            passes=self.finish_passes,
            learning_rate=self.finish_rate,
            label_smoothing=0.0,
            seed=self.seed + 1,
            shares=dict(FINISH_SHARES),
        )

    @property
    def steps(self) -> int:
        """Batches in the whole training."""
        return self.passes * self.shards * -(-self.shard_size // self.batch)


def shard(sources: Callable[[], Sources], folder: Path, recipe: Recipe, number: int) -> Examples:
    """Draw one shard of examples, or load the one that is there."""
    path = folder / f"glyphs-{number:03d}.npz"
    if not path.exists():
        rng = np.random.default_rng([recipe.seed, number])
        draw_examples(sources(), recipe.shard_size, rng, recipe.shares).save(path)
    return Examples.load(path)


def compiled(recipe: Recipe, start: keras.Model | None) -> keras.Model:
    """Make the network, new or as `start`, with its losses: warm-up, cosine, averaged weights."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy(recipe.precision)
    model = glyph()
    keras.config.set_dtype_policy(policy)
    if start is not None:
        model.set_weights(start.get_weights())
    model.compile(
        optimizer=averaging(recipe.steps, recipe.learning_rate, recipe.weight_decay, recipe.ema),
        loss={
            "digit": keras.losses.CategoricalCrossentropy(
                from_logits=True, label_smoothing=recipe.label_smoothing
            ),
            "printed": keras.losses.BinaryCrossentropy(from_logits=True),
        },
        loss_weights={"digit": 1.0, "printed": recipe.printed_weight},
    )
    return model


def averaging(steps: int, rate: float, decay: float, ema: float) -> keras.optimizers.Optimizer:
    """Make the optimizer: a rise over a twentieth of the steps, a cosine, averaged weights."""
    warm_up = steps // 20
    schedule = keras.optimizers.schedules.CosineDecay(
        0.1 * rate,
        max(1, steps - warm_up),
        alpha=1e-3,
        warmup_target=rate,
        warmup_steps=warm_up,
    )
    return keras.optimizers.AdamW(schedule, weight_decay=decay, use_ema=True, ema_momentum=ema)


Batch = tuple[NDArray[np.float32], dict[str, NDArray[np.float32]], dict[str, NDArray[np.float32]]]
"""Images, labels by head, weights by head."""


def batches_of(examples: Examples, recipe: Recipe, step: int) -> Iterator[Batch]:
    """Go once through a shard, shuffled and jittered by the seed and the step."""
    rng = np.random.default_rng([recipe.seed, step, 1])
    order = rng.permutation(len(examples))
    printed = examples.printed[order]
    images = jittered(examples.crops[order], printed, rng)
    digit = np.eye(11, dtype=np.float32)[np.maximum(examples.digit[order], 0)]
    decided = (examples.digit[order] != UNKNOWN).astype(np.float32)
    known = np.select([printed == PRINT, printed == HAND], [recipe.print_weight, 1.0])
    target = np.maximum(printed, 0).astype(np.float32)[:, None]
    for start in range(0, len(order), recipe.batch):
        own = slice(start, start + recipe.batch)
        yield (
            images[own],
            {"digit": digit[own], "printed": target[own]},
            {"digit": decided[own], "printed": known[own].astype(np.float32)},
        )


def fit(
    sources: Callable[[], Sources], folder: Path, recipe: Recipe, start: keras.Model | None = None
) -> keras.Model:
    """Train from the last checkpoint on, or from `start`; returns the averaged weights' network."""
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint, total = Checkpoint(folder), recipe.passes * recipe.shards
    done = checkpoint.done()
    model = keras.models.load_model(checkpoint.path) if done else compiled(recipe, start)

    def examples(step: int) -> Examples:
        return shard(sources, folder, recipe, step % recipe.shards)

    batches = (b for step in range(done, total) for b in batches_of(examples(step), recipe, step))
    train(model, batches, recipe.steps // total, (done, total), checkpoint)
    return bare(model, glyph(), examples(0).crops, recipe.batch)


def train(
    model: keras.Model,
    batches: Iterator[object],
    size: int,
    epochs: tuple[int, int],
    checkpoint: Checkpoint,
) -> None:
    """Train on `size` batches an epoch, from the first of `epochs` up to the last.

    One call of Keras' fit for all that is left: at its end, and only there, the averaged weights
    take the place of the last ones.
    """
    done, total = epochs
    if done == total:
        model.optimizer.finalize_variable_values(model.trainable_variables)
        return
    model.fit(
        batches,
        steps_per_epoch=size,
        initial_epoch=done,
        epochs=total,
        callbacks=[checkpoint],
        verbose=0,
    )


def bare(
    model: keras.Model, network: keras.Model, crops: NDArray[np.uint8], batch: int
) -> keras.Model:
    """Return `network` with the weights of a trained model, without the optimizer's state."""
    settle(model, crops, batch)
    network.set_weights(model.get_weights())
    return network


def settle(model: keras.Model, crops: NDArray[np.uint8], batch: int, batches: int = 200) -> None:
    """Measure batch normalization anew: the means at hand belong to the weights not averaged."""
    images = crops[: batches * batch, ..., None].astype(np.float32) / np.float32(255)
    for start in range(0, len(images), batch):
        model(images[start : start + batch], training=True)


def train_glyph(
    data: Path,
    fonts: Path | None,
    work: Path,
    weights: Path,
    cut: Cut,
    recipe: Recipe | None = None,
    more: Digits | None = None,
) -> dict[str, object]:
    """Make the glyph network from nothing: glyph.keras, glyph.tflite and its part of card.json.

    Parameters
    ----------
    data
        Folder with the files that `publish_glyph` lists.
    fonts
        Folder of .ttf files, those of hands in `hand` inside; None for DejaVu alone.
    work
        Folder for shards and checkpoints; a second call goes on from what is there.
    weights
        Where the results go.
    cut
        The segmenter whose cuts the network must judge.
    recipe
        How long and how hard.
    more
        Digits to train on beside those of MNIST.

    Returns
    -------
    dict
        The facts written to the card.
    """
    recipe = recipe or Recipe()
    weights.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    loaded: list[Sources] = []

    def sources() -> Sources:
        if not loaded:
            loaded.append(load_sources(data, fonts, cut))
            if more is not None:
                loaded[0] = loaded[0].with_digits(more)
        return loaded[0]

    model = fit(sources, work, recipe)
    model = fit(sources, work / "finish", recipe.finish(), model)
    minutes = Checkpoint(work).minutes() + Checkpoint(work / "finish").minutes()
    how = {**asdict(recipe), "finish_shares": FINISH_SHARES, **_named(more)}
    return publish_glyph(model, data, fonts, weights, cut, how, minutes, recipe.held_out)


def _named(more: Digits | None) -> dict[str, str]:
    """Return what the card says of further digits."""
    if more is None:
        return {}
    content = more.images.tobytes() + more.labels.tobytes()
    return {f"{len(more)} more digits": hashlib.sha256(content).hexdigest()}
