"""Machine print, one character at a time, from the fonts in a folder."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitnet.synthesis.glyphs import WORK, Ink, tight

ITALIC = re.compile("italic|oblique", re.IGNORECASE)
"""Fonts that forms and typewriters seldom use, though folders hold one for each upright."""
DIGITS = "0123456789"
LETTERS = string.ascii_letters + "&%$#@?!/()+=:;*-.,"
LOOK_ALIKE = frozenset("OoIl|!/")
"""Characters that print cannot tell from a digit; never taught as `not a digit`."""
LOOK_ALIKE_BY_HAND = LOOK_ALIKE | frozenset("BbDgipqSsZz()")
"""The same of handwriting."""


def fonts_in(folder: Path | None) -> tuple[Path, ...]:
    """List the .ttf and .otf files of a folder, sorted; without one, DejaVu inside matplotlib."""
    if folder is not None:
        return tuple(sorted(p for p in folder.iterdir() if p.suffix in (".ttf", ".otf")))
    import matplotlib

    shipped = (Path(matplotlib.get_data_path()) / "fonts" / "ttf").glob("DejaVu*.ttf")
    return tuple(sorted(p for p in shipped if "Display" not in p.name))  # those have no digits


@dataclass
class Typesetter:
    """Draws single printed characters; keeps opened fonts."""

    fonts: tuple[Path, ...]
    _open: dict[Path, ImageFont.FreeTypeFont] = field(default_factory=dict)

    def font(self, rng: np.random.Generator) -> ImageFont.FreeTypeFont:
        """Take any font, italics less often, its digits about as high as the working size."""
        path = self.fonts[int(rng.integers(len(self.fonts)))]
        if ITALIC.search(path.name) and rng.random() < 0.6:
            path = self.fonts[int(rng.integers(len(self.fonts)))]
        font = self._open.get(path)
        if font is None:
            font = self._open[path] = ImageFont.truetype(str(path), round(WORK * 1.35))
        return font

    def draw(self, character: str, rng: np.random.Generator) -> Ink | None:
        """Draw a character in a random font at the working size; None where the font lacks it."""
        font = self.font(rng)
        picture = Image.new("L", (WORK * 3, WORK * 3), 0)
        ImageDraw.Draw(picture).text((WORK, WORK // 2), character, 255, font=font)
        return tight(np.asarray(picture, np.float32) / np.float32(255))

    def digit(self, rng: np.random.Generator) -> tuple[Ink | None, int]:
        """Draw one printed digit; returns it and its value."""
        value = int(rng.integers(10))
        return self.draw(DIGITS[value], rng), value

    def letter(self, rng: np.random.Generator, without: frozenset[str] = LOOK_ALIKE) -> Ink | None:
        """Draw one letter or sign that cannot be taken for a digit."""
        choices = [c for c in LETTERS if c not in without]
        return self.draw(choices[int(rng.integers(len(choices)))], rng)
