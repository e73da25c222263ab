"""Pictures of training and evaluation; matplotlib lives here and draws to files alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


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


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    FigureCanvasAgg(figure)
    figure.savefig(path, dpi=120)
