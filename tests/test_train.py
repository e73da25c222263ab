"""Training: what it writes, that it learns, that stopping and resuming changes nothing."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitnet.digits import DataError, Digits
from drawing.pen import DIGITS_FILE

tensorflow = pytest.importorskip("tensorflow", reason="training needs the extra train")

from digitnet import train as training  # noqa: E402 - after the check that it can be imported
from digitnet.networks import lenet, mlp  # noqa: E402
from digitnet.saved import SavedModelError, load_classifier  # noqa: E402
from digitnet.train import TrainingError, TrainingSettings, train, varied  # noqa: E402

QUICK = TrainingSettings(epochs=3, batch_size=16, validation_split=0.25, vary=False)


@pytest.fixture(scope="module")
def digits() -> Digits:
    """Load a hundred digits of MNIST, ten of each."""
    with np.load(DIGITS_FILE) as archive:
        pixels, labels = archive["pixels"], archive["labels"]
    chosen = np.concatenate([np.flatnonzero(labels == digit)[:10] for digit in range(10)])
    return Digits(pixels[chosen], labels[chosen].astype(np.uint8))


def weights(path: Path) -> list[NDArray[np.float32]]:
    """Load the weights of a saved model."""
    return list(tensorflow.keras.models.load_model(path).get_weights())


def test_the_convolutional_network_is_the_one_asked_for() -> None:
    described = [layer["class_name"] for layer in lenet().get_config()["layers"]]
    assert described == [
        "InputLayer",
        *["Conv2D", "MaxPooling2D"] * 2,
        *["Flatten", "Dense", "Dropout", "Dense"],
    ]
    shapes = [tuple(values.shape) for values in lenet().get_weights()]
    assert shapes == [
        (3, 3, 1, 32),
        (32,),
        (3, 3, 32, 64),
        (64,),
        (1600, 64),
        (64,),
        (64, 10),
        (10,),
    ]


@pytest.mark.parametrize("make", [mlp, lenet])
def test_networks_give_probabilities(make: type) -> None:
    given = make()(np.random.default_rng(0).random((3, 28, 28, 1)).astype(np.float32))
    assert given.shape == (3, 10)
    np.testing.assert_allclose(np.sum(given, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("arch", ["mlp", "lenet"])
def test_training_learns_and_leaves_model_history_and_curves(
    arch: str, digits: Digits, tmp_path: Path
) -> None:
    out = tmp_path / "new" / f"{arch}.keras"
    settings = TrainingSettings(
        epochs=12, batch_size=8, learning_rate=2e-3, patience=12, vary=False
    )
    history = train(arch, digits, settings, out)
    with out.with_suffix(".history.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["epoch"]) for row in rows] == list(range(1, 13))
    assert float(rows[-1]["val_loss"]) == history[-1]["val_loss"]
    assert history[-1]["loss"] < history[0]["loss"] / 2
    assert out.with_suffix(".curves.png").read_bytes().startswith(b"\x89PNG")
    answers = load_classifier(out)(digits.images).argmax(1)
    assert (answers == digits.labels).mean() > 0.8


def test_a_training_that_was_killed_resumes_as_if_it_was_not(
    digits: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train("lenet", digits, QUICK, tmp_path / "whole.keras")
    run_epoch = training._run_epoch

    def killed_in_the_third(*given: object) -> training.Row:
        if given[-1] == 2:
            raise KeyboardInterrupt
        return run_epoch(*given)  # type: ignore[arg-type]  # passed on as it came

    out = tmp_path / "stopped.keras"
    with monkeypatch.context() as patch:
        patch.setattr(training, "_run_epoch", killed_in_the_third)
        with pytest.raises(KeyboardInterrupt):
            train("lenet", digits, QUICK, out)
    assert not out.exists()
    with pytest.raises(FileExistsError, match=r"stopped\.training holds a training"):
        train("lenet", digits, QUICK, out)
    assert train("lenet", digits, QUICK, out, resume=True) == whole
    for stopped, straight in zip(weights(out), weights(tmp_path / "whole.keras"), strict=True):
        np.testing.assert_array_equal(stopped, straight)


def test_resuming_with_more_epochs_goes_on(digits: Digits, tmp_path: Path) -> None:
    out = tmp_path / "model.keras"
    train("mlp", digits, TrainingSettings(epochs=1, validation_split=0.25), out)
    more = TrainingSettings(epochs=2, validation_split=0.25)
    assert [row["epoch"] for row in train("mlp", digits, more, out, resume=True)] == [1, 2]


def test_training_stops_early_and_saves_the_best_epoch(digits: Digits, tmp_path: Path) -> None:
    settings = TrainingSettings(
        epochs=50, batch_size=16, learning_rate=0.1, validation_split=0.25, patience=2
    )
    out = tmp_path / "model.keras"
    history = train("mlp", digits, settings, out)
    best = min(history, key=lambda row: row["val_loss"])
    assert len(history) == best["epoch"] + 2 < 50
    _, held_out = training._split(digits, settings)
    loss, _ = tensorflow.keras.models.load_model(out).evaluate(
        held_out.inputs, held_out.labels, verbose=0
    )
    assert loss == pytest.approx(best["val_loss"], rel=1e-4)


def test_the_seed_decides_everything(digits: Digits, tmp_path: Path) -> None:
    settings = TrainingSettings(epochs=1, batch_size=16, validation_split=0.25, seed=3)
    first = train("mlp", digits, settings, tmp_path / "first.keras")
    assert train("mlp", digits, settings, tmp_path / "second.keras") == first
    other = TrainingSettings(epochs=1, batch_size=16, validation_split=0.25, seed=4)
    assert train("mlp", digits, other, tmp_path / "third.keras") != first


def test_a_training_of_another_network_or_a_damaged_one_is_not_gone_on_with(
    digits: Digits, tmp_path: Path
) -> None:
    out, work = tmp_path / "model.keras", tmp_path / "model.training"
    one, two = replace(QUICK, epochs=1), replace(QUICK, epochs=2)
    train("mlp", digits, one, out)
    before = out.read_bytes()
    with pytest.raises(TrainingError, match="is one of mlp, not of lenet; remove that folder"):
        train("lenet", digits, two, out, resume=True)
    (work / "epoch-001.keras").write_text("damaged")
    with pytest.raises(TrainingError, match="state after epoch 1 is missing or damaged"):
        train("mlp", digits, two, out, resume=True)
    for damaged in (b"a,b\n1,2\n", b"\xff", (work / "history.csv").read_bytes()[:-60]):
        (work / "history.csv").write_bytes(damaged)
        with pytest.raises(TrainingError, match=r"history\.csv is damaged"):
            train("mlp", digits, two, out, resume=True)
    assert out.read_bytes() == before


def test_a_training_that_diverges_says_so(digits: Digits, tmp_path: Path) -> None:
    out = tmp_path / "model.keras"
    with pytest.raises(TrainingError, match=r"a smaller --learning-rate than 1e\+30"):
        train("mlp", digits, replace(QUICK, learning_rate=1e30), out)
    assert not out.exists()


def test_too_few_digits_to_split(tmp_path: Path) -> None:
    few = Digits(np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8))
    with pytest.raises(DataError, match=r"3 digits cannot be split: 0\.1 of them"):
        train("mlp", few, TrainingSettings(), tmp_path / "model.keras")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"epochs": 0}, "at least 1"),
        ({"learning_rate": 0.0}, "above 0"),
        ({"learning_rate": float("nan")}, "above 0"),
        ({"validation_split": 1.0}, "between 0 and 1"),
        ({"learning_rate": float("inf")}, "above 0"),
        ({"seed": -1}, "between 0 and 4294967295"),
        ({"seed": 2**32}, "between 0 and 4294967295"),
    ],
)
def test_settings_are_checked(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TrainingSettings(**wrong)  # type: ignore[arg-type]  # that is the case


def test_variation_moves_every_digit_a_little(digits: Digits) -> None:
    before = digits.images.copy()
    after = varied(digits.images, np.random.default_rng(0))
    np.testing.assert_array_equal(digits.images, before)
    assert (after != before).any((1, 2)).all()
    mass = after.sum((1, 2), dtype=float) / before.sum((1, 2), dtype=float)
    assert ((mass > 0.7) & (mass < 1.4)).all()
    again = varied(digits.images, np.random.default_rng(0))
    np.testing.assert_array_equal(after, again)


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1), (784,)])
def test_models_of_others_are_understood(shape: tuple[int, ...], tmp_path: Path) -> None:
    layers = tensorflow.keras.layers
    model = tensorflow.keras.Sequential(
        [tensorflow.keras.Input(shape), layers.Flatten(), layers.Dense(10)]
    )
    model.save(tmp_path / "theirs.keras")
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    logits = model.predict(images.reshape(5, *shape) / 255, verbose=0)
    given = load_classifier(tmp_path / "theirs.keras")(images)
    np.testing.assert_allclose(given, np.asarray(tensorflow.nn.softmax(logits)), atol=1e-5)


def test_a_network_with_two_heads_is_asked_for_its_digit(tmp_path: Path) -> None:
    keras = tensorflow.keras
    inputs = keras.Input((28, 28, 1))
    flat = keras.layers.Flatten()(inputs)
    heads = {
        "printed": keras.layers.Dense(1)(flat),
        "digit": keras.layers.Dense(11)(flat),
    }
    keras.Model(inputs, heads).save(tmp_path / "two.keras")
    given = load_classifier(tmp_path / "two.keras")(np.zeros((2, 28, 28), np.uint8))
    np.testing.assert_allclose(given, np.full((2, 11), 1 / 11), atol=1e-6)


def test_models_that_do_not_fit_are_named(tmp_path: Path) -> None:
    with pytest.raises(SavedModelError, match=r"none\.keras does not exist"):
        load_classifier(tmp_path / "none.keras")
    (tmp_path / "junk.keras").write_bytes(b"junk")
    with pytest.raises(SavedModelError, match=r"junk\.keras is damaged"):
        load_classifier(tmp_path / "junk.keras")
    layers = tensorflow.keras.layers
    tensorflow.keras.Sequential([tensorflow.keras.Input((32, 32, 3)), layers.Flatten()]).save(
        tmp_path / "photos.keras"
    )
    with pytest.raises(SavedModelError, match=r"takes \(None, 32, 32, 3\)"):
        load_classifier(tmp_path / "photos.keras")
    tensorflow.keras.Sequential([tensorflow.keras.Input((28, 28)), layers.Flatten()]).save(
        tmp_path / "flat.keras"
    )
    with pytest.raises(SavedModelError, match=r"gives \(784,\), not 10 or 11 classes"):
        load_classifier(tmp_path / "flat.keras")
