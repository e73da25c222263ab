"""Printed lines, set character by character so that it is known what stands where."""

from __future__ import annotations

import string

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitnet.synthesis.glyphs import Ink, as_ink, change_stroke

COMMON = "eeeettaaooiinnsshhrrddllcumwfgypbvkjxqz"
"""Letters about as often as languages use them."""
SIGNS = "&%$#@?/()+=:;*-.,"
NUMBERS = tuple("## ### #### #.## #,### $## #/##/## ###-#".replace("#", "{}").split())

Set = tuple[str, NDArray[np.bool_]]
"""A character and its mask, (H, W) bool, on its line."""


def random_text(rng: np.random.Generator) -> str:
    """Invent a word or a number of at most nine characters."""
    kind = rng.random()
    if kind < 0.4:
        form = NUMBERS[int(rng.integers(len(NUMBERS)))]
        return form.format(*rng.integers(0, 10, form.count("{}")))
    pool = COMMON if kind < 0.9 else string.ascii_letters + string.digits + SIGNS
    word = "".join(pool[k] for k in rng.integers(0, len(pool), int(rng.integers(2, 8))))
    if kind < 0.6:
        word = word.upper()
    elif kind < 0.7:
        word = word.capitalize()
    return word + (SIGNS[int(rng.integers(len(SIGNS)))] if rng.random() < 0.15 else "")


def dotted(ink: Ink, rows: int) -> Ink:
    """Draw ink as a dot-matrix printer does, `rows` dots from top to bottom."""
    pitch = ink.shape[0] / rows
    size = (max(1, round(ink.shape[1] / pitch)), rows)
    dots = as_ink(cv2.resize(ink, size, interpolation=cv2.INTER_AREA)) > 0.35
    grown = cv2.resize(dots.astype(np.float32), ink.shape[::-1], interpolation=cv2.INTER_NEAREST)
    y, x = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]].astype(np.float32)
    distance = np.hypot((x / pitch) % 1 - 0.5, (y / pitch) % 1 - 0.5).astype(np.float32)
    return as_ink(as_ink(grown) * np.clip(1.5 - 2.2 * distance, 0, 1))


def set_line(
    text: str, font: ImageFont.FreeTypeFont, rng: np.random.Generator
) -> tuple[Ink, list[Set]]:
    """Set a text as a printer or a typewriter does: loose or touching, uneven, underlined.

    Returns the line's ink, (H, W) float32 0-1, and its characters with their masks.
    """
    em = font.size
    spacing = em * (rng.uniform(-0.09, -0.03) if rng.random() < 0.2 else rng.normal(0.02, 0.03))
    uneven = rng.uniform(0.01, 0.04) * em if rng.random() < 0.3 else 0.0
    height, x = round(1.7 * em), 0.4 * em
    width = round(sum(font.getlength(c) + spacing for c in text) + em)
    ink = np.zeros((height, max(width, round(em))), np.float32)
    placed: list[Set] = []
    for character in text:
        picture = Image.new("L", ink.shape[::-1], 0)
        y = 0.25 * em + rng.normal(0, 1) * uneven
        ImageDraw.Draw(picture).text((x, y), character, 255, font=font)
        glyph = np.asarray(picture, np.float32) / np.float32(255)
        placed.append((character, glyph > 0.4))
        np.maximum(ink, glyph * np.float32(1 - rng.uniform(0, 0.4) * (uneven > 0)), out=ink)
        x += font.getlength(character) + spacing
    if rng.random() < 0.06:
        ink = dotted(ink, int(rng.integers(14, 24)))
    elif rng.random() < 0.35:
        ink = change_stroke(ink, rng.normal(0.5, 2.0))
    if rng.random() < 0.1:
        row = round(1.25 * em + rng.normal(0.05, 0.04) * em)
        ink[row : row + max(1, round(rng.uniform(0.03, 0.07) * em))] = 1
    return ink, placed
