"""How single examples of the glyph network are drawn, one method for each kind."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.glyph_sources import Sources
from digitnet.synthesis import not_digits
from digitnet.synthesis.degrade import degrade, finish, store_small, vary
from digitnet.synthesis.glyphs import (
    WORK,
    Ink,
    as_ink,
    change_stroke,
    crop28,
    enlarge,
    warp,
)
from digitnet.synthesis.pens import Hand, Pen, draw
from digitnet.synthesis.printed import DIGITS, LOOK_ALIKE, LOOK_ALIKE_BY_HAND
from digitnet.synthesis.printed_lines import dotted, random_text, set_line
from digitnet.synthesis.segments import (
    JUNK_OVERLAP,
    Written,
    draw_segments,
    write_letters,
    write_line,
)

NOT_A_DIGIT = 10
"""The class of everything that is not one whole digit."""
HAND, PRINT, UNKNOWN = 0, 1, -1
"""Labels of the second head; unknown where a mark could be either. A printed O or l has no label of
the first: nobody could tell it from a digit."""
JUNK_A_SIGN = 1.2
"""Most cuts that are no digit, for each sign of a line."""


def _ink(image: NDArray[np.uint8], smooth: float = 0.5) -> Ink | None:
    """Bring a stored glyph to the working size; small binary ones want more smoothing."""
    ink = image.astype(np.float32) / np.float32(255)
    if max(image.shape) > 64:  # thin strokes on a large canvas would vanish in the reduction
        ink = as_ink(cv2.dilate(ink, np.ones((3, 3), np.uint8)))
        smooth = 0.0
    return enlarge(ink, smooth)


class Draw:
    """Draws one example after another: each method returns the ink and its labels."""

    def __init__(self, sources: Sources, rng: np.random.Generator) -> None:
        self.sources = sources
        self.rng = rng
        self._cuts: dict[int, list[tuple[NDArray[np.uint8], int]]] = {}

    def mnist(self) -> tuple[Ink | None, int]:
        """Draw a digit of MNIST at the working size."""
        k = int(self.rng.integers(len(self.sources.mnist)))
        return _ink(self.sources.mnist[k]), int(self.sources.mnist_labels[k])

    def digit(self) -> tuple[Ink | None, int]:
        """Draw a handwritten digit of any set at the working size."""
        if not self.sources.others or self.rng.random() < 0.8:
            return self.mnist()
        k = int(self.rng.integers(len(self.sources.others)))
        return _ink(self.sources.others[k], 0.9), int(self.sources.others_labels[k])

    def hand_digit(self) -> tuple[Ink | None, int, int]:
        """Draw a handwritten digit, varied and scanned, sometimes with a crumb beside it."""
        ink, value = self.digit()
        if ink is None:
            return None, value, HAND
        if self.rng.random() < 0.08:
            ink = not_digits.with_crumb(ink, self.rng)
        return vary(ink, self.rng), value, HAND

    def style_digit(self) -> tuple[Ink | None, int, int]:
        """Draw a digit in a style of the bank or of a spline template, with any pen."""
        value = int(self.rng.integers(10))
        style = self.sources.styles.draw(self.rng, value)
        hand = Hand(
            WORK,
            float(np.exp(self.rng.normal(0.05, 0.17))),
            self.rng.normal(0.1, 0.25),
            self.rng.normal(0, 0.06),
            self.rng.uniform(0, 0.035),
        )
        pen = Pen(WORK * float(np.clip(self.rng.normal(0.05, 0.02), 0.02, 0.12)), 1.0, 0.1)
        ink = draw(self.rng, style, hand, pen)
        return finish(ink, self.rng), value, HAND

    def framed_digit(self) -> tuple[Ink | None, int, int]:
        """Draw a handwritten digit as sets of digits store it: drawn out to a small square."""
        if self.rng.random() < 0.4:
            value = int(self.rng.integers(10))
            pen = Pen(WORK * self.rng.uniform(0.03, 0.1), 1.0, 0.1)
            ink = draw(self.rng, self.sources.styles.draw(self.rng, value), Hand(WORK), pen)
            drawn: Ink | None = ink
        else:
            drawn, value = self.digit()
        if drawn is None:
            return None, value, HAND
        return store_small(warp(drawn, self.rng, 1.2), self.rng, keep=0.3), value, HAND

    def segment(self) -> tuple[NDArray[np.uint8], int, int]:
        """Cut the next crop out of written numbers, at times out of written letters."""

        def write() -> tuple[Written, int]:
            if self.rng.random() < 0.2:
                count = int(self.rng.integers(2, 6))
                chosen = self.rng.integers(0, len(self.sources.letters), count).tolist()
                inks = [_ink(self.sources.letters[k]) for k in chosen]
                return write_letters([ink for ink in inks if ink is not None], self.rng), count
            line = write_line(self.sources.styles, self.rng)
            return line, len(line.masks)

        return (*self._next_cut(HAND, write), HAND)

    def print_segment(self) -> tuple[NDArray[np.uint8], int, int]:
        """Cut the next crop out of printed words and numbers."""

        def write() -> tuple[Written, int]:
            text = random_text(self.rng)
            ink, placed = set_line(text, self.sources.typesetter.font(self.rng), self.rng)
            masks = [
                (int(c) if c in DIGITS else UNKNOWN, mask)
                for c, mask in placed
                if c in DIGITS or c in LOOK_ALIKE
            ]
            return Written(ink, masks, WORK), len(text)

        return (*self._next_cut(PRINT, write), PRINT)

    def _next_cut(
        self, kind: int, write: Callable[[], tuple[Written, int]]
    ) -> tuple[NDArray[np.uint8], int]:
        """Take the next cut of a kind; where none is left, `write` gives a line and its signs."""
        cuts = self._cuts.setdefault(kind, [])
        while not cuts:
            line, signs = write()
            most = max(2, round(JUNK_A_SIGN * signs))
            cuts += draw_segments(line, self.sources.cut, self.rng, NOT_A_DIGIT, most)
        return cuts.pop()

    def plain(self) -> tuple[NDArray[np.uint8], int, int]:
        """Draw a crop of MNIST as it is."""
        k = int(self.rng.integers(len(self.sources.mnist)))
        return self.sources.mnist[k], int(self.sources.mnist_labels[k]), HAND

    def print_digit(self) -> tuple[Ink | None, int, int]:
        """Draw a printed digit: its class is the digit, its kind is print."""
        ink, value = self.sources.typesetter.digit(self.rng)
        return self._scan_print(ink), value, PRINT

    def print_letter(self) -> tuple[Ink | None, int, int]:
        """Draw a printed letter or sign."""
        ink = self.sources.typesetter.letter(self.rng)
        if ink is not None and self.rng.random() < 0.15:  # two that touch
            second = self.sources.typesetter.letter(self.rng)
            if second is not None:
                ink = not_digits.beside(ink, second, self.rng, self.rng.uniform(-0.04, 0.02))
        return self._scan_print(ink), NOT_A_DIGIT, PRINT

    def hand_letter(self) -> tuple[Ink | None, int, int]:
        """Draw a handwritten letter or symbol of a real set, at times of a font after a hand."""
        fonts = self.sources.hand_fonts
        if fonts is not None and self.rng.random() < 0.2:
            ink = fonts.letter(self.rng, LOOK_ALIKE_BY_HAND)
        else:
            k = int(self.rng.integers(len(self.sources.letters)))
            ink = _ink(self.sources.letters[k])
        return self._vary(ink), NOT_A_DIGIT, HAND

    def mark(self) -> tuple[Ink | None, int, int]:
        """Draw a tick, cross, dash, dot, ruling: kind unknown."""
        ink = as_ink(not_digits.mark(self.rng))
        return degrade(warp(ink, self.rng, 0.5), self.rng), NOT_A_DIGIT, UNKNOWN

    def part(self) -> tuple[NDArray[np.uint8] | None, int, int]:
        """Draw a piece of a digit, or of two that touch; none that looks like a digit itself.

        Neither as it was cut nor as it was scanned: a thin pen makes a one of many a piece.
        """
        ink = self._piece()
        if ink is None or self._like_a_digit(crop28(ink)):
            return None, NOT_A_DIGIT, HAND
        crop = crop28(vary(ink, self.rng))
        return None if self._like_a_digit(crop) else crop, NOT_A_DIGIT, HAND

    def any_part(self) -> tuple[Ink | None, int, int]:
        """Draw a piece of a digit, whatever it looks like: measured, never taught."""
        return self._vary(self._piece()), NOT_A_DIGIT, HAND

    def _like_a_digit(self, crop: NDArray[np.uint8] | None) -> bool:
        return crop is not None and self.sources.resemblance.like_a_digit(crop)

    def _piece(self) -> Ink | None:
        ink, _ = self.digit()
        if ink is not None and self.rng.random() < 0.25:  # more than one, less than two
            second, _ = self.digit()
            if second is not None:
                return not_digits.part_of_pair(ink, second, self.rng, JUNK_OVERLAP)
        return None if ink is None else not_digits.part(ink, self.rng)

    def pair(self) -> tuple[Ink | None, int, int]:
        """Draw two digits in one crop."""
        first, second = self.digit()[0], self.digit()[0]
        if first is None or second is None:
            return None, NOT_A_DIGIT, HAND
        return self._vary(not_digits.pair(first, second, self.rng)), NOT_A_DIGIT, HAND

    def crossed_out(self) -> tuple[Ink | None, int, int]:
        """Draw a digit struck through."""
        ink, _ = self.digit()
        ink = None if ink is None else not_digits.crossed_out(ink, self.rng)
        return self._vary(ink), NOT_A_DIGIT, HAND

    def _vary(self, ink: Ink | None) -> Ink | None:
        return None if ink is None else vary(ink, self.rng)

    def _scan_print(self, ink: Ink | None) -> Ink | None:
        """Finish print as handwriting is finished, without a hand's variation."""
        if ink is None:
            return None
        if self.rng.random() < 0.05:
            ink = dotted(ink, int(self.rng.integers(7, 14)))
        ink = warp(ink, self.rng, 0.12)
        if self.rng.random() < 0.5:
            ink = change_stroke(ink, self.rng.normal(0.3, 2.0))
        return finish(ink, self.rng)


def as_crop(image: NDArray[np.uint8], smooth: float) -> NDArray[np.uint8]:
    """Make an MNIST-style crop of a stored glyph of another set, ink bright, on any canvas."""
    ink = _ink(image, smooth)
    crop = None if ink is None else crop28(ink)
    return np.zeros((28, 28), np.uint8) if crop is None else crop
