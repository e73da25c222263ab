"""From scans to a corrected table: read, look, correct by keyboard, save, apply."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from digitscan.cli import app
from digitscan.errors import ExitCode

SAMPLES = Path(__file__).parent.parent.parent / "samples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Read two of the samples into a table and a report."""
    (tmp_path / "scans").mkdir()
    for name in ("delivery-note.jpg", "meter-card.tif"):
        shutil.copy(SAMPLES / name, tmp_path / "scans" / name)
    digitscan("run", tmp_path / "scans", "--out", tmp_path / "results.csv", "--workers", 1)
    digitscan(
        *("report", tmp_path / "results.csv", "--images", tmp_path / "scans"),
        *("--out", tmp_path / "report.html"),
    )
    return tmp_path


def digitscan(*arguments: object) -> None:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == ExitCode.OK, done.output


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def texts(rows: list[dict[str, str]]) -> dict[tuple[str, str, str], str]:
    """Join the digits of each number of a table."""
    found: dict[tuple[str, str, str], str] = {}
    for row in rows:
        key = (row["file"], row["page"], row["number"])
        found[key] = found.get(key, "") + row["digit"]
    return found


def test_from_scans_to_a_corrected_table(page: Page, folder: Path) -> None:
    read = texts(table(folder / "results.csv"))
    assert {"118", "75", "250"} <= set(read.values())
    page.goto((folder / "report.html").as_uri())
    keys = page.keyboard

    keys.press("/")  # find 118 by a filter, type over it
    keys.type("118")
    keys.press("Enter")
    keys.type("119")
    keys.press("Enter")

    keys.press("o")  # find the 7 of 75 among all crops read as 7, make it a 1
    page.get_by_role("link", name="7: ").press("Enter")
    page.get_by_role("gridcell", name="digit 1 of 75").focus()
    keys.press("1")
    expect(page.get_by_role("gridcell", name="digit 1 of 15")).to_be_focused()

    keys.press("t")  # and 250 is no number, found on its page
    page.locator(".numbers .row", has_text="250").focus()
    keys.press("p")
    expect(page.locator(".box:focus .label")).to_have_text("250")
    keys.press("x")

    keys.press("n")  # one for review is right as it stands
    accepted = page.locator("#field").input_value()
    keys.press("Enter")

    page.reload()
    expect(page.locator("#progress-text")).to_contain_text("1 of ")
    keys.press("s")
    keys.type("Ada")
    with page.expect_download() as download:
        keys.press("Enter")
    download.value.save_as(folder / "corrections.csv")

    digitscan(
        *("apply", folder / "results.csv", folder / "corrections.csv"),
        *("--out", folder / "corrected.csv"),
    )
    rows = table(folder / "corrected.csv")
    after = texts(rows)
    changes = {"118": "119", "75": "15", "250": ""}
    assert after == {
        key: changes.get(text, text) for key, text in read.items() if changes.get(text, text)
    }
    key = {text: key for key, text in after.items()}
    said: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        said.setdefault((row["file"], row["page"], row["number"]), []).append(row["state"])
    # A digit typed as it was read is accepted; one beside a digit retyped alone was not looked at.
    assert said[key["119"]] == ["accepted", "accepted", "corrected"]
    assert said[key["15"]] == ["corrected", "read"]
    assert ["accepted"] * len(accepted) in said.values()
