"""A form drawn after a recipe: two columns of six numbers, and what its field texts mean."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from drawing.paper import scanned
from drawing.pen import Writer, make_writer
from drawing.sheet import Sheet
from drawing.truth import Drawing
from suite import cameras
from suite.factors import Recipe
from suite.rulings import PITCH

ROWS, COLUMNS = 6, 2
TOP = 16.0
ZONE = TOP + ROWS * PITCH
"""Where the zone below the numbers begins, millimetres."""
LABELS = ["Boards", "Battens", "Hinges", "Screws", "Glue", "Varnish", "Paint", "Nails"]


def draw(recipe: Recipe, seed: int) -> Drawing:
    """Draw a form; the same seed gives the same numbers in the same hand on every recipe."""
    rng = np.random.default_rng(seed)
    sheet = Sheet(148, ZONE + 28, recipe.dpi, seed=seed)
    writer = _writer(recipe, seed)
    sheet.print(10, 10, "Materials used, weekly report", 4.4, 700)
    for index in range(ROWS * COLUMNS):
        x, y = 32 + 70.0 * (index // ROWS), TOP + index % ROWS * PITCH
        text = field_text(recipe, rng)
        sheet.print(x - 21, y + 6.3, LABELS[int(rng.integers(len(LABELS)))], 2.9)
        recipe.ruling(sheet, x, y, "" if recipe.empty else text, writer, recipe.size)
    recipe.beside(sheet, writer, ZONE, rng)
    return _taken(sheet.finish(), recipe, rng)


def _writer(recipe: Recipe, seed: int) -> Writer:
    writer = make_writer(seed, recipe.pen)
    slant = writer.slant if recipe.slant is None else recipe.slant
    return replace(writer, slant=slant, jitter=recipe.jitter, spread=recipe.spread)


def _taken(page: Drawing, recipe: Recipe, rng: np.random.Generator) -> Drawing:
    """Scan, photograph or send what was drawn."""
    page = recipe.paper(recipe.objects(page, rng), rng)
    if recipe.degrees:
        page = cameras.askew(page, recipe.degrees * float(rng.choice([-1, 1])))
    if recipe.photo is not None:
        page = recipe.photo(page, rng)
    else:
        page = scanned(page, noise=2.5, paper=248, seed=int(rng.integers(1 << 30)))
    page = recipe.fax(page, rng)
    if recipe.quality:
        page = cameras.jpeg(page, recipe.quality)
    return cameras.quarter_turned(page, recipe.turns)


def field_text(recipe: Recipe, rng: np.random.Generator) -> str:
    """Make up what is written in a field, with the mark that the recipe wants."""
    match recipe.marks:
        case ".":
            return f"{rng.integers(1, 100)}.{rng.integers(1000):03}"
        case ",":
            return f"{rng.integers(1, 1000)},{rng.integers(100):02}"
        case "-":
            return f"{rng.integers(10, 10_000)}-"
        case "/":
            return f"{rng.integers(1, 32):02}/{rng.integers(1, 13):02}"
    return str(rng.integers(0, 10**6))[: min(recipe.longest, int(rng.integers(1, 7)))]


def numbers_of(text: str) -> list[str]:
    """Return the numbers that a field's text is: dots and commas join, slashes part."""
    return [re.sub(r"\D", "", part) for part in text.split("/") if part]
