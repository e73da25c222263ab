"""What the glyph network can do, on data that it never learned from."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from digitnet.calibrate import expected_calibration_error, probabilities
from digitnet.glyph_data import Examples, draw_examples
from digitnet.glyph_draws import NOT_A_DIGIT, UNKNOWN, as_crop
from digitnet.glyph_sources import VALIDATION, Sources

REJECTED = ("hand_letter", "print_letter", "part", "any_part", "pair", "mark", "crossed_out")
"""Kinds of what is no digit; parts twice, without and with those that look like a digit."""

Logits = dict[str, NDArray[np.float32]]


def logits_of(model: keras.Model, crops: NDArray[np.uint8]) -> Logits:
    """Run the network on (N, 28, 28) uint8 crops; raw logits by head."""
    images = crops[..., None].astype(np.float32) / np.float32(255)
    outputs = model.predict(images, batch_size=500, verbose=0)
    return {name: np.asarray(value, np.float32) for name, value in outputs.items()}


def digit_figures(
    model: keras.Model, crops: NDArray[np.uint8], labels: NDArray[np.int64], temperature: float
) -> dict[str, float]:
    """Measure a set of digits: accuracy over the ten digits and over all eleven classes, ECE."""
    logits = logits_of(model, crops)["digit"]
    chances = probabilities(logits, temperature)
    of_ten = logits[:, :NOT_A_DIGIT].argmax(1)
    chosen = chances.argmax(1)
    return {
        "count": float(len(labels)),
        "accuracy": float((of_ten == labels).mean()),
        "accuracy_with_reject": float((chosen == labels).mean()),
        "rejected": float((chosen == NOT_A_DIGIT).mean()),
        "ece": expected_calibration_error(chances.max(1), chosen == labels),
    }


def junk_share(chances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how surely each crop is not a digit, (N,): one minus the best digit's probability."""
    return np.asarray(1 - chances[:, :NOT_A_DIGIT].max(1), np.float32)


def reject_figures(
    model: keras.Model,
    plain: Examples,
    varied: Examples,
    held_out: Sources,
    temperature: float,
    count: int,
) -> dict[str, dict[str, float]]:
    """Measure the reject class by kind of non-digit, where 1 % of true digits are rejected.

    Once the true digits are MNIST's own crops, once the same varied and scanned badly.
    """

    def junk(examples: Examples) -> NDArray[np.float32]:
        return junk_share(probabilities(logits_of(model, examples.crops)["digit"], temperature))

    thresholds = {"plain": float(np.quantile(junk(plain), 0.99))}
    thresholds["varied"] = float(np.quantile(junk(varied), 0.99))
    figures = {name: {"threshold": threshold} for name, threshold in thresholds.items()}
    for kind in REJECTED:
        examples = draw_examples(held_out, count, np.random.default_rng([0, 2]), {kind: 1.0})
        drawn = junk(examples)
        for name, threshold in thresholds.items():
            figures[name][kind] = float((drawn > threshold).mean())
    return {f"reject_at_1_percent_of_{name}": found for name, found in figures.items()}


def kind_figures(
    model: keras.Model, held_out: Sources, temperature: float, count: int
) -> dict[str, float]:
    """Measure print against hand on fonts and hands never seen, a glyph and a word of four.

    A word is four glyphs of one kind whose log odds are summed.
    """
    shares = {"hand_digit": 1.0, "hand_letter": 1.0, "print_digit": 1.0, "print_letter": 1.0}
    drawn = draw_examples(held_out, count, np.random.default_rng([0, 3]), shares)
    odds = logits_of(model, drawn.crops)["printed"][:, 0] / temperature
    return _kind_shares(odds, drawn.printed)


def cut_kind_figures(
    model: keras.Model, held_out: Sources, temperature: float, count: int
) -> dict[str, float]:
    """Measure the same on what the reader's segmenter cuts from scanned lines."""
    shares = {"segment": 1.0, "print_segment": 1.0}
    drawn = draw_examples(held_out, count, np.random.default_rng([0, 6]), shares)
    odds = logits_of(model, drawn.crops)["printed"][:, 0] / temperature
    return _kind_shares(odds, drawn.printed)


def _kind_shares(odds: NDArray[np.float32], printed: NDArray[np.int64]) -> dict[str, float]:
    figures = {"glyph": float(((odds > 0) == (printed == 1)).mean())}
    for name, kind in (("print", 1), ("hand", 0)):
        own = odds[printed == kind]
        figures[f"{name}_glyph"] = float(((own > 0) == bool(kind)).mean())
        words = own[: len(own) // 4 * 4].reshape(-1, 4).sum(1)
        figures[f"{name}_word_of_four"] = float(((words > 0) == bool(kind)).mean())
    return figures


def noise_figures(model: keras.Model, temperature: float) -> dict[str, float]:
    """Measure the highest digit probability on noise and on blank crops."""
    rng = np.random.default_rng([0, 4])
    noise = rng.integers(0, 256, (500, 28, 28)).astype(np.uint8)
    specks = np.where(rng.random((500, 28, 28)) < 0.1, 255, 0).astype(np.uint8)
    blank = np.zeros((1, 28, 28), np.uint8)
    crops = np.concatenate([noise, specks, blank])
    chances = probabilities(logits_of(model, crops)["digit"], temperature)
    return {"highest_digit_probability": float(chances[:, :NOT_A_DIGIT].max())}


def measure(
    model: keras.Model,
    data: Path,
    held_out: Sources,
    temperature: float,
    printed_temperature: float,
    count: int = 12_000,
) -> dict[str, dict[str, float]]:
    """Measure everything the card reports; drawn sets have up to `count` examples."""
    with np.load(data / "mnist.npz") as file:
        test, test_labels = file["x_test"], file["y_test"].astype(np.int64)
        crops, labels = file["x_train"][-VALIDATION:], file["y_train"][-VALIDATION:]
    with np.load(data / "semeion.npz") as file:
        semeion = np.stack([as_crop(image, 0.9) for image in file["x"]])
        semeion_labels = file["y"].astype(np.int64)
    varied = draw_examples(held_out, count // 2, np.random.default_rng([0, 1]), {"hand_digit": 1.0})
    plain = Examples(crops, labels.astype(np.int64), np.full(len(labels), UNKNOWN))
    segments = draw_examples(held_out, count // 2, np.random.default_rng([0, 5]), {"segment": 1.0})
    digits = segments.digit != NOT_A_DIGIT
    cut = logits_of(model, segments.crops)["digit"].argmax(1)
    return {
        "mnist_validation": digit_figures(model, plain.crops, plain.digit, temperature),
        "mnist_test": digit_figures(model, test, test_labels, temperature),
        "semeion": digit_figures(model, semeion, semeion_labels, temperature),
        "varied_digits": digit_figures(model, varied.crops, varied.digit, temperature),
        "segments": {
            "digits_right": float((cut == segments.digit)[digits].mean()),
            "junk_rejected": float((cut == segments.digit)[~digits].mean()),
        },
        **reject_figures(model, plain, varied, held_out, temperature, count // 6),
        "print_or_hand": kind_figures(model, held_out, printed_temperature, count),
        "print_or_hand_as_cut": cut_kind_figures(model, held_out, printed_temperature, count),
        "noise": noise_figures(model, temperature),
    }
