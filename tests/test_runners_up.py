"""What else a digit may be: the network asked about the box of what was read."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from digitscan.reading.engine import GlyphEngine, GlyphScores, load_glyph_engine
from digitscan.reading.runners_up import box_crop, runners_up
from digitscan.types import Box
from drawing.pen import DIGITS_FILE

Pixels = NDArray[np.uint8]


class Says:
    """A network that says the same of every crop."""

    def __init__(self, **odds: float) -> None:
        self.odds = [odds.get(f"_{digit}", 0.0) for digit in range(11)]

    def classify(self, crops: Pixels) -> GlyphScores:
        rows = np.tile(np.array(self.odds, np.float32), (len(crops), 1))
        return GlyphScores(rows, np.zeros(len(crops), np.float32))


def named(network: Says, digit: int, pixels: Pixels, box: Box) -> list[tuple[int, float]]:
    return runners_up(pixels, [(digit, box)], cast(GlyphEngine, network))[0]


@pytest.fixture
def page() -> Pixels:
    """Draw a bar, and another stroke that touches it on the right."""
    pixels = np.full((120, 200), 230, np.uint8)
    pixels[30:80, 40:48] = 40
    pixels[30:80, 48:90] = 60
    return pixels


BAR = Box(40, 30, 8, 50)


def test_the_likeliest_come_first_without_what_was_read(page: Pixels) -> None:
    network = Says(_1=0.2, _7=0.5, _4=0.06, _2=0.05)
    assert named(network, 1, page, BAR) == [(7, 0.5), (4, 0.06)]
    assert named(network, 7, page, BAR) == [(1, 0.2), (4, 0.06)]


def test_what_is_hardly_possible_is_not_named(page: Pixels) -> None:
    assert named(Says(_1=0.9985, _7=0.001, _4=0.0009), 1, page, BAR) == [(7, 0.001)]


def test_no_ink_no_name(page: Pixels) -> None:
    for box in (Box(120, 90, 10, 20), Box(500, 500, 8, 8), Box(40, -90, 8, 50), Box(-9, -9, 3, 3)):
        assert named(Says(_3=1.0), 1, page, box) == []
    assert runners_up(page, [], cast(GlyphEngine, Says())) == []


def test_a_neighbour_that_touches_stays_outside(page: Pixels) -> None:
    crop = box_crop(page, BAR)
    columns = np.flatnonzero((crop > 128).any(axis=0))
    assert np.ptp(columns) < 5, "a bar 8 by 50 in 20 rows"


@pytest.mark.parametrize("colour", [False, True])
def test_the_network_reads_the_crop(colour: bool) -> None:
    with np.load(DIGITS_FILE) as archive:
        images, labels = archive["pixels"][::20], archive["labels"][::20]
    pixels = np.full((80, 40 * len(images)), 255, np.uint8)
    boxes = []
    for index, image in enumerate(images):
        rows, columns = np.nonzero(image > 60)
        pixels[20:48, 40 * index : 40 * index + 28] = 255 - image
        boxes.append(
            Box(
                *(40 * index + int(columns.min()), 20 + int(rows.min())),
                *(int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1),
            )
        )
    seen = np.repeat(pixels[..., None], 3, axis=2) if colour else pixels
    digits = load_glyph_engine().classify(np.stack([box_crop(seen, box) for box in boxes])).digit
    assert (digits[:, :10].argmax(1) == labels).mean() > 0.9
