"""The commands train and evaluate, from options to files, messages and exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from digitscan.cli import app
from drawing.pen import DIGITS_FILE

LONG = "n" * 300
"""More than a file may be called."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write an mnist.npz of few digits."""
    path = tmp_path_factory.mktemp("data") / "mnist.npz"
    with np.load(DIGITS_FILE) as archive:
        x, y = archive["pixels"], archive["labels"]
    np.savez(path, x_train=x[::2], y_train=y[::2], x_test=x[1::2], y_test=y[1::2])
    return path


def test_train_then_evaluate(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorflow", reason="training needs the extra train")
    out, plots = tmp_path / "mine.keras", tmp_path / "plots"
    options = ["--arch", "mlp", "--data", str(data), "--out", str(out), "--batch-size", "8"]
    result = CliRunner().invoke(app, ["train", *options, "--epochs", "6", "--no-vary"])
    assert result.exit_code == 0, result.output
    assert "right in validation, epoch" in result.stdout
    assert "right of 161 test digits" in result.stdout
    assert out.with_suffix(".history.csv").exists()
    assert out.with_suffix(".curves.png").exists()
    other = ["--arch", "lenet", "--data", str(data), "--out", str(out), "--epochs", "7", "--resume"]
    result = CliRunner().invoke(app, ["train", *other])
    assert result.exit_code == 2
    assert "is one of mlp, not of lenet" in result.stderr
    arguments = ["evaluate", str(out), "--data", str(data), "--json", "--plots", str(plots)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert figures["accuracy"] > 0.7
    assert {"accuracy", "loss", "ece", "per_class", "confusion"} <= set(figures)
    assert len(list(plots.glob("*.png"))) == 4


def test_the_shipped_model_is_evaluated_by_default(data: Path, tmp_path: Path) -> None:
    test_only = tmp_path / "test.npz"
    with np.load(data) as archive:
        np.savez(test_only, x_test=archive["x_test"], y_test=archive["y_test"])
    result = CliRunner().invoke(app, ["evaluate", "--data", str(test_only), "--json"])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert figures["digits"] == np.sum(figures["confusion"]) == 161
    assert figures["accuracy"] > 0.95
    text = CliRunner().invoke(app, ["evaluate", "--data", str(test_only)]).stdout
    assert f"accuracy  {figures['accuracy']:.2%}" in text


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["evaluate", "--data", "none.npz"], 4, "none.npz does not exist; --data takes"),
        (["evaluate", "none.tflite", "--data", "mnist.npz"], 6, "none.tflite: cannot be read"),
        (["evaluate", "none.keras", "--data", "mnist.npz"], 6, "none.keras: cannot be read"),
        (["evaluate", ".", "--data", "mnist.npz"], 6, ".: cannot be read: Is a directory"),
        (["evaluate", "--data", f"{LONG}.npz"], 4, "File name too long"),
        (["train", "--arch", "strip"], 2, "--arch strip needs --data, a folder"),
        (["train", "--arch", "glyph", "--epochs", "3"], 2, "--epochs is for mlp and lenet alone"),
        (["train", "--seed", "4294967296"], 2, "'--seed'"),
        (["train", "--arch", "glyph", "--data", ".", "--out", "."], 2, ". is not empty"),
    ],
)
def test_wrong_use_is_explained(
    arguments: list[str], code: int, message: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data.parent)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, result.output
    assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--out", "model.h5"], 2, "--out is the model to write and ends in .keras"),
        (["--validation-split", "1"], 2, "validation split is between 0 and 1"),
        (["--data", "none.npz"], 4, "none.npz does not exist"),
        (["--out", "mnist.npz/model.keras"], 5, "cannot be written"),
        (["--arch", "glyph", "--data", "empty", "--out", "new"], 4, "mnist.npz is missing"),
    ],
)
def test_training_that_cannot_begin_is_explained(
    arguments: list[str], code: int, message: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tensorflow", reason="training needs the extra train")
    monkeypatch.chdir(data.parent)
    Path("empty").mkdir(exist_ok=True)
    given = ["train", "--data", "mnist.npz", *arguments]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == code, result.output
    assert message in result.stderr


def test_stopped_training_names_how_to_go_on(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tensorflow", reason="training needs the extra train")
    from digitnet import train

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "_run_epoch", stopped)
    out = str(tmp_path / "model.keras")
    result = CliRunner().invoke(app, ["train", "--data", str(data), "--out", out])
    assert result.exit_code == 130
    assert "--resume goes on" in result.stderr


def test_without_the_extra_the_command_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("digitnet.train", "digitnet.networks"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "keras", None)
    result = CliRunner().invoke(app, ["train"])
    assert result.exit_code == 2
    assert "pip install 'digitscan[train]'" in result.stderr
