"""The command that trains: classifiers of single digits, and the networks digitscan reads with."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitscan import options
from digitscan.cli_networks import Data
from digitscan.config import gather
from digitscan.console import networks_explained, tell
from digitscan.errors import ExitCode, NothingToReadError, OutputError, UsageError
from digitscan.logs import logger
from digitscan.stderr import import_quietly

if TYPE_CHECKING:  # they import Keras and NumPy
    from digitnet.digits import Digits
    from digitnet.train import TrainingSettings

commands = typer.Typer()

CLASSIFIERS_ONLY = (
    "epochs",
    "batch_size",
    "learning_rate",
    "validation_split",
    "patience",
    "vary",
)
"""Options that glyph and strip do not have: their recipes are part of their card."""


class Arch(StrEnum):
    """The networks that can be trained."""

    MLP = "mlp"
    LENET = "lenet"
    GLYPH = "glyph"
    STRIP = "strip"


@commands.command()
def train(
    context: typer.Context,
    arch: Annotated[
        Arch, typer.Option(help="A classifier (mlp, lenet) or a reader (glyph, strip).")
    ] = Arch.LENET,
    data: Data = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="The model to write, a .keras file, history and curves go beside it; for glyph "
            "and strip a folder.",
            show_default="<arch>.keras, or <arch>",
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
    vary: Annotated[
        bool, typer.Option(help="Turn, slant, scale and shift the digits a little.")
    ] = True,
    seed: Annotated[
        int, typer.Option(min=0, max=2**32 - 1, help="Decides all that is drawn at random.")
    ] = 0,
    corrections: Annotated[
        Path | None,
        typer.Option(
            help="What people put right or accepted, corrections.csv of the report: these digits "
            "are trained on too (mlp, lenet, glyph)."
        ),
    ] = None,
    results: Annotated[
        Path | None, typer.Option(help="The table that --corrections were made on.")
    ] = None,
    images: Annotated[
        list[Path] | None, typer.Option(help="The scans that this table was read from.")
    ] = None,
    dpi: options.Dpi = None,
    fonts: Annotated[
        Path | None, typer.Option(help="Folder of .ttf files for print (glyph, strip).")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a training that was stopped.")
    ] = False,
) -> None:
    """Train a network and save it, with its history and learning curves.

    For glyph and strip --data is a folder with mnist.npz and the other sets that CARD.md names.

    Exit codes: 0 done, 2 wrong usage, 4 no digits to train on, 5 output cannot be written, 6 model
    missing or unfit, 7 refused: the corrections do not belong to the table, 130 stopped (go on
    with --resume).
    """
    with networks_explained():
        try:
            if arch in (Arch.GLYPH, Arch.STRIP):
                _refuse(context, CLASSIFIERS_ONLY)
                if arch is Arch.STRIP and corrections is not None:
                    raise UsageError("--corrections are digits, and strip learns from whole lines")
                more = _corrected(corrections, results, images, dpi)
                _train_reader(arch, data, fonts, out or Path(arch), seed, resume, more)
            else:
                import_quietly("keras")
                from digitnet.train import TrainingSettings

                try:
                    settings = TrainingSettings(
                        epochs, batch_size, learning_rate, validation_split, patience, vary, seed
                    )
                except ValueError as error:
                    raise UsageError(str(error)) from error
                more = _corrected(corrections, results, images, dpi)
                _train_classifier(arch, data, out or Path(f"{arch}.keras"), settings, resume, more)
        except KeyboardInterrupt:
            logger.error("stopped; the same command with --resume goes on")
            raise typer.Exit(ExitCode.STOPPED) from None


def _refuse(context: typer.Context, names: tuple[str, ...]) -> None:
    """Raise UsageError where one of these options was given."""
    for name in names:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise UsageError(f"--{name.replace('_', '-')} is for mlp and lenet alone")


def _corrected(
    corrections: Path | None, results: Path | None, images: list[Path] | None, dpi: int | None
) -> Digits | None:
    """Cut the digits that people judged out of their scans; None where none are asked for."""
    if corrections is None:
        return None
    if results is None or not images:
        raise UsageError("--corrections needs the table and its scans: --results and --images")
    import numpy as np

    from digitnet.digits import checked
    from digitscan.correcting.corrections import read_corrections
    from digitscan.correcting.crops import crop_known, known_digits
    from digitscan.output.read_table import read_numbers
    from digitscan.pages.inputs import find_inputs
    from digitscan.reading.read import Reader

    known = known_digits(read_numbers(results), read_corrections(corrections))
    scans = {file.name: file.path for file in find_inputs(images).files}
    pages = gather({"dpi": dpi}).pages
    pairs = list(crop_known(known, scans, pages, Reader()))
    if not pairs:
        raise NothingToReadError(f"{corrections} names no digit whose place and scan are known")
    typer.echo(f"{len(pairs)} corrected digits are added", err=True)
    crops, digits = zip(*pairs, strict=True)
    return checked(str(corrections), np.stack(crops), np.array(digits))


def _train_classifier(
    arch: Arch,
    data: Path | None,
    out: Path,
    settings: TrainingSettings,
    resume: bool,
    more: Digits | None,
) -> None:
    """Train mlp or lenet; tell how good it is on validation and test digits."""
    from digitnet.data import load
    from digitnet.digits import joined
    from digitnet.evaluate import evaluate
    from digitnet.saved import load_classifier
    from digitnet.train import TrainingError
    from digitnet.train import train as train_network

    if out.suffix != ".keras":
        raise UsageError(f"--out is the model to write and ends in .keras, got {out}")
    source = load(data)
    digits = source.for_training()
    if more is not None:
        digits = joined(digits, more)
    try:
        history = train_network(arch, digits, settings, out, resume)
    except FileExistsError as error:
        raise UsageError(f"{error}: --resume goes on with it, or remove that folder") from error
    except TrainingError as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        raise OutputError(f"{out} or what is beside it cannot be written: {error}") from error
    best = min(history, key=lambda row: row["val_loss"])
    tell(
        f"{out}: {best['val_accuracy']:.2%} right in validation, epoch {best['epoch']:.0f} "
        f"of {len(history)}"
    )
    if source.test is not None:
        found = evaluate(load_classifier(out)(source.test.images), source.test.labels)
        tell(f"{out}: {found.accuracy:.2%} right of {len(source.test)} test digits")


def _train_reader(
    arch: Arch,
    data: Path | None,
    fonts: Path | None,
    out: Path,
    seed: int,
    resume: bool,
    more: Digits | None,
) -> None:
    """Train glyph or strip into a folder; both keep what they need to be resumed."""
    if data is None or not data.is_dir():
        raise UsageError(f"--arch {arch} needs --data, a folder with mnist.npz and the other sets")
    if out.exists() and any(out.iterdir()) and not resume:
        raise UsageError(f"{out} is not empty: give another --out, or --resume to go on there")
    import_quietly("keras")
    try:
        if arch is Arch.GLYPH:
            from digitnet.train_glyph import Recipe, train_glyph
            from digitscan.reading.segments import segment_line

            train_glyph(data, fonts, out / "work", out, segment_line, Recipe(seed=seed), more)
        else:
            from digitnet.train_strip import StripTraining, train_strip

            train_strip(data, fonts, out, StripTraining(seed=seed), resume)
    except FileNotFoundError as error:
        raise NothingToReadError(f"{error.filename} is missing for --arch {arch}") from error
    tell(f"{out / arch}.keras")
