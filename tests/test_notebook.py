"""The notebook runs from the first cell to the last, on a few digits and one epoch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drawing.pen import DIGITS_FILE

pytest.importorskip("tensorflow", reason="the notebook needs the extra train")
pytest.importorskip("matplotlib", reason="the notebook needs the extra train")

NOTEBOOK = Path(__file__).parent.parent / "samples" / "mnist.ipynb"


def code_cells() -> list[tuple[list[str], str]]:
    """Read the tags and the source of every code cell."""
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    return [
        (cell["metadata"].get("tags", []), "".join(cell["source"]))
        for cell in cells
        if cell["cell_type"] == "code"
    ]


def test_every_cell_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with np.load(DIGITS_FILE) as archive:
        x, y = archive["pixels"], archive["labels"]
    np.savez(tmp_path / "few.npz", x_train=x[::2], y_train=y[::2], x_test=x[1::4], y_test=y[1::4])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    scope: dict[str, Any] = {}
    for tags, source in code_cells():
        exec(source, scope)
        if "parameters" in tags:
            assert set(scope) >= {"DATA", "EPOCHS", "MODEL"}
            scope.update(DATA="few.npz", EPOCHS=1)
    shown = capsys.readouterr().out
    assert f"{len(x[::2])} digits to train on, {len(x[1::4])} to test with" in shown
    assert "accuracy" in shown
    assert "read: " in shown
    assert scope["crop"].shape == (28, 28)
    assert Path(scope["MODEL"]).exists()
