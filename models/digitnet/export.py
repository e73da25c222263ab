"""Keras models to LiteRT, and the check that both say the same; needs the extra `train`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

Weights = Literal["float32", "float16", "int8"]
"""How a .tflite file stores and uses its weights.

float16 halves the size and computes in float32; int8 quarters it, quantizes what flows between
layers on the fly and is several times faster.
"""


def to_litert(model: keras.Model, target: Path, weights: Weights = "float32") -> None:
    """Convert a model with any batch size to a .tflite file, written whole or not at all."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if weights != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if weights == "float16":
        converter.target_spec.supported_types = [tf.float16]
    part = target.with_name(target.name + ".part")
    part.write_bytes(converter.convert())
    part.replace(target)


def litert_outputs(path: Path, images: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Run a .tflite file on a batch; logits by the output's name."""
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(model_path=str(path), num_threads=1).get_signature_runner()
    name = next(iter(runner.get_input_details()))
    outputs = runner(**{name: images})
    return {key: np.asarray(value, np.float32) for key, value in outputs.items()}


def largest_difference(
    model: keras.Model, path: Path, images: NDArray[np.float32]
) -> dict[str, float]:
    """Compare the logits of a Keras model and its export: the largest difference by output."""
    expected = model.predict(images, verbose=0)
    got = litert_outputs(path, images)
    return {name: float(np.abs(np.asarray(expected[name]) - got[name]).max()) for name in got}
