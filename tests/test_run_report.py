"""`digitscan run --report`: the report of a run, whoever did it and however often it began."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digitscan.errors import ExitCode, OutputError
from digitscan.running import report
from digitscan.running.pool import Pool
from digitscan.running.run import run as run_with
from digitscan.settings import OutputSettings, RunSettings, Settings

WORKER = Path(__file__).with_name("fake_worker.py")


def data_of(path: str) -> dict[str, Any]:
    html = Path(path).read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def settings(workers: int, out: str = "results.csv", page: str = "report.html") -> Settings:
    output = OutputSettings(out=Path(out), report=Path(page))
    return Settings(output=output, running=RunSettings(workers=workers, time_limit=20))


def run(wanted: Settings, resume: bool = False) -> ExitCode:
    with Pool(wanted, command=(sys.executable, "-P", str(WORKER))) as pool:
        return run_with([Path("scans")], wanted, pool, resume)


def without_seconds(path: str) -> dict[str, Any]:
    data = data_of(path)
    for page in data["pages"]:
        page["seconds"] = None
    return data


@pytest.fixture(autouse=True)
def fakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make scans that only the fake worker reads."""
    monkeypatch.chdir(tmp_path)
    Path("scans").mkdir()
    for index in range(30):
        Path(f"scans/{index}.png").write_text("1")
    Path("scans/broken.png").write_text("1")
    Path("scans/long.tif").write_text("9")
    return tmp_path


def test_a_run_writes_its_report() -> None:
    assert run(settings(1)) is ExitCode.SOME_UNREADABLE
    data = data_of("report.html")
    assert len(data["pages"]) == 39
    assert all(page["seconds"] >= 0.25 for page in data["pages"])
    assert [failure["file"] for failure in data["failures"]] == ["broken.png"]
    assert data["unread"] == 0
    assert data["run"]["settings"]["max-error"] == 0.005
    assert data["run"]["model"]
    run(settings(3, page="r3.html"))
    assert without_seconds("report.html") == without_seconds("r3.html")


def test_a_run_that_ended_at_its_report_goes_on_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    run(settings(2, "whole.csv", "whole.html"))
    whole = without_seconds("whole.html")

    def full(*_: Any, **__: Any) -> None:
        raise OutputError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(report, "write_report", full)
        with pytest.raises(OutputError):
            run(settings(2))
    assert Path("results.csv").read_bytes() == Path("whole.csv").read_bytes()
    assert not Path("report.html").exists()
    for path in Path("scans").iterdir():  # a file that is read again would fail
        stamp = path.stat()
        path.write_text("x")
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    run(settings(2), resume=True)
    whole["run"]["results"] = "results.csv"
    assert without_seconds("report.html") == whole
    assert not list(Path().glob("*.resume.db"))


def test_a_run_that_is_stopped_at_its_report_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stopped(*_: Any, stop: threading.Event, **__: Any) -> None:
        stop.set()
        raise KeyboardInterrupt

    monkeypatch.setattr(report, "write_report", stopped)
    assert run(settings(1)) is ExitCode.STOPPED
    assert Path("results.csv").exists()
    assert Path("results.csv.resume.db").exists()


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ({"report": Path("-")}, "--report needs"),
        ({"out": Path("-"), "report": Path("r.html")}, "--report needs"),
        ({"report": Path("results.csv")}, "the same file"),
        ({"report": Path("scans/r.html")}, "choose a folder outside"),
        ({"report": Path("none/r.html")}, "does not exist"),
    ],
)
def test_a_run_refuses_before_it_reads(output: dict[str, Path], code: str) -> None:
    wanted = replace(settings(1), output=OutputSettings(**output))  # type: ignore[arg-type]  # paths
    with pytest.raises(Exception, match=code):
        run(wanted)
    assert not Path("results.csv").exists()
