"""How likely a text is right: a small calibrated model, fitted to features of how it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from digitscan.errors import ModelError
from digitscan.types import Floats

LARGEST_LEAD = 12.0
"""No lead over another text counts more."""
LEAST_CHANCE = 1e-3
"""No probability counts as nearer to 0 or 1."""


@dataclass(frozen=True, slots=True, eq=False)
class DecisionModel:
    """A logistic regression of `this text is right` on curves over F features.

    Each curve is piecewise linear: `slopes`, (F,) float32, is how steep it begins, and at
    `bends[f, k]` it becomes steeper by `turns[f, k]`, (F, K) float32 both.
    """

    slopes: Floats
    bends: Floats
    turns: Floats

    @classmethod
    def of(cls, section: Any, names: Sequence[str]) -> DecisionModel:
        """Take the model over so many features from its section of card.json.

        Raises
        ------
        ModelError
            It is missing or does not fit.
        """
        try:
            slopes, bends, turns = (
                np.asarray(section[name], np.float32) for name in ("slopes", "bends", "turns")
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError("card.json has no decision model; install digitscan again") from error
        if slopes.shape != (len(names),) or not len(bends) == len(turns) == len(names):
            raise ModelError("card.json's decision model is of another version of digitscan")
        return cls(slopes, bends, turns)

    def confidence(self, seen: Floats) -> Floats:
        """Return the probability that texts with these features, (..., F), are right; (...)."""
        odds = (seen * self.slopes).sum(-1) + (beyond(seen, self.bends) * self.turns).sum((-2, -1))
        return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def beyond(seen: Floats, bends: Floats) -> Floats:
    """Return how far features, (..., F), lie beyond the bends of their curves; (..., F, K)."""
    return np.asarray(np.maximum(seen[..., None] - bends, 0), np.float32)


def log_odds(probability: float) -> float:
    """Return the log odds of a probability, of `LEAST_CHANCE` at least."""
    clipped = min(max(probability, LEAST_CHANCE), 1 - LEAST_CHANCE)
    return log(clipped / (1 - clipped))
