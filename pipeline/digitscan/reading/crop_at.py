"""Crops of digits whose places on the page are known, cut out of the ink that the reader sees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digitscan.reading.crop import mnist_crop
from digitscan.reading.find import Word
from digitscan.reading.geometry import map_box
from digitscan.reading.glyphs import raised
from digitscan.reading.prepare import Prepared
from digitscan.reading.runners_up import box_crop
from digitscan.types import Box, Gray


def crops_at(page: Prepared, boxes: Sequence[Box]) -> list[Gray]:
    """Crop the ink in boxes of a page as the first reader crops its runs.

    Rulings are taken away and shade is levelled, as for reading. Where no word was found in a box,
    the page as it was scanned is cropped.

    Parameters
    ----------
    page
        The page, prepared.
    boxes
        Tight boxes of digits, page pixels.

    Returns
    -------
    list[Gray]
        One (28, 28) uint8 a box, ink bright on 0; all 0 where there is no ink.
    """
    to_working = np.asarray(np.linalg.inv(page.ink.to_page), np.float64)
    height, width = page.ink.mask.shape
    crops = []
    for box in boxes:
        place = map_box(box, to_working, (width, height))
        crop = _word_crop(page.words, place)
        crops.append(box_crop(page.page.pixels, box) if crop is None else crop)
    return crops


def _word_crop(words: Sequence[Word], place: Box) -> Gray | None:
    """Crop the ink in a box of the page's ink; None where no word has any there."""
    word = max(words, key=lambda one: one.box.intersection(place), default=None)
    if word is None or not word.box.intersection(place):
        return None
    left, top = max(0, place.x - word.box.x), max(0, place.y - word.box.y)
    right, bottom = place.right - word.box.x, place.bottom - word.box.y
    own = word.labels[top:bottom, left:right] > 0
    if not own.any():
        return None
    ink = raised(word.darkness[top:bottom, left:right]) * own
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    return mnist_crop(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
