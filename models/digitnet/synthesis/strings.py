"""Numbers as one person writes them: digits, what stands between, how they meet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.synthesis.pens import Hand, Ink, Pen, draw
from digitnet.synthesis.styles import Style, StyleBank, add_stroke, style_from_template

MARKS = ".,-=/$:()+%"
"""Signs that are drawn between and after digits and are not digits."""


@dataclass(frozen=True, slots=True)
class Written:
    """A digit on a line: its value and the box of its ink, pixels of the line, ends excluded.

    `printed` where a machine set it.
    """

    value: int
    left: int
    top: int
    right: int
    bottom: int
    printed: bool = False


@dataclass(frozen=True, slots=True)
class Writer:
    """How one person writes: sizes in pixels or in parts of the digit height.

    `gap` is the clear space between neighbours, row by row, in heights; below 0 they cross.
    `unsteady` scatters height, position and slant; `drift` is how far the base line climbs for
    each pixel to the right; `links` the chance that a stroke joins two digits.
    """

    height: float
    pen: Pen
    aspect: float = 1.0
    slant: float = 0.1
    gap: float = 0.1
    unsteady: float = 0.05
    warp: float = 0.02
    drift: float = 0.0
    links: float = 0.0
    faithful: float = 0.6
    habits: dict[int, Style] = field(default_factory=dict)


def random_writer(rng: np.random.Generator, small: bool = False) -> Writer:
    """Invent a writer; `small` where the reader leaves much paper around a word."""
    usual, spread = (23, 3.5) if small else (32, 7.5)
    height = float(np.clip(rng.normal(usual, spread), 13, 46))
    radius = float(np.clip(rng.normal(1.45, 0.55), 0.5, 3.2)) * (height / 31) ** 0.5
    pen = Pen(radius, rng.uniform(0.35, 0.9), rng.uniform(0, 0.3), rng.random() < 0.3)
    kind = rng.choice(4, p=[0.43, 0.22, 0.2, 0.15])
    low, high = ((0.03, 0.2), (-0.04, 0.05), (-0.2, -0.04), (0.2, 0.9))[kind]
    return Writer(
        height=height,
        pen=pen,
        aspect=float(np.exp(rng.normal(0.05, 0.17))),
        slant=float(rng.normal(0.13, 0.25)),
        gap=rng.uniform(low, high),
        unsteady=rng.uniform(0.02, 0.13),
        warp=rng.uniform(0, 0.035),
        drift=rng.normal(0, 0.025),
        links=rng.uniform(0.2, 0.8) if rng.random() < 0.25 else 0.0,
        faithful=rng.uniform(0.3, 0.95),
    )


def random_digits(rng: np.random.Generator) -> list[int]:
    """Invent a number: any digits, often ending in zeros, sometimes one digit many times."""
    count = int(
        rng.choice(np.arange(1, 10), p=[0.06, 0.1, 0.13, 0.18, 0.2, 0.15, 0.09, 0.06, 0.03])
    )
    digits = [int(d) for d in rng.integers(0, 10, count)]
    if count >= 3 and rng.random() < 0.3:
        zeros = int(rng.integers(1, count))
        digits[-zeros:] = [0] * zeros
    if rng.random() < 0.1:
        many = int(rng.integers(0, 10))
        digits = [many if rng.random() < 0.6 else d for d in digits]
    if rng.random() < 0.15:  # a bare stroke is a 1 far more often than a mark
        digits = [1 if rng.random() < 0.45 else d for d in digits]
    return digits


class Line:
    """Ink on one line, written from left to right; knows where the last sign ended in each row."""

    def __init__(self, height: int, width: int) -> None:
        """Start an empty line of (height, width) pixels."""
        self.ink: Ink = np.zeros((height, width), np.float32)
        self._edge = np.full(height, -np.inf)
        self._last: tuple[int, int, int, int] | None = None

    def room_after(self, gap: float) -> float:
        """Give the first free column, `gap` pixels after the last sign."""
        return gap if self._last is None else self._last[2] + gap

    def put(self, patch: Ink, x: float | None, y: float, gap: float) -> tuple[int, int, int, int]:
        """Lay a patch of ink down and return the box it got: left, top, right, bottom.

        `y` is the patch's top row; `x` its left column, or None: then `gap` pixels to the right
        of what stands there, measured row by row so that slanted signs nest. What falls outside
        the line is cut off.
        """
        height, width = self.ink.shape
        top = round(y)
        rows = np.arange(max(top, 0), min(top + patch.shape[0], height))
        dark = patch > 0.5
        first = np.where(dark.any(1), dark.argmax(1), 10_000)[rows - top]
        if x is None:  # rows within 2 of each other count as neighbours
            edge = np.asarray(
                cv2.dilate(self._edge.astype(np.float32).clip(-10_000)[:, None], np.ones((5, 1)))
            )[:, 0][rows]
            reach = edge - first
            x = float(reach.max()) + gap if len(rows) and reach.max() > -5_000 else None
            if x is None or self._last is None:
                x = self.room_after(gap)
            else:  # never pass under the last sign
                x = max(x, (self._last[0] + self._last[2]) / 2 + 1 - 0.25 * patch.shape[1])
        left = round(x)
        columns = np.arange(max(left, 0), min(left + patch.shape[1], width))
        if not len(rows) or not len(columns):
            return left, top, left, top
        part = patch[np.ix_(rows - top, columns - left)]
        window = self.ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        np.maximum(window, part, out=window)
        last = np.where(dark.any(1), patch.shape[1] - 1 - dark[:, ::-1].argmax(1), -10_000)[
            rows - top
        ]
        self._edge[rows] = np.maximum(self._edge[rows], left + last)
        box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
        self._last = (left, box[1], left + patch.shape[1], box[3])
        return box

    def stroke(self, points: NDArray[np.float64], radius: float) -> None:
        """Draw a stroke through points (N, 2), `radius` half its width in pixels."""
        canvas = np.zeros(self.ink.shape, np.uint8)
        fixed = np.rint(points * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(canvas, [fixed], False, 255, max(1, round(2 * radius)), cv2.LINE_AA, 4)
        self.ink = np.maximum(self.ink, canvas.astype(np.float32) / 255)


@dataclass(frozen=True, slots=True)
class Styles:
    """Where digits come from: real ones in banks, each with its weight, and spline templates."""

    banks: tuple[StyleBank, ...]
    weights: tuple[float, ...]
    template_share: float = 0.4

    def draw(self, rng: np.random.Generator, digit: int) -> Style:
        """Take a style of a digit from anywhere."""
        if rng.random() < self.template_share:
            return style_from_template(rng, digit)
        weights = np.array(self.weights)
        bank = self.banks[int(rng.choice(len(self.banks), p=weights / weights.sum()))]
        style = bank.draw(rng, digit)
        if digit == 1 and rng.random() < 0.3:
            return add_stroke(rng, style, "flag")
        if digit == 7 and rng.random() < 0.3:
            return add_stroke(rng, style, "bar")
        return style


def digit_patch(
    rng: np.random.Generator, writer: Writer, styles: Styles, digit: int, first: bool
) -> tuple[Ink, float]:
    """Draw one digit in the writer's hand; return its ink and its height."""
    if digit in writer.habits and rng.random() < writer.faithful:
        style = writer.habits[digit]
    else:
        style = writer.habits.setdefault(digit, styles.draw(rng, digit))
    height = writer.height * float(np.exp(rng.normal(0, writer.unsteady)))
    if digit == 1 and rng.random() < 0.15:
        height *= rng.uniform(1.0, 1.35)
    if first and rng.random() < 0.15:
        height *= rng.uniform(1.05, 1.4)
    height = float(np.clip(height, 10, 50))
    hand = Hand(
        height,
        writer.aspect * float(np.exp(rng.normal(0, 0.08))),
        writer.slant + rng.normal(0, 0.5 * writer.unsteady),
        rng.normal(0, 0.05),
        writer.warp,
    )
    return draw(rng, style, hand, writer.pen), height


def draw_mark(rng: np.random.Generator, line: Line, mark: str, writer: Writer, base: float) -> None:
    """Draw one of `MARKS` after what stands on the line; `base` is the row the digits stand on."""
    radius = writer.pen.radius
    x = line.room_after(rng.uniform(-0.03, 0.15) * writer.height + radius)
    y = base - rng.uniform(-0.1, 0.12) * writer.height
    if mark in "-=":  # anywhere about half way up
        y = base - rng.uniform(0.1, 0.65) * writer.height
    elif mark == "+":
        y -= 0.15 * writer.height
    strokes, thick = _mark_strokes(rng, mark, writer.height)
    for stroke in strokes:
        line.stroke(stroke + np.array([x, y]), max(0.5, radius * thick))
    reach = max(float(stroke[:, 0].max()) for stroke in strokes)
    line.put(np.zeros((1, max(1, round(reach + radius))), np.float32), x, y, 0)


Strokes = list[NDArray[np.float64]]


def _mark_strokes(rng: np.random.Generator, mark: str, h: float) -> tuple[Strokes, float]:
    """Make the strokes of a mark beside digits `h` high, and its thickness against the pen's.

    Strokes are (N, 2) points from the left end of the base line on, y down.
    """
    if mark == ".":
        spot = np.array([[0, 0], [rng.uniform(0, 1.5), rng.uniform(0, 1)]])
        return [spot], rng.uniform(1, 1.8)
    if mark == ",":
        tail = np.array([[0, 0], [rng.uniform(-5, 1), rng.uniform(0.08, 0.35) * h]])
        return [tail], rng.uniform(0.9, 1.2)
    if mark in "-=":
        bar = np.array([[0, 0], [rng.uniform(4, 0.7 * h), rng.normal(0, 2)]])
        second = np.array([rng.normal(0, 1), rng.uniform(4, 8)])
        return ([bar, bar + second] if mark == "=" else [bar]), 1.0
    if mark == "/":
        low, high = rng.uniform(0, 0.3), rng.uniform(0.95, 1.25)
        return [np.array([[0, low * h], [rng.uniform(0.4, 0.95) * h, -high * h]])], 1.0
    if mark in "()":
        side = 1 if mark == ")" else -1
        bow = np.linspace(-1, 1, 7)
        across = side * rng.uniform(0.12, 0.22) * (1 - bow**2) + 0.2 * (side < 0)
        return [np.stack([across, 0.55 * bow - 0.45], 1) * h], 1.0
    if mark == "+":
        reach = rng.uniform(0.3, 0.55) * h
        level, upright = np.array([[0, -0.5], [1, -0.5]]), np.array([[0.5, -1], [0.5, 0]])
        return [level * reach, upright * reach], 1.0
    if mark == "%":
        turn = np.linspace(0, 6.3, 9)
        ring = np.stack([np.cos(turn), np.sin(turn)], 1) * 0.13
        bar = np.array([[0.05, 0.02], [0.65, -0.95]])
        first, last = ring + np.array([0.15, -0.75]), ring + np.array([0.62, -0.2])
        return [first * h, bar * h, last * h], 0.9
    if mark == ":":
        dot = np.array([[0, 0], [0.5, 0.5]])
        return [dot, dot - np.array([0, 0.45 * h])], rng.uniform(1, 1.6)
    # a currency sign: an S with a stroke or two through it
    s = np.array([[0.5, -0.8], [0.2, -0.9], [0, -0.7], [0.45, -0.4], [0.4, -0.1], [0, -0.1]])
    bar = np.array([[0.28, -1.05], [0.2, 0.1]])
    strokes = [s * h, bar * h]
    return strokes + ([bar * h + np.array([0.12 * h, 0])] if rng.random() < 0.4 else []), 1.0


def _link(rng: np.random.Generator, line: Line, before: Written, after: Written, pen: Pen) -> None:
    """Join two digits by a stroke, at the top more often than at the bottom."""
    high = rng.random() < 0.6
    share = rng.uniform(0.02, 0.4) if high else rng.uniform(0.75, 1.0)
    start = (before.right - 2.0, before.top + share * (before.bottom - before.top))
    share = rng.uniform(0.0, 0.35) if high else rng.uniform(0.65, 0.95)
    end = (after.left + 2.0, after.top + share * (after.bottom - after.top))
    sag = rng.normal(0, 2)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + sag)
    line.stroke(np.array([start, middle, end]), pen.radius * rng.uniform(0.6, 1.0))


def write_number(
    rng: np.random.Generator,
    line: Line,
    writer: Writer,
    styles: Styles,
    digits: list[int],
    base: float,
    marks: bool = True,
) -> list[Written]:
    """Write a number on the line, as far as it fits; return the digits written.

    `base` is the row the digits stand on, in pixels.
    """
    written: list[Written] = []
    zeros, flat = 1.0, 1.0  # many write small or flat ones
    if rng.random() < 0.3:
        zeros, flat = rng.uniform(0.35, 0.9), rng.uniform(1.0, 1.9)
    between = _separators(rng, len(digits)) if marks else {}
    low = replace(writer, height=zeros * writer.height, aspect=flat * writer.aspect)
    for index, digit in enumerate(digits):
        if index in between:
            draw_mark(rng, line, between[index], writer, base)
        size = writer if digit or not index else low
        patch, height = digit_patch(rng, size, styles, digit, index == 0)
        gap = (writer.gap + rng.normal(0, 0.04)) * height
        raised = (writer.height - height) * float(rng.choice([0, 0.5, 1], p=[0.6, 0.25, 0.15]))
        x = line.room_after(0)
        y = base - patch.shape[0] - raised + writer.drift * x + rng.normal(0, 0.04) * writer.height
        y = float(np.clip(y, -0.12 * height, line.ink.shape[0] - 0.88 * patch.shape[0]))
        if x + 0.75 * patch.shape[1] + max(gap, 0) > line.ink.shape[1]:
            break
        box = line.put(patch, None if written else line.room_after(gap), y, gap)
        if box[2] - box[0] < 0.8 * patch.shape[1]:  # cut off by the strip's end: not a digit
            _erase(line, box)
            break
        written.append(Written(digit, *box))
        both_zero = len(written) > 1 and digit == 0 and written[-2].value == 0
        if len(written) > 1 and rng.random() < writer.links * (1.0 if both_zero else 0.6):
            _link(rng, line, written[-2], written[-1], writer.pen)
    if marks and written and rng.random() < 0.4:
        for mark in rng.choice(list(".,-=/)%"), int(rng.integers(1, 3))):
            draw_mark(rng, line, str(mark), writer, base)
    return written


def _separators(rng: np.random.Generator, count: int) -> dict[int, str]:
    """Choose signs between the digits of a number, by the digit each stands before."""
    kind = rng.random()
    if kind < 0.42 and count > 3:
        return {count - 3: ".,"[int(rng.random() < 0.25)]}
    if kind < 0.47 and count > 2:
        return {count - 2: ".,"[int(rng.random() < 0.5)]}
    if kind < 0.6 and count > 1:  # dates, times, codes
        sign = str(rng.choice(list("//-.:")))
        first = int(rng.integers(1, 3))
        return {place: sign for place in (first, first + 2) if place < count}
    return {}


def strike_out(
    rng: np.random.Generator, line: Line, written: list[Written], writer: Writer
) -> None:
    """Cross written digits out: with a line or more, a zigzag, or a cross over each."""
    left, right = min(d.left for d in written) - 2.0, max(d.right for d in written) + 2.0
    top, bottom = min(d.top for d in written), max(d.bottom for d in written)
    high, radius = bottom - top, writer.pen.radius * rng.uniform(0.9, 1.5)
    kind = rng.integers(3)
    if kind == 0:
        for _ in range(int(rng.integers(1, 4))):
            y = top + high * rng.uniform(0.3, 0.7)
            ends = np.array([[left, y], [right, y + rng.normal(0, 0.15) * high]])
            line.stroke(ends, radius)
    elif kind == 1:
        steps = max(4, round((right - left) / rng.uniform(3, 7)))
        xs = np.linspace(left, right, steps)
        ys = np.where(np.arange(steps) % 2, top, bottom) + rng.normal(0, 0.12 * high, steps)
        line.stroke(np.stack([xs, ys], 1), radius)
    else:
        for digit in written:
            a, b = digit.left - 1.0, digit.right + 1.0
            line.stroke(np.array([[a, bottom], [b, top]]) + rng.normal(0, 1, (2, 2)), radius)
            if rng.random() < 0.6:
                line.stroke(np.array([[a, top], [b, bottom]]) + rng.normal(0, 1, (2, 2)), radius)


def _erase(line: Line, box: tuple[int, int, int, int]) -> None:
    """Wipe what a digit cut off by the end of the strip left; its neighbour may lose an edge."""
    line.ink[box[1] : box[3], box[0] : box[2]] = 0
