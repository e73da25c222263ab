"""Fit the decision model on fields and forms drawn with digits no network was trained on.

A step of `make model`; `python -m digitscan.fit_decision DATA` does it alone for the networks that
ship. It writes the section `decision` of card.json. Needs the extra `train`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from digitnet.card import put_text, update_card
from digitnet.strip_data import load_sources
from digitnet.strip_format import HEIGHT
from digitnet.synthesis.strings import Line, Written
from digitnet.synthesis.strip_images import WIDTH, Sources, amount, make_strip
from digitscan.reading.decide import CASES, FEATURES, features
from digitscan.reading.engine import GLYPH, STRIP, read_card, shipped_weights
from digitscan.reading.read import Reader
from digitscan.types import Box, Page

SEED = 2718
FIELDS = 2400
COLUMNS, ROWS = 3, 8
"""Boxes on a drawn form."""
PADDING = 6
"""Paper between a box and what is written in it, in page pixels."""
Samples = dict[str, list[tuple[NDArray[np.float32], bool]]]


@dataclass(frozen=True, slots=True)
class Known:
    """A page, (H, W) uint8, and the digits on it, in page pixels."""

    pixels: NDArray[np.uint8]
    digits: tuple[Written, ...]


def bad_field(rng: np.random.Generator, sources: Sources) -> Known:
    """Draw a field as the strip network saw it in training: any pen, paper and ruling."""
    strip = make_strip(rng, sources)
    return Known(strip.pixels, strip.digits)


def good_field(rng: np.random.Generator, sources: Sources) -> Known:
    """Draw a field as a good scan of a good pen shows it: most of what forms hold."""
    line = Line(HEIGHT, WIDTH)
    digits = amount(rng, line, sources)
    darkness = np.clip(line.ink, 0, 1) * rng.uniform(150, 230)
    grain = rng.normal(0, rng.uniform(0, 4), line.ink.shape)
    return Known(np.clip(245 - darkness + grain, 0, 255).astype(np.uint8), tuple(digits))


def form(rng: np.random.Generator, sources: Sources) -> Known:
    """Draw a page of boxes with a number in each."""
    wide, high = WIDTH + 2 * PADDING, HEIGHT + 2 * PADDING
    pixels = np.full((ROWS * (high + 24) + 40, COLUMNS * (wide + 30) + 40), 245, np.uint8)
    digits = []
    for index in range(COLUMNS * ROWS):
        x, y = 30 + index % COLUMNS * (wide + 30), 30 + index // COLUMNS * (high + 24)
        field = good_field(rng, sources)
        left, top = x + PADDING, y + PADDING
        pixels[top : top + HEIGHT, left : left + WIDTH] = field.pixels
        cv2.rectangle(pixels, (x, y), (x + wide - 1, y + high - 1), 60, 1)
        digits += [
            Written(d.value, d.left + left, d.top + top, d.right + left, d.bottom + top)
            for d in field.digits
        ]
    return Known(pixels, tuple(digits))


def draw(rng: np.random.Generator, sources: Sources, fields: int) -> list[Known]:
    """Draw so many fields, bad and good by turns, and as many numbers again on forms."""
    singles = [(bad_field, good_field)[index % 2](rng, sources) for index in range(fields)]
    return singles + [form(rng, sources) for _ in range(fields // (COLUMNS * ROWS))]


def truth_of(box: Box, digits: Sequence[Written], scale: float) -> str:
    """Return the digits whose middle lies in a word's box, left to right.

    `scale` is working pixels a page pixel.
    """
    inside = [
        digit
        for digit in digits
        if box.x <= (digit.left + digit.right) / 2 * scale < box.right
        and box.y <= (digit.top + digit.bottom) / 2 * scale < box.bottom
    ]
    return "".join(str(d.value) for d in sorted(inside, key=lambda d: d.left + d.right))


def collect(reader: Reader, pages: list[Known]) -> Samples:
    """Read known pages; for each case the features, and whether the reading was right."""
    samples: Samples = {case: [] for case in CASES}
    for index, known in enumerate(pages):
        page = Page(f"page {index}", 1, known.pixels)
        prepared, entries = reader.read_entries(page)
        scale = prepared.ink.mask.shape[1] / page.width
        for entry in entries:
            if entry.strips is None:
                continue
            second = entry.strips[1]
            truth = truth_of(entry.word.box, known.digits, scale)
            seen = features(entry.glyphs, second)
            if entry.glyphs.text == second.text:
                samples["agreed"].append((seen, second.text == truth))
            else:
                samples["glyphs"].append((seen, entry.glyphs.text == truth))
                if second.digits:
                    samples["strips"].append((seen, second.text == truth))
    return samples


def fit(samples: list[tuple[NDArray[np.float32], bool]]) -> list[float]:
    """Fit one logistic regression; weights in the order of FEATURES.

    Without samples it says one half of everything.
    """
    from sklearn.linear_model import LogisticRegression

    # Samples without features, one right and one wrong, weigh nothing, and both classes are there.
    inputs = np.stack([*(seen for seen, _ in samples), *np.zeros((2, len(FEATURES)), np.float32)])
    right = np.array([*(correct for _, correct in samples), True, False])
    model = LogisticRegression(C=1.0, max_iter=1000, fit_intercept=False)
    model.fit(inputs, right)
    return [round(float(weight), 4) for weight in model.coef_[0]]


def undecided(weights: Path) -> Reader:
    """Open the networks of a folder whose card may have no decision yet, or an older one."""
    with TemporaryDirectory() as name:
        for network in (GLYPH, STRIP):
            shutil.copy(weights / network, name)
        neutral = {case: [0.0] * len(FEATURES) for case in CASES}
        card = {**read_card(weights), "decision": neutral}
        Path(name, "card.json").write_text(json.dumps(card), "utf-8")
        return Reader(weights=Path(name))


def fit_decision(data: Path, fonts: Path | None, weights: Path, fields: int) -> dict[str, Any]:
    """Fit the decision model to the networks in `weights` and write it into the card there.

    `data` and `fonts` are the folders that the networks were trained from, `fields` is how many
    fields are drawn, and numbers on forms besides. Returns the card's new section.
    """
    sources = load_sources(data, fonts, held_out=True)
    samples = collect(undecided(weights), draw(np.random.default_rng(SEED), sources, fields))
    section: dict[str, Any] = {case: fit(samples[case]) for case in CASES}
    section["features"] = list(FEATURES)
    section["samples"] = {case: len(samples[case]) for case in CASES}
    section["right"] = {
        case: round(sum(right for _, right in seen) / max(1, len(seen)), 4)
        for case, seen in samples.items()
    }
    update_card(weights, "decision", section)
    lines = ["| readers | samples | right |", "|---|---|---|"]
    lines += [
        f"| {case} | {section['samples'][case]} | {section['right'][case]:.4f} |" for case in CASES
    ]
    put_text(weights, "decision", "\n".join(lines))
    return section


def main(
    data: Annotated[Path, typer.Argument(help="The folder of data sets.")],
    fonts: Annotated[Path | None, typer.Option(help="A folder of fonts.")] = None,
    fields: Annotated[int, typer.Option(help="Fields to draw, and numbers on forms.")] = FIELDS,
) -> None:
    """Fit the decision model and write it into card.json."""
    section = fit_decision(data, fonts, shipped_weights(), fields)
    typer.echo(json.dumps(section, indent=2))


if __name__ == "__main__":
    typer.run(main)
