"""Train the strip network on synthetic strips, stoppable and resumable; needs the extra `train`."""

from __future__ import annotations

import csv
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitnet import networks
from digitnet.strip_batches import Batch, prepare
from digitnet.strip_data import Shard, Shards, load_sources, make_shard
from digitnet.strip_format import (
    BLANK,
)
from digitnet.strip_losses import WEIGHTS, Losses, losses, sequences

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StripTraining:
    """How the strip network is trained."""

    steps: int = 22_000
    batch: int = 32
    rate: float = 2e-3
    seed: int = 1
    shard: int = 1024
    shards_a_round: int = 4
    passes: int = 2
    """How often the strips of one round are shown; making them costs as much as learning them."""
    checkpoint_every: int = 250
    validation: int = 512
    """Strips of held-out digits that choose the best checkpoint."""
    workers: int = 1
    channels: tuple[int, int, int] = (32, 80, 144)
    """Width of the network's three scales."""
    half_precision: bool = True
    """Compute in bfloat16: faster on processors that have it, the weights stay float32."""

    @property
    def steps_a_round(self) -> int:
        """Steps on the strips of one round."""
        return self.shard * self.shards_a_round * self.passes // self.batch


def batches(shards: Shards, how: StripTraining, first: int) -> Iterator[Batch]:
    """Yield the batches from step `first` on, each decided by the seed and its step alone."""
    step = first
    while True:
        number, inside = divmod(step, how.steps_a_round)
        parts = [number * how.shards_a_round + k for k in range(how.shards_a_round)]
        for part in [*parts, *(p + how.shards_a_round for p in parts)]:
            shards.order(part)
        pool = Shard.join([shards.take(part) for part in parts])
        rng = np.random.default_rng([how.seed, 7, number])
        order = np.concatenate([rng.permutation(len(pool)) for _ in range(how.passes)])
        for k in range(inside, how.steps_a_round):
            chosen = order[k * how.batch : (k + 1) * how.batch]
            yield prepare(pool, chosen, np.random.default_rng([how.seed, 8, step]))
            step += 1


def learning_rate(how: StripTraining, step: int) -> float:
    """Rise over 200 steps, then fall along half a cosine to a hundredth."""
    share = min(step / how.steps, 1.0)
    return (
        how.rate * min(1.0, (step + 1) / 200) * (0.01 + 0.99 * (1 + math.cos(math.pi * share)) / 2)
    )


class Trainer:
    """A network in training: its weights, their running average and the optimizer."""

    def __init__(self, how: StripTraining) -> None:
        """Make it new, its first weights decided by the seed."""
        keras.utils.set_random_seed(how.seed)
        self.average = networks.strip(how.channels)
        policy = keras.config.dtype_policy()
        keras.config.set_dtype_policy("mixed_bfloat16" if how.half_precision else policy)
        self.network = networks.strip(how.channels)
        keras.config.set_dtype_policy(policy)
        self.average.set_weights(self.network.get_weights())
        self.optimizer = keras.optimizers.AdamW(how.rate, weight_decay=1e-4, clipnorm=5.0)
        self.optimizer.build(self.network.trainable_variables)
        self.how, self.step = how, 0
        self._learn = tf.function(self._one_step, reduce_retracing=True)

    def learn(self, batch: Batch) -> dict[str, float]:
        """Take one step and return its losses."""
        images, aim, values = batch
        self.optimizer.learning_rate = learning_rate(self.how, self.step)
        keep = tf.constant(min(0.999, (1 + self.step) / (20 + self.step)), tf.float32)
        got = self._learn(
            tf.constant(images),
            tf.constant(aim.near),
            tf.constant(aim.exact),
            tf.constant(aim.value),
            tf.constant(aim.place),
            tf.constant(aim.printed),
            sequences(values),
            keep,
        )
        self.step += 1
        return {name: float(loss) for name, loss in got.items()}

    def _one_step(
        self,
        images: tf.Tensor,
        near: tf.Tensor,
        exact: tf.Tensor,
        value: tf.Tensor,
        place: tf.Tensor,
        printed: tf.Tensor,
        sequence: tf.SparseTensor,
        keep: tf.Tensor,
    ) -> Losses:
        with tf.GradientTape() as tape:
            outputs = self.network(images, training=True)
            got = losses(outputs, near, exact, value, place, printed, sequence)
            total = tf.add_n([WEIGHTS[name] * loss for name, loss in got.items()])
        weights = self.network.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(total, weights), weights, strict=True))
        for mean, now in zip(self.average.weights, self.network.weights, strict=True):
            mean.assign(keep * mean + (1 - keep) * now)
        return got

    def _state(self) -> list[keras.Variable]:
        weights = [*self.network.weights, *self.average.weights, *self.optimizer.variables]
        known = {id(variable) for variable in weights}
        dropout = [variable for variable in self.network.variables if id(variable) not in known]
        return [*weights, *dropout]

    def save(self, path: Path) -> None:
        """Write all that resuming needs, whole or not at all."""
        part = path.with_suffix(".part.npz")
        values = {f"v{i}": np.asarray(v) for i, v in enumerate(self._state())}
        np.savez(part, step=np.array(self.step), allow_pickle=False, **values)
        part.replace(path)

    def load(self, path: Path) -> None:
        """Go back to what `save` wrote."""
        with np.load(path) as data:
            self.step = int(data["step"])
            for i, variable in enumerate(self._state()):
                variable.assign(data[f"v{i}"])


def greedy(columns: NDArray[np.float32]) -> list[int]:
    """Read one strip's CTC logits, (T, 11): the best class a column, repeats and blanks out."""
    best = columns.argmax(-1)
    changes = np.flatnonzero(np.diff(best, prepend=-1))
    return [int(best[i]) for i in changes if best[i] != BLANK]


def exact_share(network: keras.Model, strips: Shard) -> float:
    """Measure the share of strips whose greedy CTC reading is right in every digit."""
    right = 0
    for start in range(0, len(strips), 64):
        chosen = np.arange(start, min(start + 64, len(strips)))
        images, _, values = prepare(strips, chosen, None)
        columns = np.asarray(network(tf.constant(images), training=False)["ctc"])
        right += sum(greedy(c) == v for c, v in zip(columns, values, strict=True))
    return right / len(strips)


def train_strip(
    data: Path, fonts: Path | None, out: Path, how: StripTraining, resume: bool = True
) -> Path:
    """Train the strip network; return the path of the best model, `out/strip.keras`.

    Every `checkpoint_every` steps the state goes to `out/strip.state.npz`, the running average is
    scored on synthetic strips of held-out real digits, a row goes to `out/strip.history.csv`, and
    the best average yet to `out/strip.keras`. Stopped and started again it ends the same; with
    another number of steps it goes on along the new schedule.
    """
    out.mkdir(parents=True, exist_ok=True)
    state, best_path = out / "strip.state.npz", out / "strip.keras"
    history = out / "strip.history.csv"
    trainer, best, spent = Trainer(how), 0.0, 0.0
    if resume and state.exists():
        trainer.load(state)
        with history.open(newline="") as file:
            rows = list(csv.DictReader(file))
        best = max(float(row["exact"]) for row in rows)
        spent = float(rows[-1]["seconds"])
    else:
        history.write_text(",".join(["step", "seconds", "exact", *WEIGHTS]) + "\n")
    strips = make_shard(load_sources(data, fonts, held_out=True), how.seed, 0, how.validation)
    began, seen = time.monotonic() - spent, []
    with Shards(data, fonts, how.seed, how.shard, how.workers) as shards:
        for batch in batches(shards, how, trainer.step):
            if trainer.step >= how.steps:
                break
            seen.append(trainer.learn(batch))
            if trainer.step % how.checkpoint_every and trainer.step < how.steps:
                continue
            means = {name: float(np.mean([s[name] for s in seen])) for name in WEIGHTS}
            score = exact_share(trainer.average, strips)
            if score >= best:
                best = score
                trainer.average.save(best_path)
            row = [trainer.step, round(time.monotonic() - began), score, *means.values()]
            with history.open("a", newline="") as file:
                csv.writer(file).writerow([f"{v:.5g}" for v in row])
            trainer.save(state)
            log.info("step %d: exact %.3f, %s", trainer.step, score, means)
            seen = []
    return best_path
