"""Choose the MNIST test digits that the drawings use: `python specimens.py mnist.npz`.

The digits are drawn at random with a fixed seed from those that stay legible after a pen has
redrawn them: in one piece, and most of the five nearest MNIST training digits say the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from drawing.pen import DIGITS_FILE, Bytes, Floats, middle_line, stroke

PER_DIGIT = 40

_UNCLEAR = """
380 1192 1364 1427 1429 1441 1526 1601 1730 1859 2148 2404 2525 2618 2859 2916 2953 2960 3004
3245 3317 3426 3446 3511 3542 3556 3997 4007 4063 4302 4376 4561 4755 4817 4868 5049 5111 5754
6505 6560 6704 6986 7634 8194 8242 8277 8322 8409 8521 8539 8816 8866 8945 9165 9926 9928
"""
SET_ASIDE = frozenset(int(index) for index in _UNCLEAR.split())
"""Indices in the MNIST test set of digits that a person, too, could take for another."""


def redrawn(pixels: Bytes) -> Bytes:
    """Draw an MNIST digit with a pen and bring it back into MNIST's own form, (28, 28) uint8."""
    cover, _ = stroke(middle_line(pixels), 100, 0.0, 12)
    x, y, width, height = cv2.boundingRect((cover > 0.5).astype(np.uint8))
    scale = 20 / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    ink = cv2.resize(cover[y : y + height, x : x + width], size, interpolation=cv2.INTER_AREA)
    out = np.zeros((28, 28), np.uint8)
    top, left = (28 - size[1]) // 2, (28 - size[0]) // 2
    out[top : top + size[1], left : left + size[0]] = ink * 255
    return out


def blurred(digits: Bytes) -> Floats:
    """Return (N, 28, 28) digits softened, as (N, 784) float32."""
    return np.stack([cv2.GaussianBlur(digit, (0, 0), 1).ravel() for digit in digits]).astype("f4")


def in_one(pixels: Bytes) -> bool:
    """Tell whether a pen draws the digit without lifting: its line is one piece."""
    line = middle_line(pixels)
    return cv2.connectedComponents((line.distance < 0.5).astype(np.uint8))[0] == 2


def main(mnist: str) -> None:
    """Write `digits.npz`: up to 40 test digits a class."""
    with np.load(mnist) as arrays:
        train, train_labels = arrays["x_train"], arrays["y_train"]
        test, labels = arrays["x_test"], arrays["y_test"]
    order = np.random.default_rng(2026).permutation(len(test))[:1600]
    whole = [i for i in order if in_one(test[i])]
    some = np.array(whole[:1200])
    again = blurred(np.stack([redrawn(test[i]) for i in some]))
    matches = cv2.BFMatcher().knnMatch(again, blurred(train[::3]), k=5)
    votes = np.array([[train_labels[3 * match.trainIdx] for match in five] for five in matches])
    legible = (votes == labels[some, None]).sum(axis=1) >= 3
    chosen = np.concatenate([some[legible & (labels[some] == d)][:PER_DIGIT] for d in range(10)])
    chosen = np.array([i for i in chosen if i not in SET_ASIDE])
    np.savez_compressed(DIGITS_FILE, pixels=test[chosen], labels=labels[chosen], index=chosen)
    print(f"{len(chosen)} digits in {Path(DIGITS_FILE).name}")


if __name__ == "__main__":
    main(sys.argv[1])
