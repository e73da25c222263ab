"""The commands on single digits: predict and evaluate."""

from __future__ import annotations

import json as json_format
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from digitscan.console import networks_explained, tell
from digitscan.errors import ExitCode, OutputError
from digitscan.logs import logger
from digitscan.stderr import import_quietly

commands = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Data = Annotated[
    Path | None,
    typer.Option(
        help="mnist.npz, an idx file or a folder of them, a CSV with a label column, or a folder "
        "with folders 0 to 9 of images.",
        show_default="MNIST, downloaded by Keras",
    ),
]


@commands.command()
def predict(
    images: Annotated[
        list[Path],
        # One that may not be read costs the others nothing: it is not Typer's to look.
        typer.Argument(help="Picture files of one digit each.", readable=False),
    ],
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
    with networks_explained():
        from digitscan.predict import Prediction, open_classifier
        from digitscan.predict import predict as predict_all

        code = ExitCode.OK
        entries: list[dict[str, Any]] = []
        for item in predict_all(images, open_classifier(model)):
            if isinstance(item, Prediction):
                entries.append(item.as_json())
                if not json:
                    tell(item.as_text())
            else:
                code = ExitCode.SOME_UNREADABLE
                entries.append(asdict(item))
                logger.error("%s: %s", item.file, item.message)
        if json:
            tell(json_format.dumps(entries, indent=2))
    raise typer.Exit(code)


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
    with networks_explained():
        from digitnet.data import load
        from digitnet.evaluate import as_text
        from digitnet.evaluate import evaluate as score
        from digitnet.framing import reframed
        from digitscan.predict import open_classifier

        if data is None:  # Keras fetches MNIST
            import_quietly("keras")
        classify = open_classifier(model)
        digits = load(data).for_testing()
        if classify(digits.images[:1]).shape[1] > 10:  # the reader's own, which it crops for
            digits, cropped = reframed(digits)
            if cropped:
                anew = f"{cropped} of {len(digits)} digits are cropped anew, as MNIST's are"
                typer.echo(anew, err=True)
        found = score(classify(digits.images), digits.labels)
        tell(json_format.dumps(found.as_json()) if json else as_text(found, digits))
        if plots is not None:
            from digitnet.plots import evaluation_pictures

            try:
                paths = evaluation_pictures(found, digits, plots)
            except OSError as error:
                raise OutputError(f"pictures cannot be written to {plots}: {error}") from error
            for path in paths:
                typer.echo(f"drawn: {path}", err=True)
