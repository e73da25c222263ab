"""Training the strip network: targets, losses, one small step, stop and resume."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from digitnet.strip_batches import prepare
from digitnet.strip_data import Shard, make_shard, targets
from digitnet.strip_losses import sequences
from digitnet.synthesis.strings import Styles
from digitnet.synthesis.strip_images import Sources
from digitnet.train_strip import (
    StripTraining,
    Trainer,
    exact_share,
    greedy,
    learning_rate,
)

HOW = StripTraining(steps=400, batch=4, rate=1e-3, channels=(8, 8, 8))


@pytest.fixture(scope="module")
def shard() -> Shard:
    return make_shard(Sources(Styles((), (), 1.0), None, ()), seed=0, number=0, size=8)


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    return Trainer(HOW)


def test_targets_mark_the_middle_of_a_digit() -> None:
    digits = np.full((1, 20, 6), -1, np.int16)
    digits[0, 0] = 7, 20, 10, 38, 42, 1
    aim = targets(digits, 96)
    assert np.argwhere(aim.exact[0]).tolist() == [[6, 7]]  # the cell centred on (30, 26)
    assert aim.near[0, 6, 7] == 1
    assert aim.value[0, 6, 7] == 7
    assert aim.printed[0, 6, 7] == 1
    np.testing.assert_allclose(aim.place[0, 6, 7], [-1 / 8, 0, 0, np.log(32 / 30)], atol=1e-6)
    assert aim.near[0, 6, 20] < 1e-3


def test_shards_are_decided_by_seed_and_number(shard: Shard) -> None:
    sources = Sources(Styles((), (), 1.0), None, ())
    again, other = make_shard(sources, 0, 0, 2), make_shard(sources, 0, 1, 2)
    np.testing.assert_array_equal(again.pixels, shard.pixels[:2])
    assert (other.pixels != again.pixels).any()
    assert len(Shard.join([shard, again])) == 10


def test_greedy_reading_and_packed_sequences() -> None:
    columns = np.full((5, 11), -5, np.float32)
    for column, sign in enumerate((3, 3, 10, 3, 1)):
        columns[column, sign] = 5
    assert greedy(columns) == [3, 3, 1]
    packed = sequences([[3, 3, 1], []])
    assert packed.values.numpy().tolist() == [3, 3, 1, 0]
    assert packed.dense_shape.numpy().tolist() == [2, 3]


def test_the_rate_rises_and_falls() -> None:
    rates = [learning_rate(HOW, step) for step in (0, 199, 300, 399, 500)]
    assert rates[0] < rates[1] > rates[2] > rates[3] > 0
    assert rates[4] == pytest.approx(0.01 * HOW.rate)


def test_steps_on_one_batch_lower_every_loss(trainer: Trainer, shard: Shard) -> None:
    batch = prepare(shard, np.arange(4), None)
    losses = [trainer.learn(batch) for _ in range(8)]
    assert all(np.isfinite(list(loss.values())).all() for loss in losses)
    for name in ("where", "which", "ctc"):
        assert losses[-1][name] < losses[0][name], name


def test_the_network_takes_any_width_and_says_what_is_promised(trainer: Trainer) -> None:
    for width in (32, 200):
        outputs = trainer.average(np.zeros((2, 48, width, 1), np.float32))
        assert outputs["center"].shape == (2, 12, width // 4, 16)
        assert outputs["ctc"].shape == (2, width // 4, 11)


def test_a_saved_training_goes_on_as_if_never_stopped(
    trainer: Trainer, shard: Shard, tmp_path: Path
) -> None:
    batch = prepare(shard, np.arange(4, 8), None)
    trainer.save(tmp_path / "state.npz")
    step, went_on = trainer.step, [trainer.learn(batch) for _ in range(2)]
    trainer.load(tmp_path / "state.npz")
    assert trainer.step == step
    for expected in went_on:
        assert trainer.learn(batch) == pytest.approx(expected, rel=1e-4)


def test_an_untrained_reading_is_scored_by_whole_strips(trainer: Trainer, shard: Shard) -> None:
    assert 0 <= exact_share(trainer.average, shard) <= 1
