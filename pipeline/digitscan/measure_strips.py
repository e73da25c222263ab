"""Measure the strip network by itself on real strips whose digits and boxes are known.

`python -m digitscan.measure_strips FOLDER` scores the network that ships; FOLDER holds truth.json,
as `digitscan score` takes it, and the pictures in images/.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from digitscan.console import explained
from digitscan.errors import NothingToReadError
from digitscan.reading.engine import Engine, load_strip_engine
from digitscan.reading.strips import StripReading, read_strips
from digitscan.scoring.report import compare
from digitscan.scoring.tables import Row, Rows, read_truth
from digitscan.types import Gray


def strip_figures(folder: Path, network: Engine) -> dict[str, float]:
    """Read every picture as one strip: shares of strings exact, digits and boxes found (F1)."""
    truth = read_truth(folder / "truth.json")
    rows = {
        name: _rows(read_strips([_gray(folder / "images" / name)], network)[0]) for name in truth
    }
    figures = compare(rows, truth).figures
    unlabelled = compare(
        {name: tuple(replace(row, digit="0") for row in found) for name, found in rows.items()},
        {name: [{**digit, "digit": 0} for digit in digits] for name, digits in truth.items()},
    ).figures
    named = {
        "count": figures["strings"],
        "exact": figures["strings_exact"],
        "digit_f1": figures["digit_f1"],
        "box_f1_ignoring_the_label": unlabelled["digit_f1"],
    }
    return {name: value or 0.0 for name, value in named.items()}


def _gray(path: Path) -> Gray:
    try:
        content = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise NothingToReadError(f"{path} cannot be read: {error.strerror}") from error
    pixels = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise NothingToReadError(f"{path} is no picture")
    return np.asarray(pixels, np.uint8)


def _rows(reading: StripReading) -> Rows:
    return tuple(
        Row(1, 1, position, str(digit.value), digit.probability, digit.box, review=False)
        for position, digit in enumerate(reading.digits, 1)
    )


def main(folder: Annotated[Path, typer.Argument(help="Folder of truth.json and images/.")]) -> None:
    """Print the figures of the strip network that ships as JSON."""
    with explained():
        typer.echo(json.dumps(strip_figures(folder, load_strip_engine()), indent=2))


if __name__ == "__main__":
    typer.run(main)
