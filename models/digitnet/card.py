"""card.json: what the weights are, where they come from and what they can do."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_card(folder: Path) -> dict[str, Any]:
    """Read the folder's card.json; empty where there is none yet."""
    path = folder / "card.json"
    card: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return card


def update_card(folder: Path, section: str, facts: dict[str, Any]) -> None:
    """Write one section, such as a network's, and its files' hashes into the folder's card.json.

    The other sections stay as they are.
    """
    card = read_card(folder)
    card[section] = facts
    hashes = card.setdefault("files", {})
    for weights in sorted([*folder.glob(f"{section}.tflite"), *folder.glob(f"{section}.keras")]):
        hashes[weights.name] = file_hash(weights)
    part = folder / "card.json.part"
    part.write_text(json.dumps(card, indent=2, sort_keys=True) + "\n", "utf-8")
    part.replace(folder / "card.json")


def add_figures(folder: Path, network: str, figures: dict[str, dict[str, float]]) -> None:
    """Add measurements to those of a network, in card.json and CARD.md."""
    facts = read_card(folder)[network]
    update_card(folder, network, {**facts, "figures": {**facts["figures"], **figures}})
    update_text(folder, network)


def figures_table(facts: dict[str, Any]) -> str:
    """Lay a network's figures out as a Markdown table: what was measured on, what, how much."""
    lines = ["| on | figure | value |", "|---|---|---|"]
    for name, figures in facts["figures"].items():
        for key, value in figures.items():
            number = f"{value:.0f}" if key == "count" else f"{value:.4f}"
            lines.append(f"| {name.replace('_', ' ')} | {key.replace('_', ' ')} | {number} |")
    return "\n".join(lines)


def making(facts: dict[str, Any]) -> str:
    """Tell in Markdown how a network was made: recipe, time, parity, hashes of the data."""
    lines = []
    if "recipe" in facts:
        lines.append(f"Recipe: {_listed(facts['recipe'])}.")
    if "minutes" in facts:
        lines.append(f"Training took {facts['minutes']:.0f} minutes.")
    if "parity" in facts:
        lines.append(f"Largest difference of the export's logits: {_listed(facts['parity'])}.")
    if "data" in facts:
        lines += ["", "| data | SHA-256 |", "|---|---|"]
        lines += [f"| {name} | {value} |" for name, value in facts["data"].items()]
    return "\n".join(lines)


def _listed(values: dict[str, Any]) -> str:
    """Write names and values in a line; what is nested follows its name in brackets."""
    shown = []
    for name, value in values.items():
        if isinstance(value, dict):
            value = f"({_listed(value)})"
        elif isinstance(value, float):
            value = f"{value:.3g}"
        shown.append(f"{name.replace('_', ' ')} {value}")
    return ", ".join(shown)


def update_text(folder: Path, network: str) -> None:
    """Put a network's figures and making from card.json into its section of CARD.md."""
    facts = read_card(folder)[network]
    put_text(folder, network, f"{figures_table(facts)}\n\n{making(facts)}".rstrip())


def put_text(folder: Path, section: str, text: str) -> None:
    """Put text into CARD.md between the two marks of a section.

    What is around the marks is written by people and stays; where the marks are missing, a
    section is added at the end.
    """
    path = folder / "CARD.md"
    whole = path.read_text("utf-8") if path.exists() else "# The networks that ship\n"
    start, end = f"<!-- figures of {section} -->", f"<!-- end of {section} -->"
    if start not in whole:
        whole += f"\n## {section}\n\n{start}\n{end}\n"
    head, rest = whole.split(start, 1)
    tail = rest.split(end, 1)[1]
    path.write_text(f"{head}{start}\n{text}\n{end}{tail}", "utf-8")
