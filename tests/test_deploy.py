"""deploy/: the unit and the container start what there is, and agree with themselves."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from digitscan.cli import app

HOUSE = Path(__file__).parent.parent
UNIT = (HOUSE / "deploy" / "digitscan.service").read_text(encoding="utf-8")
DOCKERFILE = (HOUSE / "deploy" / "Dockerfile").read_text(encoding="utf-8")


def values(key: str) -> list[str]:
    """Return the values of a key of the unit."""
    return re.findall(rf"^{key}=(.*)$", UNIT, re.MULTILINE)


def container_command() -> list[str]:
    """Return what the container starts, from its program on."""
    parts = re.findall(r"^(?:ENTRYPOINT|CMD) (\[.*\])$", DOCKERFILE, re.MULTILINE)
    return [word for part in parts for word in json.loads(part)]


@pytest.mark.parametrize("command", [values("ExecStart")[0].split(), container_command()])
def test_started_with_options_that_exist(command: list[str]) -> None:
    assert Path(command[0]).name == "digitscan"
    shown = CliRunner().invoke(app, [command[1], "--help"])
    assert shown.exit_code == 0, shown.output
    for word in command[2:]:
        if word.startswith("--"):
            assert re.search(rf"{word}\b", shown.output), word


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "digitscan.service"
    unit.write_text(UNIT.replace("/opt/digitscan/bin/digitscan", "/bin/true"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    # Faults of other units on this machine are told as well.
    assert not [line for line in done.stderr.splitlines() if "digitscan" in line]


def test_unit_may_write_where_it_works() -> None:
    (writable,) = values("ReadWritePaths")
    words = values("ExecStart")[0].split()
    for folder in (words[2], words[words.index("--out") + 1]):
        assert Path(folder).is_relative_to(writable)


def test_container_is_asked_for_health_where_it_answers() -> None:
    words = container_command()
    (check,) = re.findall(r"HEALTHCHECK .*\\\n  CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    port = words[words.index("--metrics") + 1]
    assert f"'127.0.0.1', {port}," in json.loads(check)[2]


def test_container_is_built_from_files_that_exist_and_are_let_in() -> None:
    ignore = (HOUSE / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    for sources in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE):
        for source in sources.split():
            assert (HOUSE / source).exists()
            assert f"!{source}\n" in ignore
