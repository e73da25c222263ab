"""Train mlp or lenet on labelled digits, epoch by epoch, stoppable and resumable at each."""

from __future__ import annotations

import csv
import math
import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from digitnet import networks, plots
from digitnet.digits import SIDE, DataError, Digits

HISTORY_COLUMNS = (
    "epoch",
    "learning_rate",
    "loss",
    "accuracy",
    "val_loss",
    "val_accuracy",
)
Row = dict[str, float]
LARGEST_SEED = 2**32 - 1
"""That NumPy's older generator, which Keras seeds, takes."""


class TrainingError(Exception):
    """A training cannot go on; the message names the cure."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How to train; the defaults hold the expected accuracy of either network."""

    epochs: int = 20
    batch_size: int = 128
    learning_rate: float = 1e-3
    """Adam's rate at the start; it falls to nothing along half a cosine over the epochs."""
    validation_split: float = 0.1
    """Share of the digits kept from training, to choose the best epoch by."""
    patience: int = 6
    """Stop after so many epochs without a lower validation loss."""
    vary: bool = True
    """Turn, scale, slant and shift every digit a little, anew in each epoch."""
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the ranges."""
        if min(self.epochs, self.batch_size, self.patience) < 1:
            raise ValueError("epochs, batch size and patience are at least 1")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"the learning rate is above 0, got {self.learning_rate}")
        if not 0 < self.validation_split < 1:
            raise ValueError(f"the validation split is between 0 and 1: {self.validation_split}")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise ValueError(f"the seed is between 0 and {LARGEST_SEED}, got {self.seed}")


def train(
    arch: str, digits: Digits, settings: TrainingSettings, out: Path, resume: bool = False
) -> list[Row]:
    """Train a network and save the model of its best epoch.

    Beside `out` (`lenet.keras`) go `lenet.history.csv` and the curves `lenet.curves.png`. The
    folder `lenet.training` holds what resuming needs: the state after the last whole epoch and the
    best model yet. A resumed training ends as one never interrupted; with more epochs asked for, a
    finished one goes on.

    Parameters
    ----------
    arch
        `mlp` or `lenet`.
    digits
        What to train and validate on.
    settings
        The same ones again when resuming.
    out
        Where the model goes, a `.keras` file.
    resume
        Go on from the folder; where there is none yet, start.

    Returns
    -------
    list
        The history, one row an epoch, keys as the CSV's columns.

    Raises
    ------
    DataError
        When there are too few digits to split.
    FileExistsError
        When the folder holds a training that was stopped, and `resume` is not asked for.
    TrainingError
        When that training is of another network or damaged, or the loss is no number any more.
    """
    work = out.with_suffix(".training")
    best = work / "best.keras"
    if best.exists() and not resume:
        raise FileExistsError(f"{work} holds a training that was stopped")
    if work.exists() and not resume:
        shutil.rmtree(work)
    work.mkdir(parents=True, exist_ok=True)
    history = _read_history(work / "history.csv")
    fitted, held_out = _split(digits, settings)
    model = _model_to_go_on_with(arch, settings, work, len(history))
    while len(history) < settings.epochs and not _has_stalled(history, settings.patience):
        row = _run_epoch(model, fitted, held_out, settings, len(history))
        history.append(row)
        if _best(history) is row:
            _save(model, best)
        _save(model, _checkpoint(work, len(history)))
        _write_history(work / "history.csv", history)  # the epoch counts from here on
        _checkpoint(work, len(history) - 1).unlink(missing_ok=True)
    if best.exists():  # not so where a finished training was resumed and found nothing better
        best.replace(out)
    shutil.copyfile(work / "history.csv", out.with_suffix(".history.csv"))
    plots.learning_curves(history, out.with_suffix(".curves.png"))
    return history


def _model_to_go_on_with(
    arch: str, settings: TrainingSettings, work: Path, done: int
) -> keras.Model:
    """Load the state after the last whole epoch, or make the network anew."""
    keras.utils.set_random_seed(settings.seed)
    if done:
        return _kept_model(arch, work, done)
    model = {"mlp": networks.mlp, "lenet": networks.lenet}[arch]()
    model.compile(
        optimizer=keras.optimizers.Adam(settings.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def _kept_model(arch: str, work: Path, done: int) -> keras.Model:
    """Load the state after the last whole epoch; it must be of the network asked for."""
    try:
        model = keras.models.load_model(_checkpoint(work, done))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _lost(work, f"the state after epoch {done} is missing or damaged") from error
    if model.name != arch:
        raise _lost(work, f"it is one of {model.name}, not of {arch}")
    return model


def _lost(work: Path, why: str) -> TrainingError:
    return TrainingError(
        f"{work} holds a training that cannot be gone on with: {why}; remove that folder, or give "
        "another --out"
    )


def _split(digits: Digits, settings: TrainingSettings) -> tuple[Digits, Digits]:
    """Part the digits at random into those to fit and those to validate on."""
    held = round(len(digits) * settings.validation_split)
    if held == 0 or held == len(digits):
        raise DataError(
            f"{len(digits)} digits cannot be split: {settings.validation_split:g} of them leaves "
            "one side empty"
        )
    order = np.random.default_rng(settings.seed).permutation(len(digits))
    return digits.at(order[held:]), digits.at(order[:held])


def _run_epoch(
    model: keras.Model, fitted: Digits, held_out: Digits, settings: TrainingSettings, done: int
) -> Row:
    """Fit one epoch, its order and variation decided by its number and the seed, and validate."""
    rate = settings.learning_rate * (1 + math.cos(math.pi * done / settings.epochs)) / 2
    model.optimizer.learning_rate = rate
    _seed_dropout(model, settings.seed, done)
    rng = np.random.default_rng([settings.seed, done])
    shown = fitted.at(rng.permutation(len(fitted)))
    if settings.vary:
        shown = Digits(varied(shown.images, rng), shown.labels)
    steps = math.ceil(len(fitted) / settings.batch_size)
    with tqdm(total=steps, desc=f"epoch {done + 1}/{settings.epochs}", unit="batch") as bar:
        advance = keras.callbacks.LambdaCallback(on_train_batch_end=lambda *_, **__: bar.update())
        fit = model.fit(
            shown.inputs,
            shown.labels,
            batch_size=settings.batch_size,
            shuffle=False,
            verbose=0,
            callbacks=[advance],
        )
        loss, accuracy = model.evaluate(
            held_out.inputs, held_out.labels, batch_size=1000, verbose=0
        )
        row = {
            "epoch": done + 1,
            "learning_rate": rate,
            "loss": float(fit.history["loss"][0]),
            "accuracy": float(fit.history["accuracy"][0]),
            "val_loss": float(loss),
            "val_accuracy": float(accuracy),
        }
        bar.set_postfix({name: f"{row[name]:.4f}" for name in ("loss", "val_loss", "val_accuracy")})
    if not math.isfinite(row["loss"] + row["val_loss"]):
        raise TrainingError(
            f"the loss is no number after epoch {done + 1}: try a smaller --learning-rate than "
            f"{settings.learning_rate:g}"
        )
    return row


def _seed_dropout(model: keras.Model, seed: int, done: int) -> None:
    """Set what dropout draws from: a saved model forgets it, so each epoch starts its own."""
    dropouts = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    for number, layer in enumerate(dropouts):
        layer.seed_generator.state.assign([seed * len(dropouts) + number, done << 16])


def varied(images: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Turn up to 12 degrees, slant, scale by up to a tenth and shift up to 2 px each image.

    `images` is (N, 28, 28), ink bright on 0; every image draws its own turn from `rng`.
    """
    middle = np.full(2, (SIDE - 1) / 2)
    result = np.empty_like(images)
    for image, place in zip(images, result, strict=True):
        angle = np.deg2rad(rng.uniform(-12, 12))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        width, height = rng.uniform(0.9, 1.1, 2)
        linear = turn @ np.array([[width, rng.uniform(-0.15, 0.15)], [0, height]])
        offset = middle + rng.uniform(-2, 2, 2) - linear @ middle
        cv2.warpAffine(image, np.column_stack([linear, offset]), (SIDE, SIDE), dst=place)
    return result


def _best(history: list[Row]) -> Row:
    """Return the row of the lowest validation loss, the first of equals."""
    return min(history, key=lambda row: row["val_loss"])


def _has_stalled(history: list[Row], patience: int) -> bool:
    return bool(history) and len(history) - _best(history)["epoch"] >= patience


def _checkpoint(work: Path, epoch: int) -> Path:
    return work / f"epoch-{epoch:03}.keras"


def _save(model: keras.Model, path: Path) -> None:
    """Save so that a kill leaves the old file or the new one, whole."""
    unfinished = path.with_suffix(".part.keras")
    model.save(unfinished)
    unfinished.replace(path)


def _write_history(path: Path, history: list[Row]) -> None:
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HISTORY_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
    unfinished.replace(path)


def _read_history(path: Path) -> list[Row]:
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return [{column: float(row[column]) for column in HISTORY_COLUMNS} for row in rows]
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise _lost(path.parent, f"{path.name} is damaged") from error
