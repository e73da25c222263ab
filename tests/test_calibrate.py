"""Calibration: the temperature that makes labels likeliest, and the error that it leaves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.calibrate import (
    expected_calibration_error,
    fit_temperature,
    log_loss,
    probabilities,
)


def drawn(temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw labels from logits divided by a temperature: (20000, 4) float32 and (20000,)."""
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 3, (20_000, 4)).astype(np.float32)
    chances = probabilities(logits, temperature)
    labels = (rng.random((20_000, 1)) > chances.cumsum(1)).sum(1).clip(0, 3)
    return logits, labels


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_finds_the_temperature_that_drew_the_labels(temperature: float) -> None:
    logits, labels = drawn(temperature)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.05)


def test_finds_it_for_one_column_too() -> None:
    rng = np.random.default_rng(4)
    logits = rng.normal(0, 3, (20_000, 1)).astype(np.float32)
    labels = (rng.random(20_000) < probabilities(logits, 2.0)[:, 0]).astype(np.int64)
    assert fit_temperature(logits, labels) == pytest.approx(2.0, rel=0.1)


def test_overconfidence_costs_loss_and_calibration_error() -> None:
    logits, labels = drawn(2.0)
    for fitted, naive in [(2.0, 1.0)]:
        assert log_loss(logits, labels, fitted) < log_loss(logits, labels, naive)
    errors = []
    for temperature in (1.0, 2.0):
        chances = probabilities(logits, temperature)
        correct = chances.argmax(1) == labels
        errors.append(expected_calibration_error(chances.max(1), correct))
    assert errors[0] > 0.1
    assert errors[1] < 0.015


def test_calibration_error_by_hand() -> None:
    confidence = np.array([0.95, 0.95, 0.55, 0.55], np.float32)
    correct = np.array([True, True, True, False])
    assert expected_calibration_error(confidence, correct) == pytest.approx(0.05)


@given(
    st.lists(st.floats(-30, 30), min_size=2, max_size=11),
    st.floats(0.2, 5),
)
def test_probabilities_are_probabilities(row: list[float], temperature: float) -> None:
    logits = np.array([row], np.float32)
    chances = probabilities(logits, temperature)
    assert chances.sum() == pytest.approx(1, abs=1e-5)
    assert (chances >= 0).all()
    assert chances[0, logits[0].argmax()] == chances.max()
