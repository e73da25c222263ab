"""Fit the decision model on strips drawn from digits that no network was trained on.

The last step of `make model`: `python -m digitscan.fit_decision DATA` writes the section
`decision` of card.json. Needs the extra `train`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from digitnet.strip_data import load_sources
from digitnet.strip_format import HEIGHT
from digitnet.synthesis.strings import Line
from digitnet.synthesis.strip_images import WIDTH, Sources, Strip, amount, make_strip
from digitscan.reading.decide import CASES, FEATURES, features
from digitscan.reading.engine import read_card, shipped_weights
from digitscan.reading.read import Reader
from digitscan.types import Box, Page

SEED = 2718
Samples = dict[str, list[tuple[NDArray[np.float32], bool]]]


def plain_strip(rng: np.random.Generator, sources: Sources) -> Strip:
    """Draw numbers as a good scan of a good pen shows them: most of what forms hold."""
    line = Line(HEIGHT, WIDTH)
    digits = sorted(amount(rng, line, sources), key=lambda digit: digit.left + digit.right)
    darkness = np.clip(line.ink, 0, 1) * rng.uniform(150, 230)
    grain = rng.normal(0, rng.uniform(0, 4), line.ink.shape)
    return Strip(np.clip(245 - darkness + grain, 0, 255).astype(np.uint8), tuple(digits))


def truth_of(box: Box, strip: Strip, scale: float) -> str:
    """Return the digits whose middle lies in a word's box, left to right.

    `scale` is working pixels a strip pixel.
    """
    return "".join(
        str(digit.value)
        for digit in strip.digits
        if box.x <= (digit.left + digit.right) / 2 * scale < box.right
        and box.y <= (digit.top + digit.bottom) / 2 * scale < box.bottom
    )


def collect(reader: Reader, strips: list[Strip]) -> Samples:
    """Read strips as pages; for each case the features, and whether the reading was right."""
    samples: Samples = {case: [] for case in CASES}
    for index, strip in enumerate(strips):
        page = Page(f"strip {index}", 1, strip.pixels)
        prepared, entries = reader.read_entries(page)
        scale = prepared.ink.mask.shape[1] / page.width
        for entry in entries:
            if entry.strips is None:
                continue
            second = entry.strips[1]
            truth = truth_of(entry.word.box, strip, scale)
            seen = features(entry.glyphs, second)
            if entry.glyphs.text == second.text:
                samples["agreed"].append((seen, second.text == truth))
            else:
                samples["glyphs"].append((seen, entry.glyphs.text == truth))
                if second.digits:
                    samples["strips"].append((seen, second.text == truth))
    return samples


def fit(samples: list[tuple[NDArray[np.float32], bool]]) -> list[float]:
    """Fit one logistic regression; weights in the order of FEATURES."""
    from sklearn.linear_model import LogisticRegression

    inputs = np.stack([seen for seen, _ in samples])
    right = np.array([correct for _, correct in samples])
    model = LogisticRegression(C=1.0, max_iter=1000, fit_intercept=False)
    model.fit(inputs, right)
    return [round(float(weight), 4) for weight in model.coef_[0]]


def main(
    data: Annotated[Path, typer.Argument(help="The folder of data sets.")],
    fonts: Annotated[Path | None, typer.Option(help="A folder of fonts.")] = None,
    count: Annotated[int, typer.Option("--strips", help="Strips to draw.")] = 3000,
) -> None:
    """Fit the decision model and write it into card.json."""
    rng = np.random.default_rng(SEED)
    sources = load_sources(data, fonts, held_out=True)
    strips = [(make_strip, plain_strip)[index % 2](rng, sources) for index in range(count)]
    samples = collect(Reader(), strips)
    card = read_card(shipped_weights())
    card["decision"] = {case: fit(samples[case]) for case in CASES}
    card["decision"]["features"] = list(FEATURES)
    card["decision"]["samples"] = {case: len(samples[case]) for case in CASES}
    card["decision"]["right"] = {
        case: round(float(np.mean([right for _, right in samples[case]])), 4) for case in CASES
    }
    path = shipped_weights() / "card.json"
    path.write_text(json.dumps(card, indent=2, sort_keys=True) + "\n", "utf-8")
    typer.echo(json.dumps(card["decision"], indent=2))


if __name__ == "__main__":
    typer.run(main)
