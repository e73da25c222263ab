"""What a classifier of digits is worth: accuracy, mistakes, and whether its confidence holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.digits import Digits

BINS = 15
COVERAGES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How one digit fares: of those called it, how many are; of those that are, how many found."""

    precision: float
    recall: float
    count: int
    """How many true ones there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Every figure of one classifier on one set of N digits.

    `confusion` is (10, 10) int64, row the truth, column the answer. `answers` (N,) int64 and
    `confidences` (N,) float64 are what the classifier said of each digit. `rejected` is the share
    that a network with the class `not one whole digit` takes for that, None for other networks.
    """

    accuracy: float
    loss: float
    ece: float
    per_class: tuple[ClassScore, ...]
    confusion: NDArray[np.int64]
    rejected: float | None
    answers: NDArray[np.int64]
    confidences: NDArray[np.float64]

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain numbers, lists and dictionaries."""
        return {
            "digits": len(self.answers),
            "accuracy": self.accuracy,
            "loss": self.loss,
            "ece": self.ece,
            "rejected": self.rejected,
            "per_class": {
                str(digit): {
                    "precision": score.precision,
                    "recall": score.recall,
                    "count": score.count,
                }
                for digit, score in enumerate(self.per_class)
            },
            "confusion": self.confusion.tolist(),
        }


def evaluate(probabilities: NDArray[np.floating[Any]], labels: NDArray[np.uint8]) -> Evaluation:
    """Score a classifier's probabilities against the truth, over the ten digits.

    Parameters
    ----------
    probabilities
        (N, 10), or (N, 11) with `not one whole digit` last: that class then only counts for
        `rejected`, and the ten others are scaled to a sum of 1.
    labels
        (N,) uint8, 0 to 9.
    """
    if probabilities.ndim != 2 or probabilities.shape[1] not in (10, 11):
        raise ValueError(f"probabilities are (N, 10) or (N, 11), got {probabilities.shape}")
    ten = np.asarray(probabilities[:, :10], np.float64) + TINY
    ten /= ten.sum(1, keepdims=True)
    answers = ten.argmax(1)
    confidences = ten.max(1)
    right = answers == labels
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (labels, answers), 1)
    is_rejecting = probabilities.shape[1] == 11
    return Evaluation(
        accuracy=float(right.mean()),
        loss=float(-np.log(ten[np.arange(len(labels)), labels]).mean()),
        ece=expected_calibration_error(confidences, right),
        per_class=tuple(_class_score(confusion, digit) for digit in range(10)),
        confusion=confusion,
        rejected=float((probabilities.argmax(1) == 10).mean()) if is_rejecting else None,
        answers=answers,
        confidences=confidences,
    )


def _class_score(confusion: NDArray[np.int64], digit: int) -> ClassScore:
    """Score one digit; a share of nothing counts as 0."""
    hits = float(confusion[digit, digit])
    called, count = int(confusion[:, digit].sum()), int(confusion[digit].sum())
    return ClassScore(hits / called if called else 0.0, hits / count if count else 0.0, count)


def reliability(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Compare confidence with accuracy in bins of equal width over 0 to 1.

    Returns
    -------
    tuple
        Mean confidence, accuracy and count of every bin, each (bins,); NaN where a bin is empty.
    """
    places = np.clip(np.ceil(confidences * bins).astype(int) - 1, 0, bins - 1)
    counts = np.bincount(places, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(places, confidences, bins) / counts
        accuracy = np.bincount(places, right, bins) / counts
    return mean, accuracy, counts


def expected_calibration_error(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS
) -> float:
    """Average how far confidence and accuracy lie apart in the bins, weighted by their counts.

    Source: Guo et al. 2017, "On calibration of modern neural networks", section 2.
    """
    mean, accuracy, counts = reliability(confidences, right, bins)
    return float(np.nansum(np.abs(mean - accuracy) * counts) / counts.sum())


def error_by_coverage(
    confidences: NDArray[np.float64], right: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the share of wrong ones among the k + 1 most confident answers, for every k: (N,)."""
    order = np.argsort(-confidences, kind="stable")
    return np.cumsum(~right[order]) / np.arange(1, len(order) + 1)


def worst_mistakes(evaluation: Evaluation, digits: Digits, most: int = 40) -> NDArray[np.intp]:
    """Return the places of the wrong answers, the most confident first, at most `most`."""
    wrong = np.flatnonzero(evaluation.answers != digits.labels)
    return wrong[np.argsort(-evaluation.confidences[wrong], kind="stable")][:most]


def as_text(evaluation: Evaluation, digits: Digits) -> str:
    """Write the figures for a person at a terminal."""
    right = evaluation.answers == digits.labels
    errors = error_by_coverage(evaluation.confidences, right)
    lines = [
        f"digits    {len(digits)}",
        f"accuracy  {evaluation.accuracy:.2%}  ({int((~right).sum())} wrong)",
        f"loss      {evaluation.loss:.4f}",
        f"ECE       {evaluation.ece:.2%}  (how far confidence and accuracy lie apart)",
    ]
    if evaluation.rejected is not None:
        lines.append(f"rejected  {evaluation.rejected:.2%}  taken for no single digit")
    lines += ["", "digit  precision  recall   count"]
    lines += [
        f"{digit:>5}  {score.precision:9.2%}  {score.recall:6.2%}  {score.count:>6}"
        for digit, score in enumerate(evaluation.per_class)
    ]
    lines += ["", "confusion (row: truth, column: answer)"]
    lines.append("     " + "".join(f"{digit:>6}" for digit in range(10)))
    lines += [
        f"{digit:>5}" + "".join(f"{count:>6}" for count in row)
        for digit, row in enumerate(evaluation.confusion)
    ]
    lines += ["", "accepting the most confident  wrong among them"]
    for share in COVERAGES:
        accepted = max(1, round(share * len(errors)))
        lines.append(f"{share:>28.0%}  {errors[accepted - 1]:.2%}")
    return "\n".join(lines)
