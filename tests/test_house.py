"""What the papers of the house say holds: commands, options, columns, codes, recipes, links."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from digitscan.cli import app
from digitscan.config import options
from digitscan.errors import ExitCode
from digitscan.output.table import DIGIT_COLUMNS

HOUSE = Path(__file__).parent.parent
README = (HOUSE / "README.md").read_text(encoding="utf-8")
MANUALS = sorted((HOUSE / "docs").glob("*.md"))
PAPERS = [
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "samples/README.md"),
    *(str(path.relative_to(HOUSE)) for path in MANUALS),
]


def blocks(language: str, text: str = README) -> list[str]:
    """Code of one language in a paper."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def command_lines() -> list[str]:
    """Find the calls of digitscan in shell blocks of README and manuals, comments taken off."""
    texts = [README, *(path.read_text(encoding="utf-8") for path in MANUALS)]
    shell = [block for text in texts for block in blocks("sh", text)]
    lines = {line.split("#")[0].strip(): None for block in shell for line in block.splitlines()}
    return [line.split("digitscan ", 1)[1] for line in lines if re.search(r"(^|/)digitscan ", line)]


@pytest.mark.parametrize("line", command_lines())
def test_commands_and_options_exist(line: str) -> None:
    command, *words = line.split()
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0, shown.output
    for word in words:
        if word.startswith("--"):
            assert re.search(rf"{word}\b", shown.output), word


def test_settings_file_holds_options() -> None:
    (example,) = blocks("toml")
    assert set(tomllib.loads(example)) <= set(options())


def test_columns_are_those_of_the_table() -> None:
    table = README.split("| column | |")[1].split("\n\n")[0]
    named = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE)))
    assert tuple(named) == DIGIT_COLUMNS


def test_exit_codes_are_told() -> None:
    text = README.split("### Exit codes")[1].split("##")[0]
    assert {int(code) for code in re.findall(r"\b\d+\b", text)} == {int(code) for code in ExitCode}


def test_recipes_exist() -> None:
    recipes = set(re.findall(r"^([a-z]+):", (HOUSE / "Makefile").read_text(), re.MULTILINE))
    papers = [*PAPERS, ".ci/run", ".pre-commit-config.yaml"]
    for paper in papers:
        text = (HOUSE / paper).read_text(encoding="utf-8")
        named = set(re.findall(r"(?:`|step |entry: |^)make ([a-z]+)", text, re.MULTILINE))
        assert named <= recipes, paper


def test_links_lead_somewhere() -> None:
    for paper in PAPERS:
        folder = (HOUSE / paper).parent
        text = (HOUSE / paper).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            assert target.startswith("https://") or (folder / target).exists(), (paper, target)


def test_changelog_has_a_place_for_news() -> None:
    text = (HOUSE / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert sections[0] == "Unreleased"
