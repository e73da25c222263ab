"""Temperature scaling and what tells whether it worked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def probabilities(logits: Floats, temperature: float = 1.0) -> Floats:
    """Return the softmax of (N, K) logits divided by the temperature; one column: the sigmoid."""
    scaled = logits.astype(np.float64) / temperature
    if scaled.shape[1] == 1:
        return np.asarray(1 / (1 + np.exp(-scaled)), np.float32)
    odds = np.exp(scaled - scaled.max(1, keepdims=True))
    return np.asarray(odds / odds.sum(1, keepdims=True), np.float32)


def log_loss(logits: Floats, labels: NDArray[np.int64], temperature: float = 1.0) -> float:
    """Return the mean negative log likelihood of the labels, in nats."""
    chances = probabilities(logits, temperature)
    if chances.shape[1] == 1:
        chances = np.hstack([1 - chances, chances])
    of_label = chances[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(of_label, 1e-12)).mean())


def fit_temperature(logits: Floats, labels: NDArray[np.int64]) -> float:
    """Find the temperature, 0.2 to 5, that makes the labels most likely.

    Guo, Pleiss, Sun, Weinberger 2017, On calibration of modern neural networks, section 4.2.
    The loss has one minimum in 1/T, so a golden-section search over log T finds it.
    """
    golden = (np.sqrt(5) - 1) / 2
    low, high = np.log(0.2), np.log(5.0)
    for _ in range(40):
        first, second = high - golden * (high - low), low + golden * (high - low)
        if log_loss(logits, labels, np.exp(first)) < log_loss(logits, labels, np.exp(second)):
            high = second
        else:
            low = first
    return float(np.exp((low + high) / 2))


def expected_calibration_error(
    confidence: Floats, correct: NDArray[np.bool_], bins: int = 15
) -> float:
    """Return the mean gap of confidence and accuracy over equal-width bins, weighted by count."""
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    gap = 0.0
    for k in np.unique(index):
        inside = index == k
        gap += inside.sum() * abs(float(confidence[inside].mean() - correct[inside].mean()))
    return float(gap / len(confidence))
