"""The annotated page: what was read, how sure it is, and what wants a look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.output.layout import Label, place_labels
from digitscan.types import Box, Kind, Number, Page, PageReading

Color: TypeAlias = tuple[int, int, int]
"""Blue, green, red."""

# Okabe and Ito, Color Universal Design (2008): told apart with any common colour blindness.
CONFIDENCE: tuple[tuple[float, Color], ...] = (
    (0.999, (178, 114, 0)),
    (0.99, (233, 180, 86)),
    (0.95, (0, 159, 230)),
    (0.0, (0, 94, 213)),
)
"""Lowest confidence of each step and its colour, blue for sure to vermilion for doubtful."""

REVIEW: Color = (160, 20, 220)
ACCEPTED: Color = (110, 110, 110)
TEXT: Color = (40, 20, 0)
WHITE: Color = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Widths of lines and heights of text, in pixels of the picture."""

    line: int
    text: int
    small: int


def annotate(page: Page, reading: PageReading) -> NDArray[np.uint8]:
    """Draw a reading on a copy of its page, with a legend below.

    Returns (H + legend, W, 3) uint8 in OpenCV's order; rows 0 to H - 1 are the page's own, so
    that places in the picture are places in the table.
    """
    sizes = _sizes(page, reading)
    legend = sizes.small * 2
    picture = np.empty((page.height + legend, page.width, 3), np.uint8)
    if page.pixels.ndim == 2:
        cv2.merge([page.pixels] * 3, dst=picture[: page.height])  # in half of cvtColor's time
    else:
        picture[: page.height] = page.pixels
    frames = [_grown(number.box, 4 * sizes.line) for number in reading.numbers]
    digits = [[digit.box for digit in number.digits] for number in reading.numbers]
    labels = place_labels(frames, digits, sizes.text, 2 * sizes.line, page)
    for cell in reading.unread:
        _frame(picture, cell, 0, REVIEW, 2 * sizes.line)
    for index, (number, frame) in enumerate(zip(reading.numbers, frames, strict=True), 1):
        _draw_number(picture, index, number, frame, sizes)
    for number, label in zip(reading.numbers, labels, strict=True):
        _draw_label(picture, number, label, sizes)
    _draw_flags(picture, reading.numbers, sizes)
    _draw_legend(picture[page.height :], reading, sizes)
    return picture


def confidence_color(confidence: float) -> Color:
    """Return the colour of a confidence between 0 and 1."""
    for lowest, color in CONFIDENCE:
        if confidence >= lowest:
            return color
    return CONFIDENCE[-1][1]


def _sizes(page: Page, reading: PageReading) -> _Sizes:
    """Scale lines and text to the page, and the readings to the handwriting."""
    side = min(page.width, page.height)
    heights = [digit.box.height for number in reading.numbers for digit in number.digits]
    ink = float(np.median(heights)) if heights else side / 40
    text = int(np.clip(ink * 0.8, max(14, side / 60), max(16, side / 25)))
    return _Sizes(max(1, round(side / 600)), text, int(np.clip(side / 65, 11, text)))


def _grown(box: Box, by: int) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)


def _draw_label(picture: NDArray[np.uint8], number: Number, label: Label, sizes: _Sizes) -> None:
    """Write the digits read on a whitened ground."""
    box = label.box
    ground = picture[box.y : box.bottom, box.x : box.right]
    color = REVIEW if number.review else TEXT
    written = np.full((box.height, box.width, 3), 255, np.uint8)
    for digit, column in zip(number.digits, label.columns, strict=True):
        stamp = _stamp(str(digit.value), sizes.text, color)
        wide = stamp.shape[1]
        left = min(max(0, round(column - wide / 2) - box.x), box.width - wide)
        written[:, left : left + wide] = stamp
    written = written[: ground.shape[0], : ground.shape[1]]
    cv2.convertScaleAbs(ground, ground, alpha=1 / 6, beta=255 * 5 / 6)
    cv2.min(ground, written, ground)


def _draw_number(
    picture: NDArray[np.uint8], index: int, number: Number, frame: Box, sizes: _Sizes
) -> None:
    """Frame a number and its digits, and write its index in the table at the frame's corner."""
    for digit in number.digits:
        color = confidence_color(digit.confidence)
        _frame(picture, digit.box, 2 * sizes.line, color, 2 * sizes.line)
    color, width = (REVIEW, 3 * sizes.line) if number.review else (ACCEPTED, sizes.line)
    _frame(picture, frame, width // 2, color, width)
    text = f"{index}p" if number.kind is Kind.PRINTED else str(index)
    tab = _tab(text, sizes.small, 2 * sizes.line, color)
    x, y = max(0, frame.x - tab.shape[1] + 1), max(0, frame.y)
    place = picture[y : y + tab.shape[0], x : x + tab.shape[1]]
    place[:] = tab[: place.shape[0], : place.shape[1]]


@lru_cache(4096)
def _stamp(digit: str, size: int, color: Color) -> NDArray[np.uint8]:
    """Return a digit of a label on white, (size, W, 3): to copy it costs less than to draw it."""
    stamp = np.full((size, round(_width(digit, 700) * size), 3), 255, np.uint8)
    cv2.putText(stamp, digit, (0, size - round(size * 0.14)), color, _font(), size, 700)
    return stamp


@lru_cache(4096)
def _tab(text: str, size: int, margin: int, color: Color) -> NDArray[np.uint8]:
    """Return the index of a number on its ground; the same on all pages of a size."""
    wide = round(0.62 * size * len(text)) + margin
    tab = np.empty((round(0.9 * size) + 1, wide + 1, 3), np.uint8)
    tab[:] = color
    _write(tab, text, (wide // 2, round(0.76 * size)), round(size * 0.9), WHITE, 600)
    return tab


def _draw_flags(picture: NDArray[np.uint8], numbers: tuple[Number, ...], sizes: _Sizes) -> None:
    """Put a flag on the left edge beside every line that wants a look."""
    high = sizes.small + 4 * sizes.line
    lines: list[tuple[float, list[int]]] = []
    marked = ((n.box.center[1], i) for i, n in enumerate(numbers, 1) if n.review)
    for middle, index in sorted(marked):
        if lines and middle - lines[-1][0] < high:
            lines[-1][1].append(index)
        else:
            lines.append((middle, [index]))
    for middle, indices in lines:
        text = "? " + " ".join(map(str, sorted(indices)))
        wide = round(0.6 * sizes.small * len(text)) + 4 * sizes.line
        top = round(middle) - high // 2
        tip = (wide + high // 2, top + high // 2)
        outline = np.array([(0, top), (wide, top), tip, (wide, top + high), (0, top + high)])
        cv2.fillPoly(picture, [outline.astype(np.int32)], REVIEW, cv2.LINE_AA)
        at = (wide // 2 + sizes.line, top + round(0.5 * high + 0.34 * sizes.small))
        _write(picture, text, at, sizes.small, WHITE, 700)


def _draw_legend(strip: NDArray[np.uint8], reading: PageReading, sizes: _Sizes) -> None:
    """Explain colours and marks in the strip below the page."""
    strip.fill(255)
    strip[: sizes.line] = ACCEPTED
    size, base = sizes.small, round(sizes.small * 1.35)
    x = size
    for lowest, color in CONFIDENCE:
        cv2.rectangle(strip, (x, base - round(0.75 * size)), (x + size, base), color, -1)
        text = f"{lowest:.1%}+".replace(".0%", "%") if lowest else "less sure"
        x = _write_left(strip, text, (x + round(1.3 * size), base), size) + size
    cv2.rectangle(
        strip, (x, base - round(0.75 * size)), (x + size, base), REVIEW, max(2, 3 * sizes.line)
    )
    marked = sum(number.review for number in reading.numbers)
    text = f"look at these: {marked} of {len(reading.numbers)} numbers"
    if reading.unread:
        text += f", {len(reading.unread)} cell{'s' * (len(reading.unread) > 1)}"
    _write_left(strip, text, (x + round(1.4 * size), base), size)


def _frame(picture: NDArray[np.uint8], box: Box, by: int, color: Color, width: int) -> None:
    """Draw the edge of a box grown by some pixels, `width` inwards; only inside the picture."""
    high, wide = picture.shape[:2]
    x, y, right, bottom = box.x - by, box.y - by, box.x + box.width + by, box.y + box.height + by
    if x < 0 or y < 0 or right > wide or bottom > high:
        part = picture[max(0, y) : max(0, bottom), max(0, x) : max(0, right)]
        whole = np.zeros((bottom - y, right - x, 3), np.uint8)
        inside = whole[max(0, -y) :, max(0, -x) :][: part.shape[0], : part.shape[1]]
        inside[:] = part
        _frame(whole, Box(0, 0, right - x, bottom - y), 0, color, width)
        part[:] = inside
        return
    # Rows of bytes are copied twice as fast as rows of pixels, from as many as there are.
    rows, left, end, inner = picture.reshape(high, -1), 3 * x, 3 * right, 3 * width
    level, plumb = _bar(color, width, wide)[:, : end - left], _bar(color, high, width)[: bottom - y]
    rows[y : y + width, left:end] = level
    rows[bottom - width : bottom, left:end] = level
    rows[y:bottom, left : left + inner] = plumb
    rows[y:bottom, end - inner : end] = plumb


@lru_cache(64)
def _bar(color: Color, height: int, width: int) -> NDArray[np.uint8]:
    """Return the bytes of the pixels of one colour: to copy them is faster than to fill."""
    return np.full((height, width, 3), color, np.uint8).reshape(height, -1)


@cache
def _font() -> cv2.FontFace:
    return cv2.FontFace("sans")


def _write(
    picture: NDArray[np.uint8], text: str, at: tuple[int, int], size: int, color: Color, weight: int
) -> None:
    """Write text centred on a column, standing on a row."""
    left = at[0] - round(_width(text, weight) * size / 2)
    cv2.putText(picture, text, (left, at[1]), color, _font(), size, weight)


@cache
def _width(text: str, weight: int) -> float:
    """Return how many columns a text of size 1 takes: to measure costs more than to draw."""
    return float(cv2.getTextSize((1, 1), text, (0, 0), _font(), 100, weight)[2]) / 100


def _write_left(strip: NDArray[np.uint8], text: str, at: tuple[int, int], size: int) -> int:
    """Write text from a column on; returns the column where it ends."""
    end = cv2.putText(strip, text, at, TEXT, _font(), size, 500)[0]
    return int(end[0])
