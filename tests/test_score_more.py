"""Scores with their intervals, by kind of field, by corrections, and drawn."""

from __future__ import annotations

import json
import re
from math import isclose
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from digitscan.cli import app
from digitscan.errors import ExitCode
from digitscan.scoring.by_kind import KindScore
from digitscan.scoring.intervals import wilson
from digitscan.scoring.plot import MOST, as_svg
from digitscan.scoring.report import as_text, compare
from digitscan.scoring.surest import Curve
from digitscan.scoring.tables import Row
from digitscan.types import Box

HEADER = "file,page,number,position,digit,confidence,kind,x,y,width,height,review\n"
CORRECTIONS = "file,page,number,position,old,new,who,when\n"


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [  # by hand, from the formula with z = 1.96
        (5, 10, 0.2366, 0.7634),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson(hits: int, total: int, low: float, high: float) -> None:
    found = wilson(hits, total)
    assert isclose(found[0], low, abs_tol=5e-5)
    assert isclose(found[1], high, abs_tol=5e-5)


@given(st.integers(1, 10_000), st.data())
def test_an_interval_holds_its_share(total: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, total))
    low, high = wilson(hits, total)
    assert 0 <= low <= hits / total <= high <= 1
    assert wilson(total - hits, total) == pytest.approx((1 - high, 1 - low), abs=1e-12)


def row(digit: str, x: int, review: bool = False) -> Row:
    return Row(1, 1, 1, digit, 0.9, Box(x, 10, 10, 20), review)


def field(text: str, x: int, **more: str) -> dict[str, object]:
    return {"x": x, "y": 0, "width": 20, "height": 40, "text": text, **more}


def test_fields_are_scored_by_the_kind_that_the_truth_names() -> None:
    rows = (row("1", 5), row("7", 105), row("9", 205, review=True))
    fields = [field("1", 0, kind="date"), field("1", 100, kind="date"), field("9", 200, kind="age")]
    found = compare({"a.png": rows}, {"a.png": {"fields": fields}})
    assert found.kinds == [KindScore("age", 1, 1, 0, 0), KindScore("date", 2, 1, 2, 1)]
    (line,) = [line for line in as_text(found).splitlines() if line.startswith("date")]
    assert line.split()[:2] == ["date", "2"]
    assert "50.0% (9.5% to 90.5%)" in line


def test_without_kinds_they_are_scored_by_length() -> None:
    fields = [field("1", 0), field("", 100), field("123456789", 200)]
    found = compare({"a.png": (row("1", 5),)}, {"a.png": {"fields": fields}})
    assert [kind.kind for kind in found.kinds] == ["1 digit", "6 or more digits", "empty"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        "a.png,1,1,1,1,0.9900,handwritten,0,0,9,9,false",
        "a.png,1,1,2,2,0.9900,handwritten,9,0,9,9,false",
        "a.png,1,2,1,7,0.8000,handwritten,0,20,9,9,true",
        "a.png,1,3,1,4,0.9990,handwritten,0,40,9,9,false",
        "a.png,1,4,1,5,0.9000,handwritten,0,60,9,9,true",
        "a.png,1,5,1,6,0.9990,handwritten,0,80,9,9,false",
    ]
    (tmp_path / "results.csv").write_text(HEADER + "".join(f"{line}\n" for line in rows))
    return tmp_path


def score(folder: Path, corrections: str, *options: str) -> Result:
    (folder / "c.csv").write_text(CORRECTIONS + corrections)
    paths = [str(folder / name) for name in ("results.csv", "c.csv")]
    return CliRunner().invoke(app, ["score", *paths, *options])


LINES = (
    "a.png,1,1,,12,13,,\n"  # accepted and wrong
    "a.png,1,2,,7,1,,\n"  # for review and wrong
    "a.png,1,3,,4,4,,\n"  # accepted and right
    "a.png,1,4,,5,,,\n"  # for review and no number
)


def test_corrections_are_a_truth_of_what_was_looked_at(folder: Path) -> None:
    done = score(folder, LINES, "--json")
    assert done.exit_code == ExitCode.OK, done.output
    found = json.loads(done.output)
    assert (found["numbers_reported"], found["looked_at"]) == (5, 4)
    assert found["looked_at_exact"] == 0.25
    assert found["intervals"]["looked_at_exact"] == [0.0456, 0.6994]
    assert (found["accepted"], found["error_among_accepted"]) == (0.5, 0.5)
    assert {(f["wanted"], f["read"], f["kind"]) for f in found["failures"]} == {
        ("13", "12", "wrong digit"),
        ("1", "7", "wrong digit"),
        ("", "5", "reported beside"),
    }
    assert found["confusions"][0]["count"] == 1


@pytest.mark.parametrize("new", ["2", "3", ""])
def test_a_digit_alone_says_nothing_of_its_number(folder: Path, new: str) -> None:
    done = score(folder, f"a.png,1,1,2,2,{new},,\n")
    assert done.exit_code == ExitCode.OK
    assert done.output.split() == ["numbers_reported", "5", "looked_at_in_part", "1"]


def test_corrections_of_another_table_are_refused(folder: Path) -> None:
    for line in ("b.png,1,1,,12,13,,\n", "a.png,1,1,,13,14,,\n"):
        assert score(folder, line).exit_code == ExitCode.UNSAFE


def test_a_plot_is_drawn(folder: Path) -> None:
    done = score(folder, LINES, "--plot", str(folder / "curve.svg"))
    assert done.exit_code == ExitCode.OK, done.output
    text = (folder / "curve.svg").read_text()
    ElementTree.fromstring(text)
    assert "accepted: 50.0%, wrong among them 50.00% (9.45% to 90.55%)" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize(("name", "lines"), [("curve.png", LINES), ("curve.svg", "")])
def test_a_plot_that_cannot_be_drawn(folder: Path, name: str, lines: str) -> None:
    done = score(folder, lines, "--plot", str(folder / name))
    assert done.exit_code == ExitCode.USAGE
    assert not (folder / name).exists()
    missing = score(folder, LINES, "--plot", str(folder / "none" / "curve.svg"))
    assert missing.exit_code == ExitCode.OUTPUT


@given(st.lists(st.booleans(), min_size=1, max_size=1500), st.data())
def test_the_curve_stays_in_its_picture(wrong: list[bool], data: st.DataObject) -> None:
    accepted = data.draw(st.integers(0, len(wrong)))
    svg = as_svg(Curve(tuple(wrong), accepted, sum(wrong[:accepted])))
    root = ElementTree.fromstring(svg)
    lines = [path.get("d", "") for path in root.iter("{http://www.w3.org/2000/svg}path")]
    points = [
        tuple(map(float, at.split(","))) for d in lines for at in re.findall(r"[\d.]+,[\d.]+", d)
    ]
    assert all(0 <= x <= 720 and 0 <= y <= 440 for x, y in points)
    assert len(re.findall(",", lines[-1])) <= 2 * MOST + 2
