"""Whole strips as the strip network sees them: numbers on paper, and what is not a number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.strip_format import HEIGHT
from digitnet.synthesis.paper import background, clean_paper, lay_ink, line, rulings, scan
from digitnet.synthesis.pens import Hand, Ink, draw
from digitnet.synthesis.print_lines import label, put_print, text_alone, typeset
from digitnet.synthesis.strings import (
    Line,
    Styles,
    Writer,
    Written,
    digit_patch,
    draw_mark,
    random_digits,
    random_writer,
    strike_out,
    write_number,
)
from digitnet.synthesis.styles import StyleBank

WIDTH = 192
"""Columns of a synthetic strip."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What strips are made of: digit styles, handwritten signs that are no digits, fonts."""

    styles: Styles
    letters: StyleBank | None
    fonts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """A synthetic strip, (48, 192) uint8 dark on light, and its digits from left to right.

    `extent` is the box around all that is written or printed: left, top, right, bottom.
    """

    pixels: NDArray[np.uint8]
    digits: tuple[Written, ...]
    extent: tuple[int, int, int, int]


def _put_letters(
    rng: np.random.Generator, line_: Line, sources: Sources, writer: Writer, count: int
) -> None:
    """Write handwritten signs that are not digits, as far as they fit."""
    if sources.letters is None:
        return
    labels = sources.letters.labels
    base = HEIGHT / 2 + writer.height / 2
    for _ in range(count):
        style = sources.letters.draw(rng, labels[int(rng.integers(len(labels)))])
        height = writer.height * rng.uniform(0.55, 1.15)
        hand = Hand(height, writer.aspect, writer.slant * 0.5, rng.normal(0, 0.05), writer.warp)
        patch = draw(rng, style, hand, writer.pen)
        x = line_.room_after(rng.uniform(1, 10))
        if x >= line_.ink.shape[1] - 4:
            return
        line_.put(patch, x, base - patch.shape[0] + rng.normal(0, 2), 0)


def _scrawl(rng: np.random.Generator, line_: Line, writer: Writer) -> None:
    """Draw ticks, crosses, dashes, rings or a crossing-out: marks that are no digits."""
    x = line_.room_after(rng.uniform(4, 40))
    size, middle = writer.height * rng.uniform(0.5, 1.1), HEIGHT / 2 + rng.normal(0, 4)
    shapes = {
        "tick": [[(0, 0), (0.3, 0.4), (rng.uniform(0.8, 1.4), -0.6)]],
        "cross": [[(0, -0.5), (0.8, 0.5)], [(0.8, -0.5), (0, 0.5)]],
        "dash": [[(0, 0), (rng.uniform(0.5, 3), rng.normal(0, 0.05))]],
        "scribble": [[(0.18 * k, (-1) ** k * rng.uniform(0.15, 0.5)) for k in range(9)]],
        "tally": [[(0.2 * k, -0.5), (0.2 * k, 0.5)] for k in range(int(rng.integers(4, 6)))]
        + [[(-0.1, 0.3), (0.95, -0.3)]],
        "wave": [[(0.2 * k, 0.12 * np.sin(1.3 * k)) for k in range(14)]],
    }
    shape = shapes[str(rng.choice(list(shapes)))]
    for stroke in shape:
        points = np.array(stroke) + rng.normal(0, 0.04, (len(stroke), 2))
        line_.stroke(points * size + [x, middle], writer.pen.radius)
    reach = max(point[0] for stroke in shape for point in stroke) * size
    line_.put(np.zeros((1, max(1, round(reach))), np.float32), x, middle, 0)


def _base_line(rng: np.random.Generator, writer: Writer) -> float:
    """Choose the row that digits stand on; now and then they are cut off at an edge."""
    off = rng.normal(0, 3.5)
    if rng.random() < 0.1:
        off += rng.choice([-1, 1]) * rng.uniform(0.1, 0.35) * writer.height
    return float(HEIGHT / 2 + writer.height / 2 + off)


def amount(rng: np.random.Generator, line_: Line, sources: Sources) -> list[Written]:
    """Write a number freely, perhaps a second one, perhaps with signs and print around it."""
    writer = random_writer(rng)
    digits: list[Written] = []
    before = rng.random()
    if before < 0.08 and sources.fonts:
        digits += put_print(rng, line_, sources.fonts, label(rng), rng.uniform(-20, 4))
    elif before < 0.13:
        _skip(line_, rng.uniform(0, 6))
        draw_mark(rng, line_, str(rng.choice(list("$("))), writer, _base_line(rng, writer))
    else:
        _skip(line_, rng.uniform(-3, 26))
    if rng.random() < 0.04:
        _struck_number(rng, line_, sources, writer)
    for _ in range(3):
        base = _base_line(rng, writer)
        digits += write_number(
            rng, line_, writer, sources.styles, random_digits(rng), base, rng.random() < 0.8
        )
        room = WIDTH - line_.room_after(0)
        if room < 1.5 * writer.height or rng.random() < 0.5:
            break
        _skip(line_, line_.room_after(rng.uniform(0.4, 2) * writer.height))
    after = rng.random()
    if after < 0.07 and sources.fonts:
        digits += put_print(rng, line_, sources.fonts, label(rng), None)
    elif after < 0.11:
        _scrawl(rng, line_, writer)
    elif after < 0.15:
        _put_letters(rng, line_, sources, writer, int(rng.integers(1, 4)))
    return digits


def word(rng: np.random.Generator, line_: Line, sources: Sources) -> list[Written]:
    """Write one number as the reader cuts it out of a page: small, nothing but paper around."""
    writer = random_writer(rng, small=True)
    _skip(line_, rng.uniform(4, 20))
    base = HEIGHT / 2 + writer.height / 2 + rng.normal(0, 1.5)
    signs = random_digits(rng)
    if rng.random() < 0.35:  # cells hold one or two
        signs = signs[: int(rng.integers(1, 3))]
    if rng.random() < 0.04:
        return _struck_number(rng, line_, sources, writer)
    marks = rng.random() < 0.6
    return write_number(rng, line_, writer, sources.styles, signs, base, marks)


def spaced(rng: np.random.Generator, line_: Line, sources: Sources) -> list[Written]:
    """Write a number at the even pitch of a comb whose walls are gone; large digits overlap."""
    writer = random_writer(rng, small=True)
    pitch = rng.uniform(0.5, 1.2) * writer.height
    base = HEIGHT / 2 + writer.height / 2 + rng.normal(0, 1.5)
    x, digits = rng.uniform(0.3, 1.5) * pitch, []
    for digit in random_digits(rng):
        patch, _ = digit_patch(rng, writer, sources.styles, digit, False)
        left = x + (pitch - patch.shape[1]) / 2 + rng.normal(0, 0.1) * pitch
        y = base - patch.shape[0] + rng.normal(0, 0.05) * writer.height
        if left < 1 or left + patch.shape[1] >= WIDTH:
            break
        digits.append(Written(digit, *line_.put(patch, left, y, 0)))
        x += pitch
    return digits


def _skip(line_: Line, x: float) -> None:
    """Let the next sign start at column `x`."""
    line_.put(np.zeros((1, 1), np.float32), x, HEIGHT / 2, 0)


def _struck_number(
    rng: np.random.Generator, line_: Line, sources: Sources, writer: Writer
) -> list[Written]:
    """Write a number and cross it out: none of its digits counts."""
    base = _base_line(rng, writer)
    signs = random_digits(rng)[: int(rng.integers(1, 4))]
    struck = write_number(rng, line_, writer, sources.styles, signs, base, False)
    if struck:
        strike_out(rng, line_, struck, writer)
    return []


def cells(rng: np.random.Generator, line_: Line, sources: Sources) -> list[Written]:
    """Write one digit a cell of a comb or a row of boxes, walls, guides and all."""
    writer = random_writer(rng)
    pitch = rng.uniform(0.6, 1.5) * writer.height
    walls = np.zeros(line_.ink.shape, np.uint8)
    thick, top = int(rng.integers(1, 4)), float(rng.choice([0.0, rng.uniform(0.3, 0.8)]))
    guide = rng.random() < 0.2 and bool(sources.fonts)
    shade = rng.uniform(0.08, 0.3)
    base, x = _base_line(rng, writer), rng.uniform(-0.5, 0.5) * pitch
    signs, digits = random_digits(rng), []
    crossed = rng.random() < 0.1
    faint: Ink = np.zeros(line_.ink.shape, np.float32)
    while x < WIDTH:
        if rng.random() < 0.97:
            line(walls, (x, top * HEIGHT), (x + rng.normal(0, 0.4), HEIGHT + 1), thick)
        if guide:
            mark, _ = typeset(rng, str(rng.choice(list("0123456789"))), sources.fonts, 40)
            _blend(faint, mark * np.float32(shade), x + 0.2 * pitch, 6)
        inside = x + pitch < WIDTH and x > 0
        if inside and signs and rng.random() < 0.9:
            digit = signs.pop()
            patch, _ = digit_patch(rng, writer, sources.styles, digit, False)
            left = x + (pitch - patch.shape[1]) / 2 + rng.normal(0, 0.1) * pitch
            y = base - patch.shape[0] + rng.normal(0, 0.05) * writer.height
            if left > 0 and left + patch.shape[1] < WIDTH:
                written = Written(digit, *line_.put(patch, left, y, 0))
                if rng.random() < 0.03:
                    strike_out(rng, line_, [written], writer)
                else:
                    digits.append(written)
        elif inside and crossed:
            for a, b in (((0.2, 0.2), (0.8, 0.8)), ((0.8, 0.2), (0.2, 0.8))):
                ends = np.array([a, b]) * [pitch, HEIGHT] + [x, 0] + rng.normal(0, 2, (2, 2))
                line_.stroke(ends, writer.pen.radius)
        x += pitch
    dark = np.float32(rng.uniform(0.15, 1.0))
    line_.ink = np.maximum(line_.ink, np.maximum(faint, walls.astype(np.float32) / 255 * dark))
    return digits


def _blend(canvas: Ink, patch: Ink, x: float, y: float) -> None:
    """Lay a patch on a canvas where it is darker; what falls outside is cut off."""
    left, top = max(0, round(x)), max(0, round(y))
    window = canvas[top : top + patch.shape[0], left : left + patch.shape[1]]
    np.maximum(window, patch[: window.shape[0], : window.shape[1]], out=window)


def printed(rng: np.random.Generator, line_: Line, sources: Sources) -> list[Written]:
    """Set print alone: words, numbers, codes; its digits count, as printed ones."""
    digits = put_print(rng, line_, sources.fonts, text_alone(rng), rng.uniform(-30, 24))
    while line_.room_after(0) < WIDTH - 10 and rng.random() < 0.6:
        digits += put_print(rng, line_, sources.fonts, text_alone(rng), None)
    return digits


def nothing(rng: np.random.Generator, line_: Line, sources: Sources) -> list[Written]:
    """Fill the strip with what holds no digit: letters, symbols, marks or nothing at all."""
    writer = random_writer(rng, small=rng.random() < 0.5)
    kind = rng.random()
    if kind < 0.6:
        _skip(line_, rng.uniform(0, 20))
        _put_letters(rng, line_, sources, writer, int(rng.integers(1, 8)))
    elif kind < 0.92:
        for _ in range(int(rng.integers(1, 4))):
            _scrawl(rng, line_, writer)
    return []


KINDS = (amount, word, spaced, cells, printed, nothing)
SHARES = (0.4, 0.18, 0.09, 0.12, 0.12, 0.09)

CLEAN = (word, spaced, printed)
"""Cut out of a page: mostly nothing but paper around, seldom rulings."""


def make_strip(rng: np.random.Generator, sources: Sources) -> Strip:
    """Make one strip: most hold numbers, some print, one in ten no digit at all."""
    line_ = Line(HEIGHT, WIDTH)
    kind = KINDS[int(rng.choice(len(KINDS), p=SHARES))]
    if kind is printed and not sources.fonts:
        kind = word
    digits = kind(rng, line_, sources)
    clean = rng.random() < (0.75 if kind in CLEAN else 0.1)
    paper = clean_paper(rng, line_.ink.shape) if clean else background(rng, line_.ink.shape)
    ink = line_.ink
    extent = _extent(ink)
    if rng.random() < 0.04:  # a stamp or a stroke from the line above crosses the strip
        canvas = np.zeros(ink.shape, np.uint8)
        spot = (int(rng.integers(0, WIDTH)), int(rng.integers(-20, HEIGHT + 20)))
        cv2.circle(canvas, spot, int(rng.integers(20, 70)), 255, int(rng.integers(1, 4)))
        ink = np.maximum(ink, canvas.astype(np.float32) / 255 * np.float32(rng.uniform(0.2, 0.8)))
    image = lay_ink(rng, paper, ink)
    if kind not in CLEAN or rng.random() < 0.15:
        image *= 1 - rulings(rng, ink.shape)
    if rng.random() < 0.2:  # the cut runs through what stands beside
        image[:, : int(rng.integers(1, 6))] *= np.float32(rng.uniform(0.3, 1))
    visible = [d for d in digits if d.right - d.left >= 2 and d.bottom - d.top >= 6]
    ordered = sorted(visible, key=lambda digit: digit.left + digit.right)
    detail = min((d.bottom - d.top for d in visible), default=20)
    return Strip(scan(rng, image, detail), tuple(ordered), extent)


def _extent(ink: Ink) -> tuple[int, int, int, int]:
    """Return the box around all ink: left, top, right, bottom; zeros where there is none."""
    rows, columns = np.nonzero(ink > 0.3)
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
