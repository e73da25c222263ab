"""Train the strip network on synthetic strips, stoppable and resumable; needs the extra `train`."""

from __future__ import annotations

import csv
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
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

BEST, NEWEST, HISTORY = "best.keras", "newest.keras", "history.csv"
"""What each part leaves in its folder."""

Weights = list[NDArray[np.float32]]


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
    templates: float = 0.42
    """Share of the digits that are drawn after templates."""
    last_steps: int = 2_000
    last_rate: float = 5e-4
    last_passes: int = 4
    last_templates: float = 0.75
    last_share: float = 0.8
    """Weight of the network after the last part in its mean with the one before."""

    @property
    def steps_a_round(self) -> int:
        """Steps on the strips of one round."""
        return self.shard * self.shards_a_round * self.passes // self.batch

    @property
    def last(self) -> StripTraining:
        """The last part as a training: rare styles, other strips, smaller steps."""
        return replace(
            self,
            steps=self.last_steps,
            rate=self.last_rate,
            seed=self.seed + 10,
            passes=self.last_passes,
            templates=self.last_templates,
        )


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

    def __init__(self, how: StripTraining, start: Weights | None = None) -> None:
        """Make it new, its first weights given or decided by the seed."""
        keras.utils.set_random_seed(how.seed)
        self.average = networks.strip(how.channels)
        policy = keras.config.dtype_policy()
        keras.config.set_dtype_policy("mixed_bfloat16" if how.half_precision else policy)
        self.network = networks.strip(how.channels)
        keras.config.set_dtype_policy(policy)
        if start is not None:
            self.network.set_weights(start)
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
    """Train the strip network; return the path of the model, `out/strip.keras`.

    The first part (`out/first`) learns from nothing; the last one (`out/last`) goes on from its
    best checkpoint with rare styles. What is kept is the mean of the weights before and after:
    the styles are learned and what was known is not lost (Wortsman et al., CVPR 2022, "Robust
    fine-tuning of zero-shot models"). Stopped and started again it ends the same.
    """
    first = _train(data, fonts, out / "first", how, resume)
    before = keras.models.load_model(first / BEST, compile=False).get_weights()
    last = _train(data, fonts, out / "last", how.last, resume, before)
    model = keras.models.load_model(last / NEWEST, compile=False)
    share, after = how.last_share, model.get_weights()
    model.set_weights([(1 - share) * a + share * b for a, b in zip(before, after, strict=True)])
    model.save(out / "strip.keras")
    return out / "strip.keras"


def seconds_spent(out: Path) -> float:
    """Return how long the training in `out` has taken, all stops left out."""
    return sum(float(_rows(out / part / HISTORY)[-1]["seconds"]) for part in ("first", "last"))


def _rows(history: Path) -> list[dict[str, str]]:
    with history.open(newline="") as file:
        return list(csv.DictReader(file))


def _train(
    data: Path,
    fonts: Path | None,
    out: Path,
    how: StripTraining,
    resume: bool,
    start: Weights | None = None,
) -> Path:
    """Train one part in the folder `out`, from nothing or from weights; return the folder.

    Every `checkpoint_every` steps the state goes to state.npz, the running average to newest.keras
    and, if it reads synthetic strips of held-out real digits best, to best.keras; a row goes to
    history.csv. With another number of steps a part goes on along the new schedule.
    """
    out.mkdir(parents=True, exist_ok=True)
    state, history = out / "state.npz", out / HISTORY
    trainer, best, spent = Trainer(how, start), 0.0, 0.0
    if resume and state.exists():
        trainer.load(state)
        rows = _rows(history)
        best = max(float(row["exact"]) for row in rows)
        spent = float(rows[-1]["seconds"])
        if trainer.step >= how.steps:
            return out
    else:
        history.write_text(",".join(["step", "seconds", "exact", *WEIGHTS]) + "\n")
    strips = make_shard(load_sources(data, fonts, held_out=True), how.seed, 0, how.validation)
    began, seen = time.monotonic() - spent, []
    with Shards(data, fonts, how.seed, how.shard, how.workers, how.templates) as shards:
        for batch in batches(shards, how, trainer.step):
            seen.append(trainer.learn(batch))
            if trainer.step % how.checkpoint_every and trainer.step < how.steps:
                continue
            means = {name: float(np.mean([s[name] for s in seen])) for name in WEIGHTS}
            score = exact_share(trainer.average, strips)
            trainer.average.save(out / NEWEST)
            if score >= best:
                best = score
                trainer.average.save(out / BEST)
            row = [trainer.step, round(time.monotonic() - began), score, *means.values()]
            with history.open("a", newline="") as file:
                csv.writer(file).writerow([f"{v:.5g}" for v in row])
            trainer.save(state)
            log.info("step %d: exact %.3f, %s", trainer.step, score, means)
            seen = []
            if trainer.step >= how.steps:
                break
    return out
