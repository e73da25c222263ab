"""What `digitscan score` shows: text, JSON, error against share accepted, sheets of failures."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from digitscan.cli import app
from digitscan.errors import ExitCode
from digitscan.scoring.readings import Reading, Source
from digitscan.scoring.report import as_json, as_text, compare
from digitscan.scoring.sheet import COLUMNS, GAP, READ, WIDTH, draw_sheet
from digitscan.scoring.surest import error_by_share
from digitscan.scoring.tables import Row
from digitscan.types import Box

HEADER = "file,page,number,position,digit,confidence,kind,x,y,width,height,review\n"
TABLE = (
    HEADER
    + "a.png,1,1,1,1,0.9000,handwritten,40,20,10,20,false\n"
    + "b.png,1,1,1,7,0.6000,handwritten,40,20,10,20,true\n"
)
PLACE = {"x": 30, "y": 10, "width": 40, "height": 40}
TRUTH = {
    "a.png": {"fields": [{**PLACE, "text": "7"}]},
    "b.png": {"fields": [{**PLACE, "text": "7"}, {**PLACE, "x": 130, "text": "31"}]},
}


def digit(confidence: float, right: bool) -> Reading:
    row = Row(1, 1, 1, "7" if right else "1", confidence, Box(40, 20, 10, 20), False)
    return Reading(Source.STRING, "a.png", 1, "7", (row,))


def test_the_surest_come_first_and_among_equals_the_wrong_ones() -> None:
    readings = [digit(0.9, True)] * 4 + [digit(0.9, False)] + [digit(0.5, False)] * 5
    found = {one.share: (one.confidence, one.error) for one in error_by_share(readings)}
    assert found[0.5] == (0.9, 0.2)
    assert found[0.6] == (0.5, 0.3333)
    assert found[1.0] == (0.5, 0.6)


def test_nothing_judged_no_table() -> None:
    beside = Reading(Source.EMPTY, "a.png", 1, None, digit(0.9, False).rows)
    missing = Reading(Source.NUMBERS, "a.png", 1, "7", ())
    assert error_by_share([beside, missing]) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "results.csv").write_text(TABLE)
    (tmp_path / "truth.json").write_text(json.dumps(TRUTH))
    (tmp_path / "scans").mkdir()
    cv2.imwrite(str(tmp_path / "scans" / "a.png"), np.full((60, 200), 200, np.uint8))
    return tmp_path


def score(folder: Path, *options: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        app, ["score", str(folder / "results.csv"), str(folder / "truth.json"), *options]
    )
    return done.exit_code, done.output


def test_text_has_figures_kinds_confusions_and_shares(folder: Path) -> None:
    code, text = score(folder)
    assert code == ExitCode.OK
    lines = [line.split() for line in text.splitlines()]
    assert ["fields_exact", "0.3333", "95", "%", "within", "0.0615", "and", "0.7923"] in lines
    assert ["wrong", "digit", "1", "50.0%", "1"] in lines
    assert ["not", "found", "1", "50.0%", "1"] in lines
    assert ["all", "2", "100.0%", "2"] in lines
    assert "7 read as 1: 1" in text
    assert ["100%", "0.6000", "66.67%"] in lines


def test_json_has_the_same_and_every_failure(folder: Path) -> None:
    code, text = score(folder, "--json")
    assert code == ExitCode.OK
    found = json.loads(text)
    assert found["fields_exact"] == 0.3333
    assert sum(kind["share"] for kind in found["errors"].values()) == pytest.approx(1)
    assert found["confusions"] == [{"wanted": "7", "read": "1", "count": 1}]
    wrong, lost = found["failures"]
    assert (wrong["file"], wrong["wanted"], wrong["read"]) == ("a.png", "7", "1")
    assert lost["kind"] == "not found"
    assert lost["region"] == {**PLACE, "x": 130}


def test_without_failures_there_is_no_table_of_them() -> None:
    assert as_text(compare({}, {"a.png": {"empty": True}})).splitlines() == [
        f"{'empty_pages':24}1",
        f"{'digits_per_empty_page':24}0",
    ]
    assert as_json(compare({}, {}))["errors"] == {}


def test_pictures_need_the_scans(folder: Path) -> None:
    assert score(folder, "--pictures", str(folder / "sheet.png"))[0] == ExitCode.USAGE
    empty = folder / "empty"
    empty.mkdir()
    options = ["--pictures", str(folder / "sheet.png"), "--images", str(empty)]
    assert score(folder, *options)[0] == ExitCode.USAGE


def test_one_sheet_or_one_a_kind(folder: Path) -> None:
    images = ["--images", str(folder / "scans")]
    assert score(folder, "--pictures", str(folder / "sheet.jpg"), *images)[0] == ExitCode.OK
    assert cv2.imread(str(folder / "sheet.jpg")) is not None
    assert score(folder, "--pictures", str(folder / "kinds"), *images)[0] == ExitCode.OK
    names = {path.name for path in (folder / "kinds").iterdir()}
    assert names == {"wrong-digit.png", "not-found.png"}


def test_a_tile_shows_the_scan_and_the_box_read(folder: Path) -> None:
    (failure, lost) = compare(
        {"a.png": digit(0.9, False).rows}, {"a.png": TRUTH["a.png"], "b.png": {"numbers": ["5"]}}
    ).failures
    scans = {"a.png": folder / "scans" / "a.png"}
    sheet = draw_sheet([failure, lost], scans)
    assert sheet.shape[1] == COLUMNS * (WIDTH + GAP) + GAP
    first = sheet[GAP:, GAP : GAP + WIDTH]
    second = sheet[GAP:, 2 * GAP + WIDTH : 2 * GAP + 2 * WIDTH]
    for tile, shown in ((first, True), (second, False)):
        assert (tile == 200).all(axis=2).any() == shown
        assert (tile == READ).all(axis=2).any() == shown
