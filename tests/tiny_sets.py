"""The sets that the networks learn from, in little: their files and shapes, a few drawn signs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from digitnet.synthesis.pens import Hand, Pen, draw
from digitnet.synthesis.styles import style_from_template

LETTERS = ("Latin/character01", "Latin/character11", "Tagalog/character01", "Greek/character02")
"""Of Omniglot, in turn: the second and the third are held out."""


def signs(count: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw white digits on black, (count, side, side) uint8, and their labels: five of each."""
    rng = np.random.default_rng(side)
    images, labels = np.zeros((count, side, side), np.uint8), np.arange(count) // 5 % 10
    for image, label in zip(images, labels, strict=True):
        ink = draw(rng, style_from_template(rng, int(label)), Hand(0.6 * side), Pen(1))
        ink = ink[: side - 2, : side - 2]
        image[1 : 1 + ink.shape[0], 1 : 1 + ink.shape[1]] = ink * 255
    return images, labels


def write_sets(folder: Path, mnist: int) -> Path:
    """Write all sets into a new folder; `mnist` digits, a hundred over and over, in x_train."""
    (folder / "not-digits").mkdir(parents=True)
    x, y = signs(100, 28)
    every = np.arange(mnist) % 100
    y = y.astype(np.uint8)
    np.savez(folder / "mnist.npz", x_train=x[every], y_train=y[every], x_test=x, y_test=y)
    for name, side in (("semeion", 16), ("optdigits_orig_tra", 32)):
        x, y = signs(50, side)
        np.savez(folder / f"{name}.npz", x=x, y=y)
    letters = 255 - signs(40, 105)[0]
    np.savez(folder / "not-digits" / "omniglot.npz", x=letters, y=np.array(LETTERS * 10))
    symbols, classes = 255 - signs(40, 32)[0], np.tile(np.arange(20), 2)
    path = folder / "not-digits" / "hasyv2.npz"
    np.savez(path, x_train=symbols, y_train=classes, x_test=symbols[:20], y_test=classes[:20])
    return folder
