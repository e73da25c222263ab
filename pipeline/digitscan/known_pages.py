"""Fields and forms drawn with known digits, from which the decision model learns.

The digits are such as no network was trained on. Needs the extra `train`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.strip_format import HEIGHT
from digitnet.synthesis.paper import clean_paper, lay_ink, scan
from digitnet.synthesis.print_lines import put_print, text_alone
from digitnet.synthesis.strings import (
    Line,
    Written,
    random_digits,
    random_writer,
    write_number,
)
from digitnet.synthesis.strip_images import WIDTH, Sources, amount, make_strip, word

COLUMNS, ROWS = 3, 8
"""Boxes on a drawn form."""
PADDING = 6
"""Paper between a box and what is written in it, in page pixels."""
PAPER = 245


@dataclass(frozen=True, slots=True)
class Known:
    """A page, (H, W) uint8, and the digits on it, written and printed, in page pixels."""

    pixels: NDArray[np.uint8]
    digits: tuple[Written, ...]


def bad_field(rng: np.random.Generator, sources: Sources) -> Known:
    """Draw a field as the strip network saw it in training: any pen, paper and ruling."""
    strip = make_strip(rng, sources)
    return Known(strip.pixels, strip.digits)


def good_field(rng: np.random.Generator, sources: Sources) -> Known:
    """Draw a field as a usual scan shows it: clean paper, one number, now and then two."""
    line = Line(HEIGHT, WIDTH)
    way = rng.random()
    if way < 0.6:
        digits = _tidy(rng, line, sources)
    else:
        digits = (amount if way < 0.8 else word)(rng, line, sources)
    image = lay_ink(rng, clean_paper(rng, line.ink.shape), line.ink)
    detail = min((d.bottom - d.top for d in digits), default=HEIGHT)
    return Known(scan(rng, image, detail), tuple(digits))


def _tidy(rng: np.random.Generator, line: Line, sources: Sources) -> list[Written]:
    """Write a number whose digits stand apart, as in most forms."""
    gap = rng.uniform(0.06, 0.35)
    writer = replace(random_writer(rng, small=rng.random() < 0.5), gap=gap, links=0.0)
    line.put(np.zeros((1, 1), np.float32), rng.uniform(4, 20), HEIGHT / 2, 0)
    base = HEIGHT / 2 + writer.height / 2 + rng.normal(0, 1.5)
    marks = rng.random() < 0.4
    return write_number(rng, line, writer, sources.styles, random_digits(rng), base, marks)


def printed_field(rng: np.random.Generator, sources: Sources) -> Known:
    """Draw a field in which a machine wrote."""
    line = Line(HEIGHT, WIDTH)
    digits = put_print(rng, line, sources.fonts, text_alone(rng), rng.uniform(2, 30))
    image = lay_ink(rng, clean_paper(rng, line.ink.shape), line.ink)
    return Known(scan(rng, image, detail=20), tuple(digits))


def form(rng: np.random.Generator, sources: Sources) -> Known:
    """Draw a page of boxes: numbers by hand in most, print in some or in none."""
    wide, high = WIDTH + 2 * PADDING, HEIGHT + 2 * PADDING
    pixels = np.full((ROWS * (high + 24) + 40, COLUMNS * (wide + 30) + 40), PAPER, np.uint8)
    share = float(rng.choice([0.0, 0.0, 0.3, 0.9])) if sources.fonts else 0.0
    digits = []
    for index in range(COLUMNS * ROWS):
        x, y = 30 + index % COLUMNS * (wide + 30), 30 + index // COLUMNS * (high + 24)
        field = (printed_field if rng.random() < share else good_field)(rng, sources)
        left, top = x + PADDING, y + PADDING
        pixels[top : top + HEIGHT, left : left + WIDTH] = field.pixels
        cv2.rectangle(pixels, (x, y), (x + wide - 1, y + high - 1), 60, 1)
        digits += [
            replace(
                d, left=d.left + left, top=d.top + top, right=d.right + left, bottom=d.bottom + top
            )
            for d in field.digits
        ]
    return Known(pixels, tuple(digits))


def draw(rng: np.random.Generator, sources: Sources, fields: int) -> list[Known]:
    """Draw so many fields, one in four of them bad, and as many again on forms."""
    singles = [
        (bad_field if index % 4 == 0 else good_field)(rng, sources) for index in range(fields)
    ]
    return singles + [form(rng, sources) for _ in range(fields // (COLUMNS * ROWS))]
