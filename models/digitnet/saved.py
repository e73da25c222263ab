"""A saved Keras model of 28x28 digits, ready to classify; needs the extra `train`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

BATCH = 1000

Classifier: TypeAlias = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""(N, 28, 28) uint8 crops, ink bright on 0 -> (N, 10) or (N, 11) probabilities."""


class SavedModelError(Exception):
    """A saved model is missing, damaged or takes or gives something other than digits."""


def load_classifier(path: Path) -> Classifier:
    """Load a `.keras` or `.h5` model that takes 28x28 digits, with or without a channel, or flat.

    Its output is ten classes, or eleven with `not one whole digit` last, probabilities or logits,
    alone or under the name `digit` among others.

    Raises
    ------
    SavedModelError
        When it cannot be loaded or is no such model.
    """
    if not path.exists():
        raise SavedModelError(f"{path} does not exist; `digitscan train` makes one")
    try:
        model = keras.models.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = str(error).partition(". ")[0]  # what follows is for those who write such files
        raise SavedModelError(f"{path} is damaged or no saved Keras model: {reason}") from error
    shape = model.input_shape
    if not isinstance(shape, tuple) or shape[1:] not in ((28, 28), (28, 28, 1), (784,)):
        raise SavedModelError(f"{path} takes {shape}, not digits of 28x28")

    def classify(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        inputs = crops.reshape(-1, *shape[1:]).astype(np.float32) / np.float32(255)
        parts = [
            _digit_head(model.predict_on_batch(inputs[start : start + BATCH]))
            for start in range(0, len(inputs), BATCH)
        ]
        return _probabilities(np.concatenate(parts))

    given = _digit_head(model.predict_on_batch(np.zeros((1, *shape[1:]), np.float32)))
    if given.shape not in ((1, 10), (1, 11)):
        raise SavedModelError(f"{path} gives {given.shape[1:]}, not 10 or 11 classes")
    return classify


def _digit_head(output: Any) -> NDArray[np.float32]:
    """Pick the class scores of a model with several heads."""
    if isinstance(output, dict):
        output = output.get("digit", next(iter(output.values())))
    elif isinstance(output, list | tuple):
        output = output[0]
    return np.asarray(output, np.float32)


def _probabilities(output: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take rows that are positive and sum to 1 as they are, others as logits."""
    if output.min() >= 0 and np.allclose(output.sum(1), 1, atol=1e-3):
        return output
    powers = np.exp(output - output.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True), np.float32)
