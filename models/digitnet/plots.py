"""Pictures of training and evaluation; matplotlib lives here and draws to files alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from digitnet.digits import Digits
from digitnet.evaluate import Evaluation, error_by_coverage, reliability, worst_mistakes


def learning_curves(history: Sequence[dict[str, float]], path: Path) -> None:
    """Draw loss and accuracy over the epochs, fitted and validated, as a PNG.

    `history` has the keys `epoch, loss, accuracy, val_loss, val_accuracy`, losses in nats.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    epochs = [row["epoch"] for row in history]
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        axes.plot(epochs, [row[name] for row in history], ".-", label="training")
        axes.plot(epochs, [row[f"val_{name}"] for row in history], ".-", label="validation")
        axes.set_xlabel("epoch")
        axes.set_ylabel(name)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        axes.legend()
    _save(figure, path)


def evaluation_pictures(evaluation: Evaluation, digits: Digits, folder: Path) -> list[Path]:
    """Draw `confusion.png`, `mistakes.png`, `reliability.png` and `coverage.png` into a folder."""
    right = evaluation.answers == digits.labels
    figures = {
        "confusion": confusion_matrix(evaluation.confusion),
        "mistakes": mistakes(evaluation, digits),
        "reliability": reliability_diagram(evaluation.confidences, right, evaluation.ece),
        "coverage": coverage_curve(evaluation.confidences, right),
    }
    paths = [folder / f"{name}.png" for name in figures]
    for path, figure in zip(paths, figures.values(), strict=True):
        _save(figure, path)
    return paths


def confusion_matrix(confusion: NDArray[np.int64]) -> Figure:
    """Draw (10, 10) counts, row the truth; colour shows the mistakes, not the many right ones."""
    figure = Figure(figsize=(6, 5.6), layout="constrained")
    axes = figure.subplots()
    off_diagonal = confusion * (1 - np.eye(10, dtype=np.int64))
    axes.imshow(off_diagonal, cmap="Reds", vmax=max(1, off_diagonal.max()) * 1.5)
    for (row, column), count in np.ndenumerate(confusion):
        if count:
            weight = "bold" if row == column else "normal"
            axes.text(column, row, str(count), ha="center", va="center", size=8, weight=weight)
    axes.set_xticks(range(10))
    axes.set_yticks(range(10))
    axes.set_xlabel("answer")
    axes.set_ylabel("truth")
    return figure


def mistakes(evaluation: Evaluation, digits: Digits) -> Figure:
    """Draw the most confident wrong answers: truth, answer and confidence over each."""
    worst = worst_mistakes(evaluation, digits)
    rows = max(1, -(-len(worst) // 8))
    figure = Figure(figsize=(9, 1.35 * rows + 0.2), layout="constrained")
    grid = figure.subplots(rows, 8, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, place in zip(grid.flat, worst, strict=False):
        truth, answer = digits.labels[place], evaluation.answers[place]
        axes.imshow(digits.images[place], cmap="gray_r", vmin=0, vmax=255)
        axes.set_title(f"{truth} as {answer}, {evaluation.confidences[place]:.0%}", size=8)
    if not len(worst):
        grid.flat[0].set_title("no mistakes", size=8)
    return figure


def reliability_diagram(
    confidences: NDArray[np.float64], right: NDArray[np.bool_], ece: float
) -> Figure:
    """Draw accuracy over confidence, with how many answers each bin has below."""
    mean, accuracy, counts = reliability(confidences, right)
    edges = np.linspace(0, 1, len(counts) + 1)
    figure = Figure(figsize=(5, 5.6), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    upper.plot([0, 1], [0, 1], color="gray", linestyle="--", label="perfect")
    upper.plot(mean, accuracy, "o-", label=f"measured, ECE {ece:.2%}")
    upper.set_ylabel("accuracy")
    upper.legend(loc="lower right")
    lower.bar(edges[:-1], counts, width=1 / len(counts), align="edge", edgecolor="white")
    lower.set_yscale("log")
    lower.set_ylim(bottom=0.5)
    lower.set_xlabel("confidence")
    lower.set_ylabel("answers")
    return figure


def coverage_curve(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> Figure:
    """Draw the error among the accepted against the share accepted, most confident first."""
    errors = error_by_coverage(confidences, right)
    figure = Figure(figsize=(5.6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(np.arange(1, len(errors) + 1) / len(errors), errors * 100)
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("share accepted (coverage)")
    axes.set_ylabel("wrong among the accepted, %")
    axes.grid(alpha=0.3)
    return figure


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    FigureCanvasAgg(figure)
    figure.savefig(path, dpi=120)
