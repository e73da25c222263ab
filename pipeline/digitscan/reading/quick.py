"""The quick network looks first; the glyph network at what that leaves in doubt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.engine import (
    GLYPH,
    QUICK,
    Classifier,
    GlyphScores,
    Kinds,
    load_glyph_engine,
)
from digitscan.reading.glyphs import NOT_A_DIGIT
from digitscan.settings import EngineChoice

SURE_DIGIT = 0.97
"""Probability of a digit from which the quick network is believed..."""
SURE_NONE = 0.9
"""...and of `not one whole digit`, of which a few are lost in a word that has others;"""
SURE_KIND = 0.73
"""...if it tells print from handwriting with this probability..."""
SURE_PRINT = 0.997
"""...or a digit's print with this one: less sure, one in forty was written, and speaks against a
whole comb."""


class Cascade:
    """The glyph network behind the quick one; most glyphs need no more than the latter.

    Source: Viola, Jones 2001, "Rapid object detection using a boosted cascade of simple features".
    """

    def __init__(self, quick: Classifier, glyph: Classifier) -> None:
        self._quick = quick
        self._glyph = glyph

    @property
    def first(self) -> Classifier:
        """The quick network."""
        return self._quick

    def classify(self, crops: NDArray[np.uint8], kinds: Kinds | None = None) -> GlyphScores:
        """Classify crops, see `Classifier`."""
        scores = self._quick.classify(crops)
        digit, kind = in_doubt(scores)
        if kinds is not None and len(crops):
            printed, likely = kinds(scores)
            told = kind & ~np.isnan(likely)
            scores.printed[told] = likely[told]
            digit, kind = digit & ~printed, kind & ~(printed | told)
        asked = np.flatnonzero(digit | kind)
        surer = self._glyph.classify(crops[asked])
        scores.digit[asked], scores.printed[asked] = surer.digit, surer.printed
        return scores


def in_doubt(scores: GlyphScores) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell the glyphs of whose digit, and of whose kind, the quick network is not sure; (N,) both.

    How sure of the kind it must be hangs on the digit that it sees.
    """
    none = scores.digit.argmax(1) == NOT_A_DIGIT
    sure = scores.digit.max(1) >= np.where(none, SURE_NONE, SURE_DIGIT)
    written = scores.printed <= 1 - SURE_KIND
    printed = scores.printed >= np.where(none, SURE_KIND, SURE_PRINT)
    return np.asarray(~sure, np.bool_), np.asarray(~(written | printed), np.bool_)


def load_classifier(weights: Path, glyph_model: Path | None, engine: EngineChoice) -> Classifier:
    """Open the networks for glyphs in a folder of weights, or `glyph_model` alone.

    Another glyph network than the folder's may know what the quick one there does not.

    Raises
    ------
    ModelError
        A network is missing, damaged or of another make.
    """
    if glyph_model is not None:
        return load_glyph_engine(glyph_model, engine)
    quick = load_glyph_engine(weights / QUICK, engine)
    return Cascade(quick, load_glyph_engine(weights / GLYPH, engine))
