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
from digitscan.reading.decide import CASES, FEATURES, DecisionModel, features, judge
from digitscan.reading.engine import GLYPH, STRIP, read_card, shipped_weights
from digitscan.reading.geometry import map_box
from digitscan.reading.read import Entry, Reader
from digitscan.types import Box, Page

SEEDS = 2718, 3141
"""Of the pages that fit the regressions, and of those that choose what is accepted."""
FIELDS = 2400
ERRORS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Shares of wrong numbers for which the confidence to accept from is worked out."""
Samples = dict[str, list[tuple[NDArray[np.float32], bool]]]


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


def sorted_by_case(entries: list[tuple[Entry, str]]) -> Samples:
    """Sort what was read by the cases of the decision: features, and whether it was right."""
    samples: Samples = {case: [] for case in CASES}
    for entry, truth in entries:
        seen = features(entry.glyphs, entry.strips, abs(entry.printed))
        if entry.glyphs.text == entry.strips.text:
            samples["agreed"].append((seen, entry.strips.text == truth))
        else:
            samples["glyphs"].append((seen, entry.glyphs.text == truth))
            if entry.strips.digits:
                samples["strips"].append((seen, entry.strips.text == truth))
    return samples


def acceptance(model: DecisionModel, entries: list[tuple[Entry, str]]) -> list[tuple[float, float]]:
    """Work out for each share of `ERRORS` the confidence from which no more are wrong."""
    judged = []
    for entry, truth in entries:
        confidence, by_glyphs = judge(model, entry.glyphs, entry.strips, abs(entry.printed))
        text = entry.glyphs.text if by_glyphs else entry.strips.text
        judged.append((confidence, text == truth))
    return accept_from(judged)


def accept_from(judged: list[tuple[float, bool]]) -> list[tuple[float, float]]:
    """Choose for each share of `ERRORS` the least confidence above which no more are wrong.

    `judged` holds confidence and whether the number was right. One wrong number more than was
    seen is counted, so that a lucky run at the top accepts nothing by itself.
    """
    ordered = sorted(judged, reverse=True)
    wrong = np.cumsum([not right for _, right in ordered]) + 1
    share = wrong / np.arange(1, len(ordered) + 1)
    table = []
    for error in ERRORS:
        fits = np.flatnonzero(share <= error)
        table.append((error, round(ordered[fits[-1]][0], 4) if len(fits) else 1.0))
    return table


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
        neutral: dict[str, Any] = {case: [0.0] * len(FEATURES) for case in CASES}
        neutral["accept"] = [(error, 1.0) for error in ERRORS]
        card = {**read_card(weights), "decision": neutral}
        Path(name, "card.json").write_text(json.dumps(card), "utf-8")
        return Reader(weights=Path(name))


def fit_decision(data: Path, fonts: Path | None, weights: Path, fields: int) -> dict[str, Any]:
    """Fit the decision model to the networks in `weights` and write it into the card there.

    `data` and `fonts` are the folders that the networks were trained from, `fields` is how many
    fields are drawn, and numbers on forms besides. Returns the card's new section.
    """
    sources, reader = load_sources(data, fonts, held_out=True), undecided(weights)
    fitted, chosen = (
        entries_of(reader, draw(np.random.default_rng(seed), sources, fields)) for seed in SEEDS
    )
    samples = sorted_by_case(fitted)
    section: dict[str, Any] = {case: fit(samples[case]) for case in CASES}
    agreed, by_glyphs, by_strips = (np.array(section[case], np.float32) for case in CASES)
    model = DecisionModel(agreed, by_glyphs, by_strips, np.ones((1, 2), np.float32))
    section["accept"] = acceptance(model, chosen)
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
