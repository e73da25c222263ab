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
from digitscan.reading import alone
from digitscan.reading.confidence import beyond
from digitscan.reading.decide import FEATURES, choose, features
from digitscan.reading.engine import GLYPH, QUICK, STRIP, read_card, shipped_weights
from digitscan.reading.geometry import map_box
from digitscan.reading.judge import Entry
from digitscan.reading.read import Reader
from digitscan.types import Box, Page

SEED = 2718
FIELDS = 2400
USUALLY_RIGHT = 0.92
"""About the share of numbers read right on real scans, taken from the development scans. Drawn
fields are harder on purpose, so that wrong readings to learn from are many; in the fit they count
as often as they happen on paper."""
PLAIN_RIGHT = 0.97
"""The same of the numbers that the first reader may read alone."""
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
    """Describe what both readers together would choose for each entry; tell if it is right."""
    samples: Samples = []
    for entry, truth in entries:
        if entry.second is not None:
            _, strips = entry.second
            choice = choose(entry.glyphs, strips, entry.word.over)
            seen = features(choice, entry.glyphs, strips, abs(entry.printed))
            samples.append((seen, choice.text == truth))
    return samples


def judged_alone(entries: list[tuple[Entry, str]]) -> Samples:
    """Describe the entries that the first reader may read alone, and tell if its text is right."""
    return [
        (entry.alone, entry.glyphs.text == truth)
        for entry, truth in entries
        if entry.alone is not None
    ]


def fit(samples: Samples, names: Sequence[str], usually: float) -> dict[str, Any]:
    """Fit a model over named features to samples, in the form of a section of card.json.

    The curves bend at the quartiles of the samples. Right and wrong samples weigh as they happen on
    paper, where that share is `usually` right; without samples that is all it says.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # Samples without features, one right and one wrong, weigh nothing, and both classes are there.
    inputs = np.stack([*(seen for seen, _ in samples), *np.zeros((2, len(names)), np.float32)])
    right = np.array([*(correct for _, correct in samples), True, False])
    share = right.mean()
    weight = np.where(right, usually / share, (1 - usually) / (1 - share))
    bends = np.round(np.quantile(inputs, (0.25, 0.5, 0.75), axis=0).T, 3)
    curves = np.hstack([inputs, beyond(inputs, bends).reshape(len(inputs), -1)])
    scaler, model = StandardScaler(), LogisticRegression(C=1.0, max_iter=5000)
    make_pipeline(scaler, model).fit(curves, right, logisticregression__sample_weight=weight)
    steep = model.coef_[0] / scaler.scale_
    # The first feature is 1 everywhere: its slope is the intercept.
    steep[0] = model.intercept_[0] - float(steep @ scaler.mean_) + steep[0]
    count = len(names)
    return {
        "features": list(names),
        "samples": len(samples),
        "right": round(sum(correct for _, correct in samples) / max(1, len(samples)), 4),
        "slopes": np.round(steep[:count], 4).tolist(),
        "bends": bends.tolist(),
        "turns": np.round(steep[count:].reshape(count, -1), 4).tolist(),
    }


def undecided(weights: Path) -> Reader:
    """Open the networks of a folder whose card may have no decision yet, or an older one."""
    with TemporaryDirectory() as name:
        for network in (GLYPH, QUICK, STRIP):
            shutil.copy(weights / network, name)
        neutral = {**_neutral(FEATURES), "alone": _neutral(alone.FEATURES)}
        card = {**read_card(weights), "decision": neutral}
        Path(name, "card.json").write_text(json.dumps(card), "utf-8")
        return Reader(weights=Path(name))


def _neutral(names: Sequence[str]) -> dict[str, Any]:
    """Return a model that never knows."""
    none: list[list[float]] = [[] for _ in names]
    return {"slopes": [0.0] * len(names), "bends": none, "turns": none}


def fit_decision(
    data: Path, fonts: Path | None, weights: Path, fields: int, first_only: bool = False
) -> dict[str, Any]:
    """Fit the decision models to the networks in `weights` and write them into the card there.

    `data` and `fonts` are the folders that the networks were trained from, `fields` is how many
    fields are drawn, and numbers on forms besides. With `first_only` the model of both readers
    stays as it is, that of the first one alone is fitted. Returns the card's new section.
    """
    sources, reader = load_sources(data, fonts, held_out=True), undecided(weights)
    entries = entries_of(reader, draw(np.random.default_rng(SEED), sources, fields))
    if first_only:
        section: dict[str, Any] = read_card(weights)["decision"]
    else:
        section = fit(judged(entries), FEATURES, USUALLY_RIGHT)
    section["alone"] = fit(judged_alone(entries), alone.FEATURES, PLAIN_RIGHT)
    update_card(weights, "decision", section)
    tables = [_table(section), "", "The first reader alone:", "", _table(section["alone"])]
    put_text(weights, "decision", "\n".join(tables))
    return section


def _table(model: dict[str, Any]) -> str:
    """Show a model as a table of Markdown."""
    lines = ["| feature | slope | bends by (at) |", "|---|---|---|"]
    curves = (model[name] for name in ("features", "slopes", "bends", "turns"))
    for name, slope, bends, turns in zip(*curves, strict=True):
        bent = (f"{turn:+.2f} ({at:g})" for at, turn in zip(bends, turns, strict=True) if turn)
        lines.append(f"| {name} | {slope:.3f} | {', '.join(bent)} |")
    return "\n".join(lines)


def main(
    data: Annotated[Path, typer.Argument(help="The folder of data sets.")],
    fonts: Annotated[Path | None, typer.Option(help="A folder of fonts.")] = None,
    fields: Annotated[int, typer.Option(help="Fields to draw, and numbers on forms.")] = FIELDS,
    first_only: Annotated[
        bool, typer.Option("--first-only", help="Keep the model of both readers as it is.")
    ] = False,
) -> None:
    """Fit the decision models and write them into card.json."""
    section = fit_decision(data, fonts, shipped_weights(), fields, first_only)
    typer.echo(json.dumps(section, indent=2))


if __name__ == "__main__":
    typer.run(main)
