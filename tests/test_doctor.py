"""digitscan.doctor: a fit installation passes, an unfit one is told where it ails."""

import pytest
from typer.testing import CliRunner

from digitscan.cli import app
from digitscan.doctor import CODECS, PACKAGES, examine
from digitscan.errors import ExitCode, ModelError


def test_a_fit_installation_passes_every_check() -> None:
    checks = list(examine())
    assert [check for check in checks if check.code is not ExitCode.OK] == []
    assert {"digitscan", "cores", "model", "reading", *PACKAGES, *CODECS} <= {
        check.name for check in checks
    }


def test_the_command_prints_a_line_a_check_and_ends_with_the_code_of_what_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_model() -> str:
        raise ModelError("the model is not there; install digitscan again")

    monkeypatch.setattr("digitscan.doctor.model_hash", no_model)
    monkeypatch.setattr("digitscan.doctor.scan", lambda *_: iter(()))
    monkeypatch.setattr("digitscan.doctor.CODECS", {"GIF": ("nonsense", {})})
    result = CliRunner().invoke(app, ["doctor"])
    failed = [line for line in result.stdout.splitlines() if line.startswith("FAIL")]
    assert [line.split()[1] for line in failed] == ["GIF", "model", "reading"]
    assert result.exit_code == ExitCode.MODEL
