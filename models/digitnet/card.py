"""card.json: what the weights are, where they come from and what they can do."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def update_card(folder: Path, network: str, facts: dict[str, Any]) -> None:
    """Write one network's section and the hashes of its files into the folder's card.json.

    The sections of other networks stay as they are.
    """
    path = folder / "card.json"
    card: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    card[network] = facts
    hashes = card.setdefault("files", {})
    for weights in sorted([*folder.glob(f"{network}.tflite"), *folder.glob(f"{network}.keras")]):
        hashes[weights.name] = file_hash(weights)
    part = path.with_name("card.json.part")
    part.write_text(json.dumps(card, indent=2, sort_keys=True) + "\n", "utf-8")
    part.replace(path)


def figures_table(facts: dict[str, Any]) -> str:
    """Lay a network's figures out as a Markdown table: what was measured on, what, how much."""
    lines = ["| on | figure | value |", "|---|---|---|"]
    for name, figures in facts["figures"].items():
        for key, value in figures.items():
            number = f"{value:.0f}" if key == "count" else f"{value:.4f}"
            lines.append(f"| {name.replace('_', ' ')} | {key.replace('_', ' ')} | {number} |")
    return "\n".join(lines)


def update_text(folder: Path, network: str) -> None:
    """Put a network's figures from card.json into CARD.md, between the two marks of its section.

    The text around the marks is written by people and stays; where the marks are missing, a
    section is added at the end.
    """
    facts = json.loads((folder / "card.json").read_text("utf-8"))[network]
    path = folder / "CARD.md"
    text = path.read_text("utf-8") if path.exists() else "# The networks that ship\n"
    start, end = f"<!-- figures of {network} -->", f"<!-- end of {network} -->"
    if start not in text:
        text += f"\n## {network}\n\n{start}\n{end}\n"
    head, rest = text.split(start, 1)
    tail = rest.split(end, 1)[1]
    path.write_text(f"{head}{start}\n{figures_table(facts)}\n{end}{tail}", "utf-8")
