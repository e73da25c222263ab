"""What the first reader would classify on one line: the segmenter as the training calls it."""

from __future__ import annotations

import numpy as np

from digitnet.synthesis.segments import Segment
from digitscan.reading.binarize import binarize, stretch, stroke_width
from digitscan.reading.clean import Ink
from digitscan.reading.crop import mnist_crops
from digitscan.reading.find import find_words
from digitscan.reading.glyphs import part_inks, run_inks
from digitscan.reading.look import big_parts
from digitscan.reading.rulings import Rulings
from digitscan.reading.split import split
from digitscan.types import Gray


def segment_line(darkness: Gray) -> list[Segment]:
    """Cut a line as `read` would: every run of pieces, and the components of the first look.

    Nothing is taken for whole; a component that is a run itself is listed once.

    Parameters
    ----------
    darkness
        (H, W) uint8, 0 paper to 255 ink, at working scale, without rulings.
    """
    mask = binarize(darkness)
    height, width = mask.shape
    ink = Ink(stretch(darkness, mask), mask, np.eye(3), stroke_width(mask), (width, height))
    nothing = np.zeros_like(mask)
    rulings = Rulings(nothing, nothing, (), np.zeros(mask.shape, np.uint16))
    segments: list[Segment] = []
    for word in find_words(ink, rulings):
        lattice = split(word, np.zeros(len(word.parts), np.bool_), ink.stroke)
        boxes = lattice.run_boxes.tolist()
        every = np.ones(len(lattice.runs), np.bool_)
        for crop, (first, count), (x, y, wide, high) in zip(
            mnist_crops(run_inks(word, lattice, every)),
            lattice.runs.tolist(),
            boxes,
            strict=True,
        ):
            window = lattice.labels[y : y + high, x : x + wide]
            own = (window > first) & (window <= first + count)
            segments.append(Segment(crop, word.box.x + x, word.box.y + y, own))
        parts = np.flatnonzero(big_parts([word])[0])
        crops = mnist_crops(part_inks(word, parts.tolist()))
        for crop, index in zip(crops, parts.tolist(), strict=True):
            x, y, wide, high = word.parts[index].tolist()
            if [x, y, wide, high] not in boxes:
                own = word.labels[y : y + high, x : x + wide] == index + 1
                segments.append(Segment(crop, word.box.x + x, word.box.y + y, own))
    return segments
