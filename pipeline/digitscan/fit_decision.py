"""Fit the decision model on fields and forms drawn with digits no network was trained on.

A step of `make model`; `python -m digitscan.fit_decision DATA` does it alone for the networks that
ship. It writes the section `decision` of card.json. Needs the extra `train`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from digitnet.card import put_text, update_card
from digitnet.strip_data import load_sources
from digitnet.synthesis.strings import Written
from digitscan.known_pages import Known, draw
from digitscan.reading.decide import FEATURES, choose, features
from digitscan.reading.engine import GLYPH, STRIP, read_card, shipped_weights
from digitscan.reading.geometry import map_box
from digitscan.reading.read import Entry, Reader
from digitscan.types import Box, Page

SEED = 2718
FIELDS = 2400
USUALLY_RIGHT = 0.92
"""About the share of numbers read right on real scans, taken from the development scans. Drawn
fields are harder on purpose, so that wrong readings to learn from are many; in the fit they count
as often as they happen on paper."""
Samples = list[tuple[NDArray[np.float32], bool]]
"""Features of what was chosen, and whether it was right."""


def truth_of(box: Box, digits: Sequence[Written]) -> str:
    """Return the handwritten digits whose middle lies in a box, left to right; page pixels."""
    inside = [
        digit
        for digit in digits
        if box.x <= (digit.left + digit.right) / 2 < box.right
        and box.y <= (digit.top + digit.bottom) / 2 < box.bottom
        and not digit.printed
    ]
    return "".join(str(d.value) for d in sorted(inside, key=lambda d: d.left + d.right))


def entries_of(reader: Reader, pages: list[Known]) -> list[tuple[Entry, str]]:
    """Read known pages: every word that may be a number, and what it says in truth."""
    found = []
    for index, known in enumerate(pages):
        prepared = reader.prepare(Page(f"page {index}", 1, known.pixels))
        for entry in reader.read_entries([prepared])[0].numbers:
            box = map_box(entry.word.box, prepared.ink.to_page, prepared.ink.page_size)
            found.append((entry, truth_of(box, known.digits)))
    return found


def judged(entries: list[tuple[Entry, str]]) -> Samples:
    """Describe what would be chosen for each entry, and tell whether it is right."""
    samples: Samples = []
    for entry, truth in entries:
        choice = choose(entry.glyphs, entry.strips)
        seen = features(choice, entry.glyphs, entry.strips, abs(entry.printed))
        samples.append((seen, choice.text == truth))
    return samples


def fit(samples: Samples) -> list[float]:
    """Fit the logistic regression; weights in the order of FEATURES.

    Right and wrong samples weigh as `USUALLY_RIGHT` says. Without samples it says one half of
    everything.
    """
    from sklearn.linear_model import LogisticRegression

    # Samples without features, one right and one wrong, weigh nothing, and both classes are there.
    inputs = np.stack([*(seen for seen, _ in samples), *np.zeros((2, len(FEATURES)), np.float32)])
    right = np.array([*(correct for _, correct in samples), True, False])
    share = right.mean()
    weight = np.where(right, USUALLY_RIGHT / share, (1 - USUALLY_RIGHT) / (1 - share))
    model = LogisticRegression(C=1.0, max_iter=1000, fit_intercept=False)
    model.fit(inputs, right, sample_weight=weight)
    return [round(float(weight), 4) for weight in model.coef_[0]]


def undecided(weights: Path) -> Reader:
    """Open the networks of a folder whose card may have no decision yet, or an older one."""
    with TemporaryDirectory() as name:
        for network in (GLYPH, STRIP):
            shutil.copy(weights / network, name)
        neutral = {"weights": [0.0] * len(FEATURES)}
        card = {**read_card(weights), "decision": neutral}
        Path(name, "card.json").write_text(json.dumps(card), "utf-8")
        return Reader(weights=Path(name))


def fit_decision(data: Path, fonts: Path | None, weights: Path, fields: int) -> dict[str, Any]:
    """Fit the decision model to the networks in `weights` and write it into the card there.

    `data` and `fonts` are the folders that the networks were trained from, `fields` is how many
    fields are drawn, and numbers on forms besides. Returns the card's new section.
    """
    sources, reader = load_sources(data, fonts, held_out=True), undecided(weights)
    samples = judged(entries_of(reader, draw(np.random.default_rng(SEED), sources, fields)))
    section: dict[str, Any] = {"weights": fit(samples), "features": list(FEATURES)}
    section["samples"] = len(samples)
    section["right"] = round(sum(right for _, right in samples) / max(1, len(samples)), 4)
    update_card(weights, "decision", section)
    lines = ["| feature | weight |", "|---|---|"]
    lines += [f"| {n} | {w:.4f} |" for n, w in zip(FEATURES, section["weights"], strict=True)]
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
