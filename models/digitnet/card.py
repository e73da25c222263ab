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
