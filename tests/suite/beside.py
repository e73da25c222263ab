"""What stands on a form besides its numbers, in the zone below them; none of it is a digit.

All places and sizes are millimetres.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from drawing.pen import Writer
from drawing.sheet import Sheet

Beside = Callable[[Sheet, Writer, float, np.random.Generator], None]
"""Draw in the zone that begins at row `top`, 140 wide and 26 high."""

WORDS = ["Okafor", "Lindqvist", "Sols", "Bolzano", "Ilse", "Ozols", "Biggs", "Goslar"]


def nothing(_sheet: Sheet, _writer: Writer, _top: float, _rng: np.random.Generator) -> None:
    """Leave the zone empty."""


def letters(sheet: Sheet, writer: Writer, top: float, rng: np.random.Generator) -> None:
    """Write names, some of letters that look like digits."""
    for row in range(2):
        for column, word in enumerate(rng.permutation(WORDS)[:3]):
            sheet.letters(10 + 45 * column, top + 8 + 12 * row, str(word), 5, writer)


def printed(sheet: Sheet, _writer: Writer, top: float, rng: np.random.Generator) -> None:
    """Print small print and a row of larger numbers."""
    for row in range(3):
        numbers = rng.integers(10, 9999, 4)
        text = "Section {} of {}: see pages {} and {}, valid until 31.12.2024".format(*numbers)
        sheet.print(10, top + 4 + 4.5 * row, text, 2.4)
    for column, number in enumerate(rng.integers(100, 99999, 4)):
        sheet.print(10 + 32 * column, top + 22, str(number), 4.5, 700)


def ticks(sheet: Sheet, writer: Writer, top: float, rng: np.random.Generator) -> None:
    """Print small boxes, some of them ticked or crossed."""
    for index in range(12):
        x, y = 12 + index % 6 * 22, top + 3 + index // 6 * 11
        sheet.box(x, y, 5, 5, 0.3)
        match int(rng.integers(3)):
            case 0:
                sheet.tick(x, y, 5, writer.pen)
            case 1:
                sheet.cross(x + 0.6, y + 0.6, 3.8, 3.8, writer.pen)


def unused_boxes(sheet: Sheet, writer: Writer, top: float, _rng: np.random.Generator) -> None:
    """Print cells for digits, each closed with an X, and boxes closed with one stroke."""
    for index in range(8):
        x = 10 + 8 * index
        sheet.box(x, top + 4, 7, 9, 0.25)
        sheet.cross(x + 0.8, top + 4.8, 5.4, 7.4, writer.pen)
    for index in range(2):
        x = 82 + 29 * index
        sheet.box(x, top + 4, 26, 9, 0.25)
        sheet.pull([(x + 2, top + 12), (x + 24, top + 5)], writer.pen)


def crossed_out(sheet: Sheet, writer: Writer, top: float, rng: np.random.Generator) -> None:
    """Write numbers and strike them out: with lines, or all over."""
    for index in range(4):
        x, y = 10 + 33 * index, top + 6
        sheet.box(x, y, 29, 10, 0.25)
        sheet.write(x + 2, y + 8, str(rng.integers(100, 9999)), 6, writer, 25)
        for row in range(2 + 2 * (index % 2)):
            low = y + 3.5 + 1.2 * row
            sheet.pull([(x + 2, low + 1), (x + 14, low), (x + 27, low + 0.4)], writer.pen)
        if index % 2:
            sheet.cross(x + 3, y + 1, 23, 8, writer.pen)


def signature(sheet: Sheet, writer: Writer, top: float, _rng: np.random.Generator) -> None:
    """Sign on two lines."""
    for x in (12, 80):
        sheet.rule(x, top + 14, 55, 0.0, 0.25)
        sheet.sign(x + 6, top + 13, 38, 9, writer)


def barcode(sheet: Sheet, _writer: Writer, top: float, rng: np.random.Generator) -> None:
    """Print a bar code with its number, and a square code."""
    x = 14.0
    while x < 70:
        wide = 0.35 * int(rng.integers(1, 4))
        sheet.fill(x, top + 2, wide, 13, (20, 20, 20))
        x += wide + 0.35 * int(rng.integers(1, 4))
    sheet.print(20, top + 19.5, " ".join(str(d) for d in rng.integers(0, 10, 12)), 2.6)
    for row, column in zip(*np.nonzero(rng.random((21, 21)) < 0.5), strict=True):
        sheet.fill(100 + column * 0.9, top + 2 + row * 0.9, 0.9, 0.9, (20, 20, 20))
