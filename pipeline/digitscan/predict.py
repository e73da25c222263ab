"""Image files of one digit each -> which digit, how probable, and what else it could be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitscan.errors import FileError, MissingError, ModelError, VanishedError
from digitscan.logs import on_one_line
from digitscan.pages.load import load_pages
from digitscan.reading.engine import load_glyph_engine
from digitscan.reading.single import single_crop
from digitscan.settings import PageSettings
from digitscan.stderr import import_quietly
from digitscan.types import FileFailure, Floats

RUNNERS_UP = 2

Classifier: TypeAlias = Callable[[NDArray[np.uint8]], Floats]
"""(N, 28, 28) uint8 crops, ink bright on 0 -> (N, 10 or 11) probabilities, rows sum to 1."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one picture shows.

    `ranking` holds the ten digits with their probabilities, the best first; it is empty where the
    picture has no ink. `no_digit` is the probability that it is not one whole digit; 0 from
    networks that do not know that class. `page` counts from 1 in files with several pictures.
    """

    file: str
    page: int
    ranking: tuple[tuple[int, float], ...]
    no_digit: float

    def as_json(self) -> dict[str, Any]:
        """Return it as plain numbers, strings and lists; the digit is None where there is none."""
        digit, probability = self.ranking[0] if self.ranking else (None, 0.0)
        return {
            "file": self.file,
            "page": self.page,
            "digit": digit,
            "probability": round(probability, 6),
            "runners_up": [
                {"digit": other, "probability": round(share, 6)}
                for other, share in self.ranking[1 : 1 + RUNNERS_UP]
            ],
            "no_digit": round(self.no_digit, 6),
        }

    def as_text(self) -> str:
        """Write it on a line for a person."""
        file = on_one_line(self.file)
        if not self.ranking:
            return f"{file}: no ink"
        shares = [f"{digit} ({share:.1%})" for digit, share in self.ranking[: 1 + RUNNERS_UP]]
        if self.no_digit > self.ranking[0][1]:
            return f"{file}: not a digit ({self.no_digit:.1%}), nearest {', '.join(shares)}"
        return f"{file}: {shares[0]}, then {', '.join(shares[1:])}"


def open_classifier(model: Path | None = None) -> Classifier:
    """Open the shipped glyph network, a `.tflite` one with its card, or a saved Keras model.

    Raises ModelError where it is missing, damaged, does not classify digits, or needs TensorFlow
    and there is none.
    """
    if model is not None:
        _check_file(model)
    if model is None or model.suffix == ".tflite":
        network = load_glyph_engine(model)
        return lambda crops: network.classify(crops).digit
    try:
        import_quietly("keras")
        from digitnet.saved import SavedModelError, load_classifier
    except ImportError as error:
        raise ModelError(f"{model} needs TensorFlow: pip install 'digitscan[train]'") from error
    try:
        return load_classifier(model)
    except SavedModelError as error:
        raise ModelError(str(error)) from error


def _check_file(model: Path) -> None:
    try:
        with model.open("rb"):
            pass
    except OSError as error:
        raise ModelError(
            f"{model}: cannot be read: {error.strerror}; 'digitscan train' makes a model"
        ) from error


def predict(paths: Iterable[Path], classify: Classifier) -> Iterator[Prediction | FileFailure]:
    """Name the digit of every image file, one at a time; files that cannot be read come too."""
    for path in paths:
        try:
            for page in load_pages(path, str(path), PageSettings()):
                if isinstance(page, FileFailure):
                    yield page
                else:
                    yield _predict_page(str(path), page.number, page.pixels, classify)
        except VanishedError:
            yield FileFailure(str(path), None, MissingError.error, "there is no such file")
        except FileError as error:
            yield FileFailure(str(path), error.page, error.error, str(error))


def _predict_page(
    file: str, number: int, pixels: NDArray[np.uint8], classify: Classifier
) -> Prediction:
    crop = single_crop(pixels)
    if not crop.any():
        return Prediction(file, number, (), 1.0)
    probabilities = [float(value) for value in classify(crop[None])[0]]
    ranking = sorted(enumerate(probabilities[:10]), key=lambda pair: -pair[1])
    return Prediction(file, number, tuple(ranking), sum(probabilities[10:]))
