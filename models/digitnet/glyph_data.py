"""What the glyph network learns from: real sets, print and marks, drawn into shards of crops."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitnet.glyph_draws import Draw
from digitnet.glyph_sources import Sources
from digitnet.synthesis.glyphs import crop28


@dataclass(frozen=True)
class Examples:
    """Crops (N, 28, 28) uint8 with `digit` (N,) 0-10 or -1 and `printed` (N,) 0, 1 or -1."""

    crops: NDArray[np.uint8]
    digit: NDArray[np.int64]
    printed: NDArray[np.int64]

    def __len__(self) -> int:
        """Count the examples."""
        return len(self.digit)

    def save(self, path: Path) -> None:
        """Write the examples as .npz, whole or not at all."""
        part = path.with_suffix(".part.npz")
        np.savez(part, crops=self.crops, digit=self.digit, printed=self.printed)
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> Examples:
        """Read what `save` wrote."""
        with np.load(path) as data:
            return cls(data["crops"], data["digit"], data["printed"])


SHARES: dict[str, float] = {
    "plain": 0.16,
    "hand_digit": 0.14,
    "style_digit": 0.07,
    "framed_digit": 0.03,
    "segment": 0.20,
    "print_segment": 0.14,
    "print_digit": 0.06,
    "print_letter": 0.06,
    "hand_letter": 0.08,
    "mark": 0.03,
    "part": 0.04,
    "pair": 0.02,
    "crossed_out": 0.01,
}
"""What the examples are, by the method of `Draw` that makes them."""
FINISH_SHARES: dict[str, float] = {
    "plain": 0.25,
    "hand_digit": 0.16,
    "style_digit": 0.10,
    "framed_digit": 0.12,
    "segment": 0.12,
    "print_segment": 0.06,
    "print_digit": 0.045,
    "print_letter": 0.03,
    "hand_letter": 0.04,
    "mark": 0.015,
    "part": 0.04,
    "pair": 0.01,
    "crossed_out": 0.01,
}
"""The same for the last part of the training, which gives digits the last word."""


def draw_examples(
    sources: Sources, count: int, rng: np.random.Generator, shares: dict[str, float]
) -> Examples:
    """Draw `count` examples of the kinds in `shares`."""
    names, weights = zip(*shares.items(), strict=True)
    source = Draw(sources, rng)
    kinds = rng.choice(len(names), count, p=np.array(weights) / sum(weights))
    crops = np.zeros((count, 28, 28), np.uint8)
    digit, printed = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for k, kind in enumerate(kinds):
        crop: NDArray[np.uint8] | None = None
        while crop is None:
            ink, digit[k], printed[k] = getattr(source, names[kind])()
            crop = ink if ink is None or ink.dtype == np.uint8 else crop28(ink)
        crops[k] = crop
    return Examples(crops, digit, printed)
