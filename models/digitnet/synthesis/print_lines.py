"""Lines of machine print with the boxes of their digits: words, numbers, codes, labels."""

from __future__ import annotations

import string
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitnet.synthesis.pens import Ink, trim
from digitnet.synthesis.strings import Line, Written

LABELS = ("No.", "Total", "EUR", "Sum", "Date", "kg", "Tel", "Name", "USD", "Rate", "Nr", "%", "cm")
COMMON = "eeetttaaooiinnsshhrrddllcumfpgwybvk"
SIGNS = "ABCDEFGHIJKLMNOPRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:-/()$%#"
SMALLEST, LARGEST = 12, 46
"""Sizes of type on a strip, in pixels."""


@lru_cache(maxsize=1024)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


def _digits(rng: np.random.Generator, count: int) -> str:
    return "".join(str(d) for d in rng.integers(0, 10, count))


def number(rng: np.random.Generator) -> str:
    """Invent a number as forms print them: plain, decimal, thousands, dates, telephones, codes."""
    kind = int(rng.integers(9))
    if kind <= 2:
        return _digits(rng, int(rng.integers(1, 8)))
    if kind == 3:
        return f"{_digits(rng, int(rng.integers(1, 4)))}.{_digits(rng, int(rng.integers(1, 4)))}"
    if kind == 4:
        return f"{_digits(rng, int(rng.integers(1, 4)))},{_digits(rng, 3)}"
    if kind == 5:
        sign = "/-."[int(rng.integers(3))]
        return sign.join(_digits(rng, 2) for _ in range(int(rng.integers(2, 4))))
    if kind == 6:
        return f"({_digits(rng, 3)}) {_digits(rng, 3)}-{_digits(rng, 4)}"
    if kind == 7:
        return f"{_digits(rng, int(rng.integers(1, 3)))}%"
    letters = "".join(rng.choice(list(string.ascii_uppercase), int(rng.integers(1, 3))))
    return letters + _digits(rng, int(rng.integers(1, 6)))


def label(rng: np.random.Generator) -> str:
    """Invent what stands printed beside a written number; now and then a digit is in it."""
    text = str(rng.choice(LABELS))
    if rng.random() < 0.25:
        text = f"{text} {_digits(rng, int(rng.integers(1, 3)))}"
    return text if rng.random() < 0.9 else _digits(rng, int(rng.integers(1, 3)))


def text_alone(rng: np.random.Generator) -> str:
    """Invent printed text: half of it numbers, half words."""
    if rng.random() < 0.5:
        return number(rng)
    words = [
        "".join(rng.choice(list(SIGNS if rng.random() < 0.2 else COMMON), int(rng.integers(2, 10))))
        for _ in range(int(rng.integers(1, 4)))
    ]
    text = " ".join(words)
    way = rng.random()
    return text.upper() if way < 0.4 else text.capitalize() if way < 0.7 else text


def typeset(
    rng: np.random.Generator, text: str, fonts: tuple[Path, ...], size: int
) -> tuple[Ink, list[Written]]:
    """Set `text` in any of the fonts, `size` pixels high, at times as unevenly as a typewriter.

    Returns the tight patch of its ink and its digits, in pixels of the patch.
    """
    font = _font(fonts[int(rng.integers(len(fonts)))], size)
    uneven = rng.random() < 0.25
    spread = rng.uniform(0.9, 1.25) if rng.random() < 0.2 else 1.0
    places = [round(spread * font.getlength(text[:i])) for i in range(len(text))]
    base, margin = round(1.3 * size), size
    width = places[-1] + round(font.getlength(text[-1])) + 2 * margin
    canvas = np.zeros((2 * size + 4, width), np.float32)
    picture = Image.new("L", (width, canvas.shape[0]))
    pen = ImageDraw.Draw(picture)
    digits = []
    for sign, x in zip(text, places, strict=True):
        y = base + (round(rng.normal(0, 0.03 * size)) if uneven else 0)
        shade = int(rng.uniform(150, 255)) if uneven else 255
        pen.text((margin + x, y), sign, fill=shade, font=font, anchor="ls")
        if sign in string.digits:
            box = font.getbbox(sign, anchor="ls")
            left, top, right, bottom = (round(edge) for edge in box)
            digits.append(
                Written(int(sign), margin + x + left, y + top, margin + x + right, y + bottom, True)
            )
    ink = np.asarray(picture, np.float32) / np.float32(255)
    rows, columns = np.flatnonzero((ink >= 0.1).any(1)), np.flatnonzero((ink >= 0.1).any(0))
    if not len(rows):
        return trim(ink), []
    top, left = int(rows[0]), int(columns[0])
    moved = [
        Written(d.value, d.left - left, d.top - top, d.right - left, d.bottom - top, True)
        for d in digits
    ]
    return trim(ink), moved


def put_print(
    rng: np.random.Generator, line: Line, fonts: tuple[Path, ...], text: str, x: float | None
) -> list[Written]:
    """Set print at column `x`, or behind what stands there; return its digits that are whole.

    What falls outside the line is cut off.
    """
    usual = rng.random() < 0.5
    size = int(np.clip(rng.normal(30, 4), SMALLEST, LARGEST) if usual else rng.integers(12, 47))
    patch, digits = typeset(rng, text, fonts, size)
    height, width = line.ink.shape
    spare = height - patch.shape[0]
    y = spare / 2 + rng.normal(0, 2) if usual else rng.uniform(min(-3, spare), max(3, spare))
    left = round(line.room_after(rng.uniform(3, 14)) if x is None else x)
    top = round(y)
    line.put(patch, left, top, 0)
    found = []
    for d in digits:
        box = (d.left + left, d.top + top, d.right + left, d.bottom + top)
        inside = box[0] >= -1 and box[2] <= width + 1
        share = (min(box[3], height) - max(box[1], 0)) / max(1, box[3] - box[1])
        if inside and share > 0.75:
            clipped = (max(box[0], 0), max(box[1], 0), min(box[2], width), min(box[3], height))
            found.append(Written(d.value, *clipped, printed=True))
    return found
