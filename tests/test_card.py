"""card.json: each network writes its own part and the hashes of its own files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from digitnet.card import add_figures, making, update_card, update_text


def test_parts_of_two_networks_live_together(tmp_path: Path) -> None:
    (tmp_path / "glyph.tflite").write_bytes(b"glyph")
    (tmp_path / "strip.tflite").write_bytes(b"strip")
    update_card(tmp_path, "glyph", {"temperature": 1.5})
    update_card(tmp_path, "strip", {"temperature": 2.0})
    (tmp_path / "glyph.tflite").write_bytes(b"glyph again")
    update_card(tmp_path, "glyph", {"temperature": 1.7})
    card = json.loads((tmp_path / "card.json").read_text("utf-8"))
    assert card == {
        "glyph": {"temperature": 1.7},
        "strip": {"temperature": 2.0},
        "files": {
            "glyph.tflite": hashlib.sha256(b"glyph again").hexdigest(),
            "strip.tflite": hashlib.sha256(b"strip").hexdigest(),
        },
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "card.json",
        "glyph.tflite",
        "strip.tflite",
    ]


def test_figures_are_replaced_and_words_around_them_stay(tmp_path: Path) -> None:
    update_card(tmp_path, "glyph", {"figures": {"mnist_test": {"accuracy": 0.5, "count": 10}}})
    update_text(tmp_path, "glyph")
    path = tmp_path / "CARD.md"
    path.write_text(path.read_text("utf-8").replace("## glyph", "## glyph\n\nWords."), "utf-8")
    update_card(tmp_path, "glyph", {"figures": {"mnist_test": {"accuracy": 0.75, "count": 10}}})
    update_text(tmp_path, "glyph")
    text = path.read_text("utf-8")
    assert "Words." in text
    assert "| mnist test | accuracy | 0.7500 |" in text
    assert "| mnist test | count | 10 |" in text
    assert "0.5000" not in text


def test_figures_measured_later_join_the_others(tmp_path: Path) -> None:
    update_card(tmp_path, "strip", {"figures": {"drawn": {"exact": 0.5}}, "minutes": 3})
    add_figures(tmp_path, "strip", {"real": {"exact": 0.25}})
    facts = json.loads((tmp_path / "card.json").read_text("utf-8"))["strip"]
    assert facts == {"figures": {"drawn": {"exact": 0.5}, "real": {"exact": 0.25}}, "minutes": 3}
    assert "| real | exact | 0.2500 |" in (tmp_path / "CARD.md").read_text("utf-8")


def test_the_making_is_told() -> None:
    text = making(
        {
            "recipe": {"batch_size": 32, "rate": 0.002, "shares": {"print_digit": 0.07}},
            "minutes": 61.4,
            "parity": {"digit": 0.01234},
            "data": {"mnist.npz": "06af"},
        }
    )
    assert "Recipe: batch size 32, rate 0.002, shares (print digit 0.07)." in text
    assert "Training took 61 minutes." in text
    assert "digit 0.0123." in text
    assert "| mnist.npz | 06af |" in text
