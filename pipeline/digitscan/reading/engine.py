"""Running the networks: LiteRT, or TensorFlow as the reference; the shipped weights, verified."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitscan.errors import ModelError
from digitscan.settings import EngineChoice
from digitscan.stderr import Caught, stderr_caught
from digitscan.types import Floats

CHUNKS = (16, 1)
"""Batch sizes that LiteRT is prepared for, and others are cut into: a larger batch is no faster on
one thread, and padding one costs as much as filling it."""
GLYPH, QUICK, STRIP = "glyph.tflite", "quick.tflite", "strip.tflite"
"""The networks' files in a folder of weights."""
REINSTALL = "install digitscan again, or give another model with --glyph-model"


class Engine(Protocol):
    """A network that maps images (N, H, W, 1) float32 0-1 to named outputs, N rows each."""

    def run(self, images: Floats) -> dict[str, Floats]:
        """Return the raw outputs (logits) by name, for any N."""
        ...


class LiteRTEngine:
    """A .tflite file on one thread.

    One interpreter is kept for each shape in use, so that nothing is allocated again: a batch of
    any size is cut into chunks of the sizes in `CHUNKS`. Not thread-safe.
    """

    def __init__(self, model: bytes, name: str) -> None:
        self._model = model
        self._name = name
        self._prepared: dict[tuple[int, ...], tuple[Any, int, dict[str, int]]] = {}

    def run(self, images: Floats) -> dict[str, Floats]:
        """Return the raw outputs (logits) by name, for any N."""
        rows = len(images)
        if not rows:
            nothing = np.zeros((1, *images.shape[1:]), np.float32)
            return {name: value[:0] for name, value in self._invoke(nothing).items()}
        parts: list[dict[str, Floats]] = []
        start = 0
        while start < rows:
            size = next((c for c in CHUNKS if c <= rows - start), CHUNKS[-1])
            parts.append(self._invoke(images[start : start + size]))
            start += size
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _invoke(self, images: Floats) -> dict[str, Floats]:
        """Run one batch of a prepared shape."""
        interpreter, source, outputs = self._interpreter(images.shape)
        interpreter.set_tensor(source, images)
        interpreter.invoke()
        return {name: interpreter.get_tensor(index) for name, index in outputs.items()}

    def _interpreter(self, shape: tuple[int, ...]) -> tuple[Any, int, dict[str, int]]:
        """Return the interpreter for a shape with its input and outputs, made on first use."""
        if shape not in self._prepared:
            from ai_edge_litert.interpreter import Interpreter

            with stderr_caught(Caught()):  # LiteRT tells every user which kernels it took
                try:
                    interpreter = Interpreter(model_content=self._model, num_threads=1)
                    details = interpreter.get_signature_runner().get_output_details()
                except (ValueError, RuntimeError) as error:
                    raise ModelError(f"{self._name} is not a LiteRT model; {REINSTALL}") from error
                source = interpreter.get_input_details()[0]["index"]
                interpreter.resize_tensor_input(source, shape)
                interpreter.allocate_tensors()
            outputs = {name: int(detail["index"]) for name, detail in details.items()}
            self._prepared[shape] = interpreter, source, outputs
        return self._prepared[shape]


class TensorFlowEngine:
    """A .keras file in TensorFlow: the reference that LiteRT is compared with.

    One graph is traced for all shapes; batches are cut as LiteRT's are, to bound the memory.
    """

    def __init__(self, path: Path) -> None:
        try:
            import keras
            import tensorflow as tf
        except ImportError as error:
            raise ModelError(
                "--engine tensorflow needs TensorFlow: pip install 'digitscan[train]'"
            ) from error
        model = keras.models.load_model(path, compile=False)
        shape = tf.TensorSpec(model.input_shape, tf.float32)
        self._run = tf.function(partial(model, training=False), input_signature=[shape])

    def run(self, images: Floats) -> dict[str, Floats]:
        """Return the raw outputs (logits) by name, for any N."""
        starts = range(0, max(1, len(images)), CHUNKS[0])
        parts = [self._run(images[start : start + CHUNKS[0]]) for start in starts]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


@dataclass(frozen=True, slots=True, eq=False)
class GlyphScores:
    """What the glyph network says of N crops, as calibrated probabilities.

    `digit` is (N, 11) float32: 0 to 9 and, last, not one whole digit; rows sum to 1.
    `printed` is (N,) float32: printed by a machine rather than written by hand.
    """

    digit: Floats
    printed: Floats


Kinds: TypeAlias = Callable[[GlyphScores], tuple[NDArray[np.bool_], Floats]]
"""Tells by the scores of the network that is asked first which of N glyphs surely are print, (N,)
bool, and how likely print each is, (N,) float32, NaN where that is worth another look."""


class Classifier(Protocol):
    """What says of crops which digit they are, and who made them."""

    @property
    def first(self) -> Classifier:
        """The network that is asked first, itself where it is one only."""
        ...

    def classify(self, crops: NDArray[np.uint8], kinds: Kinds | None = None) -> GlyphScores:
        """Classify MNIST-style crops (N, 28, 28) uint8, ink bright; N may be 0.

        Of what `kinds` says is print for sure nothing else needs to be known.
        """
        ...


class GlyphEngine:
    """The glyph network, or the quick one, with its calibration."""

    def __init__(self, engine: Engine, temperature: float, printed_temperature: float) -> None:
        self._engine = engine
        self._temperature = temperature
        self._printed_temperature = printed_temperature

    @property
    def first(self) -> Classifier:
        """Itself."""
        return self

    def classify(self, crops: NDArray[np.uint8], kinds: Kinds | None = None) -> GlyphScores:
        """Classify crops, see `Classifier`; all of them cost the same."""
        del kinds
        if len(crops) == 0:
            return GlyphScores(np.zeros((0, 11), np.float32), np.zeros(0, np.float32))
        outputs = self._engine.run(crops[..., None].astype(np.float32) / np.float32(255))
        logits = outputs["digit"] / self._temperature
        odds = np.exp(logits - logits.max(1, keepdims=True))
        printed = 1 / (1 + np.exp(-outputs["printed"][:, 0] / self._printed_temperature))
        return GlyphScores(
            (odds / odds.sum(1, keepdims=True)).astype(np.float32), printed.astype(np.float32)
        )


def shipped_weights() -> Path:
    """Return the folder of the weights that came with digitscan."""
    return Path(str(files("digitnet") / "weights"))


def read_card(folder: Path) -> dict[str, Any]:
    """Read the card.json beside the weights; ModelError where there is none."""
    try:
        card: dict[str, Any] = json.loads((folder / "card.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder / 'card.json'} cannot be read ({error}); {REINSTALL}") from error
    return card


def verified(path: Path, card: dict[str, Any]) -> bytes:
    """Read a weights file and compare it with its SHA-256 in the card; ModelError if it differs."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the model {path} cannot be read ({error}); {REINSTALL}") from error
    expected = card.get("files", {}).get(path.name)
    if hashlib.sha256(content).hexdigest() != expected:
        raise ModelError(f"the model {path} is not the one its card.json describes; {REINSTALL}")
    return content


def load_glyph_engine(
    model: Path | None = None, engine: EngineChoice = EngineChoice.LITERT
) -> GlyphEngine:
    """Open the glyph network: the shipped one, or the .tflite file `model` beside its card.json.

    The quick network's file opens the same way, by its own calibration. TensorFlow reads the .keras
    file of the same name. Raises ModelError, with the cure, where the file is missing, damaged or
    of another make.
    """
    path = model or shipped_weights() / GLYPH
    card = read_card(path.parent)
    try:
        facts = card["quick" if path.name == QUICK else "glyph"]
        temperatures = facts["temperature"], facts["printed_temperature"]
    except (KeyError, TypeError) as error:
        raise ModelError(f"{path.parent / 'card.json'} has no calibration; {REINSTALL}") from error
    return GlyphEngine(_open(path, engine), *temperatures)


def load_strip_engine(
    folder: Path | None = None, engine: EngineChoice = EngineChoice.LITERT
) -> Engine:
    """Open the strip network of a folder of weights, the shipped one by default.

    Raises ModelError, with the cure, where the file is missing, damaged or of another make.
    """
    return _open((folder or shipped_weights()) / STRIP, engine)


def _open(path: Path, engine: EngineChoice) -> Engine:
    """Open a .tflite file that its card vouches for, or the .keras file of the same name."""
    path = _file_of(path, engine)
    content = verified(path, read_card(path.parent))
    if engine is EngineChoice.TENSORFLOW:
        return TensorFlowEngine(path)
    return LiteRTEngine(content, str(path))


def _file_of(path: Path, engine: EngineChoice) -> Path:
    return path.with_suffix(".keras") if engine is EngineChoice.TENSORFLOW else path


def model_hash(
    model: Path | None = None,
    folder: Path | None = None,
    engine: EngineChoice = EngineChoice.LITERT,
) -> str:
    """Return 12 hex digits that name all that decides a reading, for `--version` and ledgers.

    They are the SHA-256 of the networks and the decision model together; `model` is another glyph
    network than those of the folder of weights.
    """
    folder = folder or shipped_weights()
    card = read_card(folder)
    used = [model] if model else [folder / GLYPH, folder / QUICK]
    files = [_file_of(path, engine) for path in (*used, folder / STRIP)]
    networks = b"".join(verified(path, read_card(path.parent)) for path in files)
    decision = json.dumps(card.get("decision"), sort_keys=True).encode()
    return hashlib.sha256(networks + decision).hexdigest()[:12]
