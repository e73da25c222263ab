"""What a form prints around the place for a number; places and sizes are millimetres."""

from __future__ import annotations

from collections.abc import Callable

from drawing.pen import Writer
from drawing.sheet import Sheet

Ruling = Callable[[Sheet, float, float, str, Writer, float], None]
"""Print one field with its left top corner at (x, y) and write a text into it, `size` high."""

WIDE, HIGH = 36.0, 9.5
"""A field; the rows of a form are PITCH apart."""
PITCH = 13.0
CELLS = 6
CELL = (WIDE / CELLS, HIGH)
FOOT = 0.84
"""Where the line stands that a number is written on, in heights of a field."""
GREY = (150, 150, 150)
LIGHT = (205, 205, 205)
ORANGE = (120, 175, 250)


def nothing(sheet: Sheet, x: float, y: float, text: str, writer: Writer, size: float) -> None:
    """Leave the paper plain."""
    sheet.fill_in(x, y, WIDE, HIGH, text, writer, size)


def boxes(sheet: Sheet, x: float, y: float, text: str, writer: Writer, size: float) -> None:
    """Print a box."""
    sheet.box(x, y, WIDE, HIGH, 0.3)
    sheet.fill_in(x, y, WIDE, HIGH, text, writer, size)


def thick_boxes(sheet: Sheet, x: float, y: float, text: str, writer: Writer, size: float) -> None:
    """Print a box of thick lines."""
    sheet.box(x, y, WIDE, HIGH, 1.0)
    sheet.fill_in(x, y, WIDE, HIGH, text, writer, size)


def broken_boxes(sheet: Sheet, x: float, y: float, text: str, writer: Writer, size: float) -> None:
    """Print a box as a worn stencil does: its lines are interrupted."""
    for i in range(9):
        sheet.rule(x + 4 * i, y, 3.2, 0.0, 0.25)
        sheet.rule(x + 4 * i, y + HIGH, 3.2, 0.0, 0.25)
    for i in range(3):
        sheet.rule(x, y + 3.2 * i, 0.0, 2.4, 0.25)
        sheet.rule(x + WIDE, y + 3.2 * i, 0.0, 2.4, 0.25)
    sheet.fill_in(x, y, WIDE, HIGH, text, writer, size)


def combs(sheet: Sheet, x: float, y: float, text: str, writer: Writer, size: float) -> None:
    """Print a comb of closed cells."""
    sheet.comb(x, y, CELLS, CELL, 0.3)
    sheet.fill_comb(x, y, CELLS, CELL, text, writer, size)


def open_combs(sheet: Sheet, x: float, y: float, text: str, writer: Writer, size: float) -> None:
    """Print a comb whose teeth reach a third up."""
    sheet.comb(x, y, CELLS, CELL, 0.3, tick=0.33)
    sheet.fill_comb(x, y, CELLS, CELL, text, writer, size)


def orange_combs(sheet: Sheet, x: float, y: float, text: str, writer: Writer, size: float) -> None:
    """Print a comb in a drop-out colour."""
    sheet.comb(x, y, CELLS, CELL, 0.35, ORANGE)
    sheet.fill_comb(x, y, CELLS, CELL, text, writer, size)


def guided_cells(sheet: Sheet, x: float, y: float, text: str, writer: Writer, size: float) -> None:
    """Print single cells with a grey numeral to write over, as tally forms have."""
    wide, high = CELL
    for i in range(CELLS):
        sheet.box(x + i * wide + 0.4, y, wide - 0.8, high, 0.2, GREY)
        sheet.print(x + i * wide + 1.5, y + 0.8 * high, "8", 0.62 * high, 300, LIGHT)
    sheet.fill_comb(x, y, CELLS, CELL, text, writer, size)


def table(sheet: Sheet, x: float, y: float, text: str, writer: Writer, size: float) -> None:
    """Print a cell that shares its edges with the rows above and below, and one for the label."""
    top = y - (PITCH - HIGH) / 2
    sheet.box(x - 22, top, 22, PITCH, 0.3)
    sheet.box(x, top, WIDE, PITCH, 0.3)
    sheet.fill_in(x, y, WIDE, HIGH, text, writer, size)


def underline(sheet: Sheet, x: float, y: float, text: str, writer: Writer, size: float) -> None:
    """Print a line that the digits touch here and there."""
    sheet.rule(x, y + FOOT * HIGH, WIDE, 0.0, 0.25)
    sheet.fill_in(x, y, WIDE, HIGH, text, writer, size)


def dotted(sheet: Sheet, x: float, y: float, text: str, writer: Writer, size: float) -> None:
    """Print a dotted line to write on."""
    for i in range(int(WIDE / 0.9)):
        sheet.rule(x + 0.9 * i, y + FOOT * HIGH, 0.2, 0.0, 0.3)
    sheet.fill_in(x, y, WIDE, HIGH, text, writer, size)
