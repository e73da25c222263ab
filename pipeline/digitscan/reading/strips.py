"""The second reader: strips through the strip network, looked at again where it is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from digitnet.strip_format import HEIGHT, normalize
from digitscan.reading.engine import Engine
from digitscan.reading.strip_decoding import Evidence, Ranked, evidence, rank
from digitscan.types import Box, Floats, Gray

MARGIN = 8
"""Empty columns that a strip gets on either side before it is read."""
WIDTH_STEP = 32
"""Strips are widened to a multiple of this, so that few shapes are met."""
MOST_ALTERNATIVES = 5
"""Texts that a reading reports."""
SURE = 6.0
"""Lead over the second text, log scale, that makes further looks needless."""
SURE_TOGETHER = 1.0
"""The same where the first reader reads the same text: further looks hardly ever change it."""


@dataclass(frozen=True, slots=True)
class View:
    """One way to scale a strip before it is read: its height and width against the usual."""

    height: float
    width: float


VIEWS = (View(1.0, 1.0), View(1.0, 0.88), View(1.0, 1.15))
"""The first look, and the ones that follow where it leaves doubt."""


@dataclass(frozen=True, slots=True)
class StripDigit:
    """A digit in a strip: its value, the center head's probability, its box in strip pixels.

    `printed` are the log odds that a machine set it.
    """

    value: int
    probability: float
    box: Box
    printed: float


@dataclass(frozen=True, slots=True, eq=False)
class StripReading:
    """What the second reader makes of a strip.

    `score` is the best text's (log scale, 0 is certain), `margin` its lead over the next text;
    `alternatives` holds texts and scores, best first, the reading itself among them; `looks` is
    how often the strip was looked at.
    """

    digits: tuple[StripDigit, ...]
    score: float
    margin: float
    alternatives: tuple[tuple[str, float], ...]
    looks: int

    @property
    def text(self) -> str:
        """The digits as a string; empty where there is no digit."""
        return "".join(str(digit.value) for digit in self.digits)

    @property
    def printed(self) -> Floats:
        """(D,) float32 log odds of print, digit by digit."""
        return np.array([digit.printed for digit in self.digits], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """A strip made ready: (48, W) float32, and how its pixels lie on the strip given.

    A point (x, y) of the input is ((x - left) / scale_x, (y - top) / scale_y) of the strip.
    """

    image: Floats
    left: int
    top: int
    scale_x: float
    scale_y: float


def make_input(strip: Gray | Floats, view: View = VIEWS[0]) -> Input:
    """Scale a strip to the network's height, normalize its ink and give it margins."""
    height = max(1, round(HEIGHT * view.height))
    scale = height / strip.shape[0]
    width = max(1, round(strip.shape[1] * scale * view.width / view.height))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(strip, (width, height), interpolation=way)
    total = -(-(width + 2 * MARGIN) // WIDTH_STEP) * WIDTH_STEP
    image = np.zeros((HEIGHT, total), np.float32)
    top = (HEIGHT - height) // 2
    image[top : top + height, MARGIN : MARGIN + width] = normalize(np.asarray(scaled))
    return Input(image, MARGIN, top, width / strip.shape[1], scale)


def read_strips(
    strips: Sequence[Gray | Floats], network: Engine, expected: Sequence[str] | None = None
) -> list[StripReading]:
    """Read every strip.

    Parameters
    ----------
    strips
        (H, W) each, any size, 0 ink to 255 paper, cut around a number or a line with about a
        quarter of the digits' height to spare above and below.
    network
        The strip network: (N, 48, W, 1) to `center` (N, 12, W/4, 16), `ctc` (N, W/4, 11).
    expected
        What the first reader reads in each strip.

    Returns
    -------
    list
        One reading for each strip, in order.
    """
    looks = [[look] for look in _look(strips, VIEWS[0], network)]
    ranked = _rank(looks)
    doubtful = [
        i
        for i, (texts, text) in enumerate(zip(ranked, expected or [""] * len(strips), strict=True))
        if texts[0].text and _margin(texts) < (SURE_TOGETHER if texts[0].text == text else SURE)
    ]
    for view in VIEWS[1:]:
        again = _look([strips[i] for i in doubtful], view, network)
        for i, look in zip(doubtful, again, strict=True):
            looks[i].append(look)
    for i, texts in zip(doubtful, _rank([looks[i] for i in doubtful]), strict=True):
        ranked[i] = texts
    return [_reading(*found) for found in zip(strips, looks, ranked, strict=True)]


Look: TypeAlias = tuple[Evidence, Input]
"""What one look at a strip says, and the picture looked at."""


def _look(strips: Sequence[Gray | Floats], view: View, network: Engine) -> list[Look]:
    """Send one view of each strip through the network.

    One at a time, since on one thread a batch gains nothing, but those of one width together: each
    width has weights of its own in the cache.
    """
    prepared = [make_input(strip, view) for strip in strips]
    looks: dict[int, Look] = {}
    for index in sorted(range(len(prepared)), key=lambda i: prepared[i].image.shape[1]):
        outputs = network.run(prepared[index].image[None, :, :, None])
        said = evidence(outputs["center"][0], outputs["ctc"][0])
        looks[index] = said, prepared[index]
    return [looks[index] for index in range(len(prepared))]


def _rank(strips: Sequence[Sequence[Look]]) -> list[list[Ranked]]:
    """Rank the texts of each strip by all looks at it."""
    return rank([[said for said, _ in looks] for looks in strips])


def _reading(strip: Gray | Floats, looks: Sequence[Look], ranked: Sequence[Ranked]) -> StripReading:
    """Report the best text of a strip, its digits in the strip's own pixels."""
    best = ranked[0]
    prepared = looks[best.look][1]
    return StripReading(
        tuple(
            StripDigit(
                place.value,
                place.probability,
                _box_on(strip, place.box, prepared),
                place.printed,
            )
            for place in best.places
        ),
        best.score,
        _margin(ranked),
        tuple((entry.text, entry.score) for entry in ranked[:MOST_ALTERNATIVES]),
        len(looks),
    )


def _margin(ranked: Sequence[Ranked]) -> float:
    """Measure the lead of the best text, 20 where it is alone."""
    return min(20.0, ranked[0].score - ranked[1].score) if len(ranked) > 1 else 20.0


def _box_on(strip: Gray | Floats, box: tuple[float, float, float, float], prepared: Input) -> Box:
    """Map a box on the input to whole pixels of the strip, cut to it, never empty."""
    height, width = strip.shape
    left = round((box[0] - prepared.left) / prepared.scale_x)
    right = round((box[2] - prepared.left) / prepared.scale_x)
    top = round((box[1] - prepared.top) / prepared.scale_y)
    bottom = round((box[3] - prepared.top) / prepared.scale_y)
    left, top = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
    return Box.from_corners(
        left, top, max(left + 1, min(right, width)), max(top + 1, min(bottom, height))
    )
