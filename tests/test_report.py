"""The report: the data of its page, its pictures, and what is refused."""

from __future__ import annotations

import base64
import json
import re
import threading
from hashlib import sha256
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner, Result

from digitscan.cli import app
from digitscan.errors import ExitCode
from digitscan.output.report_pictures import MARGIN
from digitscan.pages.inputs import find_inputs
from digitscan.running import report, report_scans
from digitscan.settings import Settings

HEADER = "file,page,number,position,digit,confidence,kind,x,y,width,height,review\n"
HOSTILE = "</script><img src=x onerror=alert(1)>&\u2028.png"


def row(file: str, digit: int, x: int, number: int = 1, position: int = 1, page: int = 1) -> str:
    place = f"{page},{number},{position},{digit}"
    return f'"{file}",{place},0.9000,handwritten,{x},30,8,40,true\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a scan of two bars, one of nothing, and the table of both."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scans").mkdir()
    scan = np.full((100, 200), 240, np.uint8)
    scan[30:70, 50:58] = 20
    scan[30:70, 80:88] = 20
    cv2.imwrite("scans/a.png", scan)
    cv2.imwrite("scans/empty.png", np.full((50, 60), 255, np.uint8))
    Path("results.csv").write_text(HEADER + row("a.png", 1, 50) + row("a.png", 7, 80, position=2))
    return tmp_path


def make(*options: str, images: str = "scans") -> Result:
    return CliRunner().invoke(app, ["report", "results.csv", "--images", images, *options])


def data_of(path: str = "report.html") -> dict[str, Any]:
    html = Path(path).read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_data_of_the_page() -> None:
    assert make().exit_code == ExitCode.OK
    data = data_of()
    table = Path("results.csv").read_bytes()
    assert data["run"]["id"] == sha256(table).hexdigest()[:16]
    assert data["run"]["results"] == "results.csv"
    assert (data["failures"], data["unread"], data["margin"]) == ([], None, MARGIN)
    first, second = data["pages"]
    assert (first["file"], first["page"], first["width"], first["height"]) == ("a.png", 1, 200, 100)
    assert (first["picture_scale"], first["seconds"]) == (1, None)
    assert (second["file"], second["sheet"]) == ("empty.png", "")
    number = dict(zip(data["number_columns"], data["numbers"][0], strict=True))
    assert (number["page"], number["number"], number["text"], number["review"]) == (0, 1, "17", 1)
    assert (number["x"], number["y"], number["width"], number["height"]) == (50, 30, 38, 40)
    assert number["confidence"] == 0.81
    digits = [dict(zip(data["digit_columns"], digit, strict=True)) for digit in data["digits"]]
    assert [(d["number"], d["position"], d["digit"], d["x"]) for d in digits] == [
        (0, 1, 1, 50),
        (0, 2, 7, 80),
    ]
    assert 7 not in [other for other, _ in digits[1]["others"]]
    assert digits[1]["others"][0][0] == 1, "the bar looks like a 1 and was read as a 7"


def test_a_snippet_shows_its_number() -> None:
    make()
    data = data_of()
    number = dict(zip(data["number_columns"], data["numbers"][0], strict=True))
    sheet = cv2.imread(data["pages"][0]["sheet"], cv2.IMREAD_GRAYSCALE)
    assert sheet is not None
    left, top, scale = number["sheet_x"], number["sheet_y"], number["sheet_scale"]
    shown = sheet[top : top + number["sheet_height"], left : left + number["sheet_width"]]
    for digit in data["digits"]:
        x = round((digit[4] - (number["x"] - MARGIN)) * scale)
        y = round((digit[5] - (number["y"] - MARGIN)) * scale)
        assert shown[y + 2 : y + 30, x + 2 : x + 6].max() < 80
    page = cv2.imread(data["pages"][0]["picture"], cv2.IMREAD_GRAYSCALE)
    assert page is not None
    assert page.shape == (100, 200)


def test_the_same_input_gives_the_same_bytes() -> None:
    make()
    before = {path: path.read_bytes() for path in Path().rglob("report*") if path.is_file()}
    make()
    assert {path: path.read_bytes() for path in before} == before


def test_one_file_holds_its_pictures() -> None:
    assert make("--single-file").exit_code == ExitCode.OK
    assert not Path("report_files").exists()
    head, _, picture = data_of()["pages"][0]["picture"].partition(",")
    assert head == "data:image/jpeg;base64"
    assert cv2.imdecode(np.frombuffer(base64.b64decode(picture), np.uint8), 0) is not None


def test_names_are_data_and_never_markup_nor_addresses() -> None:
    Path("results.csv").write_text(HEADER + row(HOSTILE, 1, 50), encoding="utf-8")
    done = make("--out", "my report #1.html")
    assert done.exit_code == ExitCode.OK
    html = Path("my report #1.html").read_text(encoding="utf-8")
    assert "<img src=x" not in html
    data = data_of("my report #1.html")
    assert HOSTILE in [page["file"] for page in data["pages"]]
    shown = next(page for page in data["pages"] if page["file"] == "a.png")
    assert re.fullmatch(r"my%20report%20%231_files/[0-9a-f]{16}-page-\d{6}\.jpg", shown["picture"])


def test_scans_that_are_nowhere_are_told_of() -> None:
    done = make(images="scan")
    assert done.exit_code == ExitCode.OK
    assert "--images scan: " in done.output


def test_a_page_without_its_scan_is_shown_all_the_same() -> None:
    Path("scans/a.png").unlink()
    done = make()
    assert done.exit_code == ExitCode.OK
    assert "a.png, page 1: shown without its picture: it is not among --images" in done.output
    page = data_of()["pages"][0]
    assert (page["file"], page["picture"], page["sheet"]) == ("a.png", "", "")
    assert (page["width"], page["height"]) == (88, 70), "what the numbers take"
    assert data_of()["numbers"][0][-2:] == [0, 0]


def test_scans_that_were_not_given_are_told_of_once() -> None:
    with Path("results.csv").open("a") as file:
        file.write(row("a.png", 3, 100, page=2) + row("c.png", 3, 100) + row("c.png", 4, 9, page=7))
    Path("other").mkdir()
    done = make(images="other")
    assert done.exit_code == ExitCode.OK
    told = [line for line in done.output.splitlines() if "not among" in line]
    assert told == [
        "digitscan: warning: a.png, page 1 and 3 more pages: shown without its picture: "
        "it is not among --images"
    ]
    assert len(data_of()["pages"]) == 4


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\nbroken", b"no picture"])
def test_a_scan_that_cannot_be_decoded_costs_its_picture(content: bytes) -> None:
    Path("scans/a.png").write_bytes(content)
    Path("scans/empty.png").write_bytes(content)
    done = make()
    assert done.exit_code == ExitCode.OK
    assert "a.png, page 1: shown without its picture" in done.output
    assert "empty.png: left out" in done.output
    assert [page["file"] for page in data_of()["pages"]] == ["a.png"]


def test_numbers_outside_of_their_page_are_told() -> None:
    with Path("results.csv").open("a") as file:
        file.write(row("a.png", 3, 5000, number=2) + row("a.png", 3, 9, number=1, page=2))
    done = make()
    assert done.exit_code == ExitCode.OK
    assert "a.png, page 1: numbers lie outside of it" in done.output
    assert "a.png, page 2: shown without its picture: its file has fewer pages" in done.output
    assert len(data_of()["numbers"]) == 3


def test_what_failed_is_shown_and_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_scans, "load_pages", lambda *_: pytest.fail("it was decoded"))
    Path("results.csv").write_text(HEADER)
    Path("results.csv.errors.csv").write_text(
        "file,page,error,message\na.png,,crash,it died\nempty.png,,format,no picture\n"
    )
    assert make().exit_code == ExitCode.OK
    assert data_of()["pages"] == []
    assert data_of()["failures"][0] == {
        "file": "a.png", "page": None, "error": "crash", "message": "it died",
    }  # fmt: skip


def test_a_page_that_failed_is_stepped_over(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def load(*arguments: Any) -> list[Any]:
        asked.append(arguments[3:])
        return []

    monkeypatch.setattr(report_scans, "load_pages", load)
    Path("scans/empty.png").unlink()
    Path("results.csv").write_text(HEADER)
    Path("results.csv.errors.csv").write_text(
        "file,page,error,message\na.png,1,crash,x\na.png,2,crash,x\na.png,5,crash,x\n"
    )
    assert make().exit_code == ExitCode.OK
    assert asked == [(3, 4), (6, None)]


def test_pictures_of_an_earlier_report_go_and_nothing_else() -> None:
    make()
    old = list(Path("report_files").iterdir())
    Path("report_files/mine.jpg").write_text("mine")
    with Path("results.csv").open("a") as file:
        file.write(row("a.png", 3, 100, number=2))
    make()
    assert Path("report_files/mine.jpg").exists()
    assert not any(path.exists() for path in old)
    make("--single-file")
    assert [path.name for path in Path("report_files").iterdir()] == ["mine.jpg"]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--out", "scans/report.html"], ExitCode.UNSAFE, "choose a folder outside"),
        (["--out", "results.csv"], ExitCode.UNSAFE, "would be replaced"),
        (["--out", "scans/a.png", "--single-file"], ExitCode.UNSAFE, "would be replaced"),
        (["--out", "none/report.html"], ExitCode.OUTPUT, "does not exist"),
        (["--out", "scans"], ExitCode.OUTPUT, "is a folder"),
        (["--out", "-"], ExitCode.USAGE, "name a file for it, not -"),
        (["--config", "none.toml"], ExitCode.USAGE, "none.toml"),
    ],
)
def test_what_would_do_harm_is_refused(options: list[str], code: ExitCode, says: str) -> None:
    done = make(*options)
    assert done.exit_code == code, done.output
    assert says in done.output
    assert not Path("report_files").exists()


def test_no_table_no_report() -> None:
    Path("results.csv").write_text("a,b\n1,2\n")
    assert make().exit_code == ExitCode.USAGE
    Path("results.csv").unlink()
    assert make().exit_code == ExitCode.USAGE
    assert not Path("report.html").exists()


def test_one_that_is_stopped_leaves_the_earlier_one() -> None:
    make()
    before = Path("report.html").read_bytes()
    with Path("results.csv").open("a") as file:
        file.write(row("a.png", 3, 100, number=2))
    stop = threading.Event()
    stop.set()
    scans = find_inputs([Path("scans")]).files
    source = report.ReportSource(Path("results.csv"), scans, Settings())
    with pytest.raises(KeyboardInterrupt):
        report.write_report(source, Path("report.html"), stop=stop)
    assert Path("report.html").read_bytes() == before
    assert Path(data_of()["pages"][0]["picture"]).exists()


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "xlsx"])
def test_any_table_will_do(ending: str) -> None:
    Path("c.csv").write_text("file,page,number,position,old,new\n")
    apply = ["apply", "results.csv", "c.csv", "--out", f"r.{ending}"]
    assert CliRunner().invoke(app, apply).exit_code == ExitCode.OK
    make()
    numbers = data_of()["numbers"]
    done = CliRunner().invoke(app, ["report", f"r.{ending}", "--images", "scans"])
    assert done.exit_code == ExitCode.OK
    assert data_of()["numbers"] == numbers
