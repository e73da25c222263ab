"""A sheet of paper to print and write on: forms in millimetres, with what is written as truth."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from drawing import marks
from drawing.pen import Color, Floats, Pen, Writer, line, stroke
from drawing.truth import Drawing, Field, WrittenDigit

BLACK: Color = (25, 25, 25)


@dataclass(slots=True)
class Sheet:
    """An empty sheet; all places and sizes are millimetres from the left top corner."""

    width: float
    height: float
    dpi: int = 300
    seed: int = 0
    paper: Color = (255, 255, 255)
    fields: list[Field] = field(default_factory=list)
    _ink: Floats = field(init=False)
    _rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        """Lay out the paper."""
        shape = (self.px(self.height), self.px(self.width), 3)
        self._ink = np.empty(shape, np.float32)
        self._ink[:] = self.paper
        self._rng = np.random.default_rng(self.seed)

    def px(self, millimetres: float) -> int:
        """Millimetres to whole pixels."""
        return round(millimetres * self.dpi / 25.4)

    def finish(self) -> Drawing:
        """Return the page as drawn, before any scanner."""
        return Drawing(self._ink.round().astype(np.uint8), tuple(self.fields), self.dpi)

    # What a printer does

    def rule(
        self, x: float, y: float, dx: float, dy: float, width: float = 0.25, color: Color = BLACK
    ) -> None:
        """Print a ruling from (x, y), `dx` to the right and `dy` down."""
        start, end = (self.px(x), self.px(y)), (self.px(x + dx), self.px(y + dy))
        cv2.line(self._ink, start, end, color, max(1, self.px(width)))

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        rule: float = 0.25,
        color: Color = BLACK,
    ) -> None:
        """Print a box."""
        corner = (self.px(x + width), self.px(y + height))
        cv2.rectangle(self._ink, (self.px(x), self.px(y)), corner, color, max(1, self.px(rule)))

    def fill(self, x: float, y: float, width: float, height: float, color: Color) -> None:
        """Print an area in one colour."""
        corner = (self.px(x + width), self.px(y + height))
        cv2.rectangle(self._ink, (self.px(x), self.px(y)), corner, color, -1)

    def comb(
        self,
        x: float,
        y: float,
        cells: int,
        cell: tuple[float, float],
        rule: float = 0.25,
        color: Color = BLACK,
        tick: float = 1.0,
    ) -> None:
        """Print a box of cells in one row; inner rulings reach `tick` of the height up."""
        width, height = cell
        self.box(x, y, cells * width, height, rule, color)
        for i in range(1, cells):
            self.rule(x + i * width, y + height, 0, -tick * height, rule, color)

    def grid(
        self, xs: list[float], ys: list[float], rule: float = 0.25, color: Color = BLACK
    ) -> None:
        """Print the rulings of a table: its columns' and rows' edges."""
        for x in xs:
            self.rule(x, ys[0], 0, ys[-1] - ys[0], rule, color)
        for y in ys:
            self.rule(xs[0], y, xs[-1] - xs[0], 0, rule, color)

    def print(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 3.0,
        weight: int = 400,
        color: Color = BLACK,
        align: str = "left",
        face: str = "sans",
    ) -> None:
        """Print a line of text: `size` is its height, (x, y) its base line's left or right end."""
        font, pixels = cv2.FontFace(face), max(6, self.px(size * 1.25))
        flag = cv2.PUT_TEXT_ALIGN_RIGHT if align == "right" else cv2.PUT_TEXT_ALIGN_LEFT
        at, page = (self.px(x), self.px(y)), self._ink.shape[1::-1]
        left, top, wide, tall = cv2.getTextSize(page, text, at, font, pixels, weight, flag)
        left, top = left - 4, top - 4
        layer = np.zeros((tall + 8, wide + 8), np.uint8)
        base = (at[0] - left, at[1] - top)
        cv2.putText(layer, text, base, (255,), font, pixels, weight, flag)
        cover = np.asarray(layer / 255, np.float32)
        self._cover(cover, left, top, Pen(color=color, cover=1.0, grain=0.0))

    # What a hand does

    def write(
        self, x: float, y: float, text: str, height: float, writer: Writer, width: float = 0.0
    ) -> tuple[WrittenDigit, ...]:
        """Write digits and `. , - /` from x on, standing on y; centred where a width is given."""
        space = writer.spread * height
        marks = [self._shape(mark, height, writer) for mark in text]
        total = sum(shape[2] for shape in marks) + space * (len(marks) - 1)
        at = x + max(0.0, (width - total) / 2) if width else x
        digits = []
        for mark, (cover, outline, wide, left, low) in zip(text, marks, strict=True):
            lift = self._rng.normal(0, writer.jitter) * height * 0.5
            px = self.px(at) - left
            py = self.px(y + lift) - low
            self._cover(cover, px, py, writer.pen)
            if mark.isdigit():
                digits.append(WrittenDigit(int(mark), outline + np.array([px, py], np.float32)))
            at += wide + space * (1 + self._rng.normal(0, 3 * writer.jitter))
        return tuple(digits)

    def _shape(
        self, mark: str, height: float, writer: Writer
    ) -> tuple[Floats, Floats, float, int, int]:
        """Return a mark's cover, outline, width in millimetres, and its ink's left and low edge."""
        pen = self.dpi / 25.4 * writer.pen.width
        if mark.isdigit():
            vary = self._rng.normal(0, writer.jitter, 3)
            choice = line(int(self._rng.choice(writer.choices[int(mark)])))
            tall = self.dpi / 25.4 * height * (1 + vary[0])
            slant = writer.slant - choice.slant + vary[1]
            cover, outline = stroke(choice, max(2.0, tall - pen), slant, pen, vary[2])
        else:
            cover, outline = marks.separator(mark, self.dpi / 25.4 * height, pen)
        left = outline[:, 0].min()
        right, low = outline.max(axis=0)
        if mark in "-,/":
            low += {"-": 0.42, ",": -0.12, "/": -0.1}[mark] * self.dpi / 25.4 * height
        return cover, outline, float(right - left) * 25.4 / self.dpi, int(left), int(low)

    def letters(self, x: float, y: float, text: str, height: float, writer: Writer) -> None:
        """Write words, standing on y, `height` the capitals'; they are no part of the truth."""
        tall, pen = self.dpi / 25.4 * height, self.dpi / 25.4 * writer.pen.width
        cover, base = marks.words(text, tall, pen, self._rng)
        self._cover(cover, self.px(x), self.px(y) - base, writer.pen)

    def sign(self, x: float, y: float, width: float, height: float, writer: Writer) -> None:
        """Put a signature on the line at y: a hurried row of loops."""
        t = np.linspace(0, 1, 160)
        beats = self._rng.uniform(5, 8)
        swell = 0.25 + 0.75 * np.exp(-4 * t) + 0.25 * np.sin(5 * t + self._rng.uniform(0, 6)) ** 2
        across = t + 0.05 * np.sin(2 * np.pi * beats * t + 1.2)
        down = swell * np.sin(2 * np.pi * beats * t + self._rng.uniform(0, 2))
        points = zip(x + width * across, y - height * (0.4 + 0.5 * down), strict=True)
        self.pull([(float(px), float(py)) for px, py in points], writer.pen, shake=0.02)

    def pull(self, points: list[tuple[float, float]], pen: Pen, shake: float = 0.12) -> None:
        """Pull the pen through points: ticks, crosses, strokes through a cell."""
        bent = np.array(points) + self._rng.normal(0, shake, (len(points), 2))
        scale = self.dpi / 25.4
        corner = np.floor((bent.min(axis=0) - 2 * pen.width) * scale)
        cover = marks.along(bent * scale - corner, pen.width * scale)
        self._cover(cover, int(corner[0]), int(corner[1]), pen)

    def tick(self, x: float, y: float, size: float, pen: Pen) -> None:
        """Write a tick mark into the square at (x, y)."""
        points = [(0.1, 0.55), (0.38, 0.9), (0.5, 0.6), (1.1, -0.15)]
        self.pull([(x + size * px, y + size * py) for px, py in points], pen)

    def cross(self, x: float, y: float, width: float, height: float, pen: Pen) -> None:
        """Cross out the rectangle at (x, y)."""
        self.pull([(x, y), (x + width, y + height)], pen)
        self.pull([(x + width, y), (x, y + height)], pen)

    # Fields: a place, and what the hand wrote there

    def place(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        text: str = "",
        digits: tuple[WrittenDigit, ...] = (),
    ) -> None:
        """Note a field's place in the truth."""
        a, b = np.array([x, y]), np.array([x + width, y + height])
        corners = np.array([a, [b[0], a[1]], b, [a[0], b[1]]], np.float32) * self.dpi / 25.4
        self.fields.append(Field(text, corners.astype(np.float32), digits))

    def fill_in(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        text: str,
        writer: Writer,
        size: float = 0.62,
    ) -> None:
        """Write a number into a cell or box that is there already; empty text leaves it empty."""
        tall = size * height
        digits = self.write(x, y + (height + tall) / 2, text, tall, writer, width) if text else ()
        self.place(x, y, width, height, text, digits)

    def fill_comb(
        self,
        x: float,
        y: float,
        cells: int,
        cell: tuple[float, float],
        text: str,
        writer: Writer,
        size: float = 0.66,
    ) -> None:
        """Write one digit a cell, up to the last cell."""
        width, height = cell
        tall = size * height
        digits: tuple[WrittenDigit, ...] = ()
        for i, mark in enumerate(text, cells - len(text)):
            digits += self.write(x + i * width, y + (height + tall) / 2, mark, tall, writer, width)
        self.place(x, y, cells * width, height, text, digits)

    def _cover(self, cover: Floats, x: int, y: int, pen: Pen) -> None:
        """Lay ink on the paper with the cover's left top corner at pixel (x, y)."""
        rows, columns = cover.shape
        top, left = max(0, y), max(0, x)
        part = self._ink[top : y + rows, left : x + columns]
        cover = cover[top - y :, left - x :][: part.shape[0], : part.shape[1]]
        if pen.grain:
            grain = cv2.GaussianBlur(self._rng.random(cover.shape, np.float32), (0, 0), 0.8)
            cover = cover * (1 - pen.grain * np.asarray(grain, np.float32))
        cover = pen.cover * cover[..., None]
        part[:] = part * (1 - cover) + np.array(pen.color, np.float32) * cover
