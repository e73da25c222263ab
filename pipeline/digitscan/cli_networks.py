"""The commands around single digits and their networks: predict, train, evaluate."""

from __future__ import annotations

import json as json_format
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from digitscan.console import explained
from digitscan.errors import (
    ExitCode,
    NothingToReadError,
    OutputError,
    UsageError,
)
from digitscan.logs import logger

commands = typer.Typer()

TRAIN_EXTRA = {"keras", "matplotlib", "tensorflow"}

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Data = Annotated[
    Path | None,
    typer.Option(
        help="mnist.npz, an idx file or a folder of them, a CSV with a label column, or a folder "
        "with folders 0 to 9 of images.",
        show_default="MNIST, downloaded by Keras",
    ),
]


class Arch(StrEnum):
    """The networks that can be trained."""

    MLP = "mlp"
    LENET = "lenet"


@contextmanager
def _networks_explained() -> Iterator[None]:
    """Explain the errors of `digitnet` too."""
    from digitnet.digits import DataError

    with explained():
        try:
            yield
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in TRAIN_EXTRA:
                raise
            raise UsageError(
                f"{error.name} is not installed: pip install 'digitscan[train]'"
            ) from error
        except DataError as error:
            raise NothingToReadError(str(error)) from error


@commands.command()
def predict(
    images: Annotated[list[Path], typer.Argument(help="Picture files of one digit each.")],
    model: Annotated[
        Path | None,
        typer.Option(
            help="A saved .keras model, or a .tflite one.", show_default="the shipped one"
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Name the one digit of each picture, dark on light or light on dark.

    Exit codes: 0 all read, 2 wrong usage, 3 some pictures could not be read, 6 model missing or
    unfit.
    """
    with _networks_explained():
        from digitscan.predict import Prediction, open_classifier
        from digitscan.predict import predict as predict_all

        code = ExitCode.OK
        entries: list[dict[str, Any]] = []
        for item in predict_all(images, open_classifier(model)):
            if isinstance(item, Prediction):
                entries.append(item.as_json())
                if not json:
                    typer.echo(item.as_text())
            else:
                code = ExitCode.SOME_UNREADABLE
                entries.append(asdict(item))
                logger.error("%s: %s", item.file, item.message)
        if json:
            typer.echo(json_format.dumps(entries, indent=2))
    raise typer.Exit(code)


@commands.command()
def train(
    arch: Annotated[Arch, typer.Option(help="The network.")] = Arch.LENET,
    data: Data = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="The model to write, a .keras file; history and curves go beside it.",
            show_default="<arch>.keras",
        ),
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Most passes over the digits.")] = 20,
    batch_size: Annotated[int, typer.Option(min=1, help="Digits a step.")] = 128,
    learning_rate: Annotated[float, typer.Option(help="Adam's rate at the start.")] = 1e-3,
    validation_split: Annotated[
        float, typer.Option(help="Share of the digits to choose the best epoch by.")
    ] = 0.1,
    patience: Annotated[
        int, typer.Option(min=1, help="Stop after so many epochs without a gain.")
    ] = 6,
    seed: Annotated[int, typer.Option(min=0, help="Decides all that is drawn at random.")] = 0,
    vary: Annotated[
        bool, typer.Option(help="Turn, slant, scale and shift the digits a little.")
    ] = True,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the last whole epoch.")
    ] = False,
) -> None:
    """Train a network on digits and save it with its history and learning curves.

    Exit codes: 0 done, 2 wrong usage, 4 no digits to train on, 5 output cannot be written, 130
    stopped (go on with --resume).
    """
    path = out or Path(f"{arch}.keras")
    with _networks_explained():
        if path.suffix != ".keras":
            raise UsageError(f"--out is the model to write and ends in .keras, got {path}")
        from digitnet.data import load
        from digitnet.train import TrainingSettings
        from digitnet.train import train as train_network

        try:
            settings = TrainingSettings(
                epochs, batch_size, learning_rate, validation_split, patience, vary, seed
            )
        except ValueError as error:
            raise UsageError(str(error)) from error
        source = load(data)
        try:
            history = train_network(arch, source.for_training(), settings, path, resume)
        except OSError as error:
            raise OutputError(
                f"{path} and what goes beside it cannot be written: {error}"
            ) from error
        except KeyboardInterrupt:
            logger.error("stopped; the same command with --resume goes on")
            raise typer.Exit(ExitCode.STOPPED) from None
        best = min(history, key=lambda row: row["val_loss"])
        typer.echo(
            f"{path}: {best['val_accuracy']:.2%} right in validation, epoch {best['epoch']:.0f} "
            f"of {len(history)}"
        )
        if source.test is not None:
            from digitnet.evaluate import evaluate as score
            from digitnet.saved import load_classifier

            accuracy = score(load_classifier(path)(source.test.images), source.test.labels).accuracy
            typer.echo(f"{path}: {accuracy:.2%} right of {len(source.test)} test digits")


@commands.command()
def evaluate(
    model: Annotated[
        Path | None,
        typer.Argument(
            help="A saved .keras model, or a .tflite one.", show_default="the shipped one"
        ),
    ] = None,
    data: Data = None,
    plots: Annotated[
        Path | None,
        typer.Option(
            help="Folder for pictures: confusion matrix, worst mistakes, reliability diagram, "
            "error against coverage."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Score a model on test digits: accuracy, mistakes, and whether its confidence holds.

    Exit codes: 0 done, 2 wrong usage, 4 no digits to test on, 5 pictures cannot be written, 6
    model missing or unfit.
    """
    with _networks_explained():
        from digitnet.data import load
        from digitnet.evaluate import as_text
        from digitnet.evaluate import evaluate as score
        from digitscan.predict import open_classifier

        classify = open_classifier(model)
        digits = load(data).for_testing()
        found = score(classify(digits.images), digits.labels)
        typer.echo(json_format.dumps(found.as_json()) if json else as_text(found, digits))
        if plots is not None:
            from digitnet.plots import evaluation_pictures

            try:
                paths = evaluation_pictures(found, digits, plots)
            except OSError as error:
                raise OutputError(f"pictures cannot be written to {plots}: {error}") from error
            for path in paths:
                typer.echo(f"drawn: {path}", err=True)
