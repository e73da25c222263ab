"""Make all that digitscan reads with, from nothing: the networks, the decision, the card.

`make model` runs it. Each step keeps its work in a folder; stopped and started again it goes on
where it was, and a finished step is not made again. What ships is replaced at the very end.
Needs the extra `train`.
"""

from __future__ import annotations

import csv
import json
import logging
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from digitnet.card import add_figures, file_hash, put_text, update_card
from digitnet.glyph_checkpoint import Checkpoint
from digitnet.publish_glyph import DATA_FILES as GLYPH_FILES
from digitnet.publish_quick import publish_quick
from digitnet.publish_strip import publish_strip
from digitnet.strip_data import DATA_FILES as STRIP_FILES
from digitnet.synthesis.printed import fonts_in
from digitnet.train_glyph import Recipe, train_glyph
from digitnet.train_quick import QuickRecipe, fit_quick
from digitnet.train_strip import StripTraining, train_strip
from digitscan.console import explained
from digitscan.errors import ExitCode, NothingToReadError, UsageError
from digitscan.fit_decision import FIELDS, fit_decision
from digitscan.logs import logger, set_up
from digitscan.measure_strips import strip_figures
from digitscan.reading.engine import load_strip_engine, shipped_weights
from digitscan.reading.segments import segment_line
from digitscan.settings import MessageSettings

REAL_STRIPS = "orand-car-a-dev"
"""Real strips in the data folder: they measure, where they are there, and train nothing."""
NETWORKS = ("glyph", "quick", "strip")
WEIGHTS = tuple(f"{name}.{kind}" for name in NETWORKS for kind in ("keras", "tflite"))
PACKAGES = ("tensorflow", "keras", "numpy", "opencv-python-headless")
"""What the result depends on beside the code."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How everything is trained, seeds included."""

    glyph: Recipe = field(default_factory=Recipe)
    quick: QuickRecipe = field(default_factory=QuickRecipe)
    strip: StripTraining = field(default_factory=StripTraining)
    fields: int = FIELDS
    """Fields that the decision is fitted on."""


def make_model(data: Path, fonts: Path | None, work: Path, weights: Path, plan: Plan) -> None:
    """Make the networks, the decision and their card in `work`, then put them into `weights`.

    Parameters
    ----------
    data
        Folder of the sets that CARD.md names.
    fonts
        Folder of .ttf files; None for DejaVu alone.
    work
        Folder that holds what is done so far; gigabytes.
    weights
        What ships: the networks, card.json and CARD.md, whose text is kept around the figures.
    plan
        The recipes.

    Raises
    ------
    NothingToReadError
        Data or fonts are missing.
    UsageError
        The work folder was begun with others, or with another plan.
    """
    made = begin(data, fonts, work, weights, plan)
    strips = work / "strip"
    steps: dict[str, Callable[[], object]] = {
        "glyph": partial(train_glyph, data, fonts, work / "glyph", made, segment_line, plan.glyph),
        "quick": partial(make_quick, data, fonts, work, made, plan),
        "strip": partial(train_strip, data, fonts, strips, plan.strip),
        "publish": partial(publish_strip, data, fonts, strips, made, plan.strip),
        "decision": partial(fit_decision, data, fonts, made, plan.fields),
        "measure": partial(measure, data, made),
    }
    for name, step in steps.items():
        finish(work, name, step)
    tell_making(made, minutes(work))
    for name in (*WEIGHTS, "CARD.md", "card.json"):  # the card last: it vouches for the others
        part = weights / f"{name}.part"
        shutil.copyfile(made / name, part)
        part.replace(weights / name)


def make_quick(data: Path, fonts: Path | None, work: Path, made: Path, plan: Plan) -> None:
    """Make the quick network after the glyph network in `made`, from the same examples."""
    own = work / "quick"
    model = fit_quick(sorted((work / "glyph").glob("glyphs-*.npz")), made, own, plan.quick)
    how, minutes = asdict(plan.quick), Checkpoint(own).minutes()
    publish_quick(model, data, fonts, made, segment_line, how, minutes, plan.glyph.held_out)


def begin(data: Path, fonts: Path | None, work: Path, weights: Path, plan: Plan) -> Path:
    """Check what there is to work with; return the folder in `work` where the results gather."""
    needed = sorted({*GLYPH_FILES, *STRIP_FILES})
    missing = [name for name in needed if not (data / name).is_file()]
    if missing:
        raise NothingToReadError(
            f"{data} lacks {', '.join(missing)}; models/digitnet/weights/CARD.md names the sets"
        )
    if fonts is not None and not (fonts.is_dir() and fonts_in(fonts)):
        raise NothingToReadError(f"{fonts} holds no .ttf files; 'make fonts' gets them")
    origin = {
        "plan": asdict(plan),
        "data": {name: file_hash(data / name) for name in needed},
        "fonts": {font.name: file_hash(font) for font in fonts_in(fonts)},
    }
    text, path, made = json.dumps(origin, indent=2), work / "plan.json", work / "weights"
    if path.exists() and path.read_text("utf-8") != text:
        raise UsageError(
            f"{work} was begun with other data, fonts or recipes: remove it, or give another --work"
        )
    made.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    if (weights / "CARD.md").exists() and not (made / "CARD.md").exists():
        shutil.copyfile(weights / "CARD.md", made / "CARD.md")
    return made


def finish(work: Path, name: str, step: Callable[[], object]) -> None:
    """Do a step unless it is done; its time is noted even where it is stopped."""
    done = work / f"{name}.done"
    if done.exists():
        logger.info("%s: done before", name)
        return
    logger.info("%s: begun", name)
    start = time.monotonic()
    try:
        step()
    finally:
        with (work / "times.csv").open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow([name, round(time.monotonic() - start, 1)])
    done.touch()
    logger.info("%s: done", name)


def minutes(work: Path) -> dict[str, float]:
    """Add up how long each step took, over all starts."""
    spent: dict[str, float] = {}
    with (work / "times.csv").open(encoding="utf-8", newline="") as file:
        for name, seconds in csv.reader(file):
            spent[name] = spent.get(name, 0.0) + float(seconds) / 60
    return {name: round(value, 1) for name, value in spent.items()}


def measure(data: Path, made: Path) -> None:
    """Score the strip network by itself on real strips; the other figures come with training."""
    folder = data / REAL_STRIPS
    if not folder.is_dir():
        logger.warning("%s is not there: nothing is measured on real strips", folder)
        return
    figures = strip_figures(folder, load_strip_engine(made))
    add_figures(made, "strip", {f"{REAL_STRIPS} (strip reader alone)": figures})


def tell_making(made: Path, spent: dict[str, float]) -> None:
    """Write into the card how long it all took, with what, and how large the result is."""
    sizes = {name: (made / name).stat().st_size for name in WEIGHTS}
    packages = {name: version(name) for name in PACKAGES}
    facts = {"minutes": spent, "cores": os.cpu_count(), "packages": packages, "bytes": sizes}
    update_card(made, "making", facts)
    lines = ["| step | minutes |", "|---|---|"]
    lines += [f"| {name} | {value:.1f} |" for name, value in spent.items()]
    lines += [
        "",
        f"On {os.cpu_count()} cores, with "
        + ", ".join(f"{name} {number}" for name, number in packages.items())
        + f". All weights together: {sum(sizes.values()) / 1e6:.2f} MB.",
    ]
    put_text(made, "making", "\n".join(lines))


def main(
    data: Annotated[Path, typer.Argument(help="Folder of the sets that CARD.md names.")],
    fonts: Annotated[Path | None, typer.Option(help="Folder of .ttf files.")] = None,
    work: Annotated[Path, typer.Option(help="Folder for what is done so far.")] = Path(
        "runs/model"
    ),
) -> None:
    """Make the networks that ship from nothing, or go on with it."""
    with explained():
        set_up(MessageSettings(verbose=1))
        training = logging.getLogger("digitnet")
        training.setLevel(logging.INFO)
        training.handlers[:] = logger.handlers
        try:
            make_model(data, fonts, work, shipped_weights(), Plan())
        except KeyboardInterrupt:
            logger.error("stopped; the same command goes on")
            raise typer.Exit(ExitCode.STOPPED) from None


if __name__ == "__main__":
    typer.run(main)
