"""What was read of the words of a page, and the judgement on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from digitscan.reading import alone
from digitscan.reading.confidence import DecisionModel
from digitscan.reading.crop import Strip
from digitscan.reading.decide import FEATURES, Decision, decide, decide_alone
from digitscan.reading.find import Word
from digitscan.reading.glyphs import GlyphReading
from digitscan.reading.split import Lattice
from digitscan.reading.stretches import Stretches
from digitscan.reading.strips import StripReading
from digitscan.types import Floats, Kind


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A word that was read; `printed` are the log odds that a machine made it.

    `ink` is that of the lattice's pieces. `alone` are the features, (F,) float32, of a word that
    the first reader may read alone. `second` is what the second saw and read of it, None where the
    first was certain. `settled` are words that are digits beyond doubt, the same to both readers.
    """

    word: Word
    printed: float
    lattice: Lattice
    ink: Stretches
    glyphs: GlyphReading
    alone: Floats | None
    second: tuple[Strip, StripReading] | None
    settled: bool = False

    @property
    def kind(self) -> Kind:
        """Who made the word."""
        return Kind.PRINTED if self.printed > 0 else Kind.HANDWRITTEN


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The words of a page that are numbers, and the cells with ink that may be one and is not."""

    numbers: list[Entry]
    unread: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """The models of how likely a text is right: of both readers, and of the first alone.

    Where `trusted` is false the first reader's network is another than the models were fitted to:
    the second reader is always asked.
    """

    both: DecisionModel
    alone: DecisionModel
    trusted: bool

    @classmethod
    def from_card(cls, card: dict[str, Any], trusted: bool = True) -> Judge:
        """Take the models from card.json; ModelError where they are missing or do not fit."""
        found = card.get("decision") or {}
        both = DecisionModel.of(found, FEATURES)
        return cls(both, DecisionModel.of(found.get("alone"), alone.FEATURES), trusted)

    def alone_confidence(self, described: Sequence[Floats | None]) -> Floats:
        """Tell how likely the first reader is right, by its words' `alone_features`; (N,) float32.

        0 where they are None.
        """
        confidence = np.zeros(len(described), np.float32)
        known = [index for index, seen in enumerate(described) if seen is not None]
        if known and self.trusted:
            seen = np.stack([seen for seen in described if seen is not None])
            confidence[known] = self.alone.confidence(seen)
        return confidence

    def decide(self, entries: Sequence[Entry]) -> list[Decision]:
        """Decide what each entry says and how sure it is.

        What is settled is at least as sure as the first reader is by itself.
        """
        alone = self.alone_confidence([entry.alone for entry in entries]).tolist()
        return [self._decide(*found) for found in zip(entries, alone, strict=True)]

    def _decide(self, entry: Entry, alone: float) -> Decision:
        runs, ink, glyphs = entry.lattice.runs, entry.ink, entry.glyphs
        both = entry.second and decide(
            self.both, entry.word, runs, ink, glyphs, *entry.second, abs(entry.printed)
        )
        if both is None or (entry.settled and alone > both.confidence):
            return decide_alone(runs, ink, glyphs, alone)
        return both
