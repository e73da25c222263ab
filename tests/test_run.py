"""digitscan.running.run: inputs in, tables out; the worker is the one of fake_worker.py."""

import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from digitscan.errors import ExitCode, NothingToReadError, OutputError, UnsafeError, UsageError
from digitscan.logs import set_up
from digitscan.running.messages import Result
from digitscan.running.pool import Pool
from digitscan.running.run import run as run_with
from digitscan.running.tally import Tally
from digitscan.settings import (
    LogFormat,
    MessageSettings,
    OutputSettings,
    RunSettings,
    Settings,
)

WORKER = Path(__file__).with_name("fake_worker.py")
Scans = Callable[[dict[str, int]], Path]


def run(inputs: list[Path], settings: Settings) -> ExitCode:
    with Pool(settings, command=(sys.executable, "-P", str(WORKER))) as pool:
        return run_with(inputs, settings, pool)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def scans(tmp_path: Path) -> Scans:
    def make(files: dict[str, int]) -> Path:
        for name, pages in files.items():
            path = tmp_path / "scans" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(pages))
        return tmp_path / "scans"

    return make


def settings(**output: object) -> Settings:
    return Settings(
        output=OutputSettings(**output),  # type: ignore[arg-type]  # the tests name real fields
        running=RunSettings(workers=1, time_limit=20),
    )


def rows(path: str) -> list[str]:
    return Path(path).read_text().splitlines()[1:]


def test_rows_are_in_natural_order_of_files_pages_and_places(scans: Scans) -> None:
    code = run([scans({"p10.png": 1, "p9.png": 2, "a/z.png": 1})], settings())
    assert code is ExitCode.OK
    assert [row.split(",")[:5] for row in rows("results.csv")] == [
        ["a/z.png", "1", "1", "1", "0"],
        ["a/z.png", "1", "1", "2", "1"],
        ["p9.png", "1", "1", "1", "0"],
        ["p9.png", "1", "1", "2", "1"],
        ["p9.png", "2", "1", "1", "0"],
        ["p9.png", "2", "1", "2", "2"],
        ["p10.png", "1", "1", "1", "0"],
        ["p10.png", "1", "1", "2", "1"],
    ]


@pytest.mark.parametrize("workers", [2, 3])
def test_the_bytes_do_not_depend_on_the_workers(scans: Scans, workers: int) -> None:
    folder = scans({f"{index}.png": 1 for index in range(200)} | {"long.tif": 40})
    run([folder], settings(numbers=Path("n1.csv")))
    several = Settings(
        output=OutputSettings(out=Path("r2.csv"), numbers=Path("n2.csv")),
        running=RunSettings(workers=workers),
    )
    run([folder], several)
    assert Path("results.csv").read_bytes() == Path("r2.csv").read_bytes()
    assert Path("n1.csv").read_bytes() == Path("n2.csv").read_bytes()
    assert len(rows("n1.csv")) == 240


def test_failures_are_listed_and_the_rest_is_read(scans: Scans) -> None:
    code = run(
        [scans({"a.png": 1, "broken.png": 1, "damaged2.tif": 3}), Path("no.png")], settings()
    )
    assert code is ExitCode.SOME_UNREADABLE
    assert [row.split(",")[:3] for row in rows("results.csv.errors.csv")] == [
        ["no.png", "", "missing"],
        ["broken.png", "", "truncated"],
        ["damaged2.tif", "2", "truncated"],
    ]
    assert len(rows("results.csv")) == 2 * 3


def test_errors_of_an_earlier_run_are_removed(scans: Scans) -> None:
    Path("results.csv.errors.csv").write_text("old")
    run([scans({"a.png": 1})], settings())
    assert not Path("results.csv.errors.csv").exists()


def test_a_list_of_paths_comes_from_standard_input(
    scans: Scans, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = scans({"a.png": 1, "b.png": 1, "c.png": 1})
    listed = f"{folder / 'a.png'}\n{folder / 'c.png'}\n".encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(listed)))
    run([Path("-")], settings())
    assert {Path(row.split(",")[0]).name for row in rows("results.csv")} == {"a.png", "c.png"}


def test_glob_chooses_files_of_folders(scans: Scans) -> None:
    folder = scans({"a.png": 1, "b.dat": 1})
    run([folder], Settings(running=RunSettings(workers=1, glob="*.dat")))
    assert {row.split(",")[0] for row in rows("results.csv")} == {"b.dat"}


def test_the_closing_line_counts(scans: Scans, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(MessageSettings())
    run([scans({"a.tif": 2, "broken.png": 1})], settings())
    *_, line = capsys.readouterr().err.splitlines()
    judged = "1 accepted, 10.0% of them expected wrong; 50.0% for review"
    assert line.startswith(f"digitscan: 2 pages, 4 digits, 2 numbers ({judged}), 1 error, ")
    assert line.endswith(" pages/s")


def test_the_closing_line_as_json(scans: Scans, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(MessageSettings(log_format=LogFormat.JSON))
    run([scans({"a.tif": 2, "broken.png": 1})], settings())
    failure, closing = map(json.loads, capsys.readouterr().err.splitlines())
    assert (failure["level"], failure["file"], failure["error"]) == (
        "warning",
        "broken.png",
        "truncated",
    )
    wanted = {"pages": 2, "digits": 4, "numbers": 2, "review": 0.5, "errors": 1}
    assert wanted.items() <= closing.items()


def test_profile_tells_the_share_of_each_stage(
    scans: Scans, capsys: pytest.CaptureFixture[str]
) -> None:
    messages = MessageSettings(profile=True)
    set_up(messages)
    run([scans({"a.png": 1})], Settings(messages=messages, running=RunSettings(workers=1)))
    told = capsys.readouterr().err
    assert "fake" in told
    assert "250.0 ms a page" in told


def test_nothing_found_is_said_with_the_cure(scans: Scans) -> None:
    with pytest.raises(NothingToReadError, match="name picture or PDF files"):
        run([scans({"a.txt": 1})], settings())
    assert not Path("results.csv").exists()


def test_a_path_that_is_not_there_is_named() -> None:
    with pytest.raises(NothingToReadError, match=r"nowhere\.png"):
        run([Path("nowhere.png")], settings())


@pytest.mark.parametrize(
    ("output", "error", "cure"),
    [
        ({"out": "nowhere/r.csv"}, OutputError, "nowhere does not exist; make it"),
        ({"out": "scans"}, OutputError, "is a folder; name a file"),
        ({"out": ""}, OutputError, "is a folder; name a file"),
        ({"report": ""}, OutputError, "is a folder; name a file"),
        ({"numbers": "results.csv"}, UsageError, "name the same file"),
        ({"out": "scans/a.png"}, UnsafeError, "is an input and would be replaced"),
        ({"numbers": "scans/a.png"}, UnsafeError, "is an input and would be replaced"),
        ({"annotated": "scans/drawn"}, UnsafeError, "choose a folder outside"),
        ({"annotated": "scans"}, UnsafeError, "choose a folder outside"),
        ({"annotated": "file"}, OutputError, "cannot write pictures there"),
    ],
)
def test_outputs_are_checked_before_the_work(
    scans: Scans, output: dict[str, str], error: type[Exception], cure: str
) -> None:
    Path("file").touch()
    folder = scans({"a.png": 1})
    with pytest.raises(error, match=cure):
        run([folder], settings(**{name: Path(path) for name, path in output.items()}))
    assert (folder / "a.png").read_text() == "1"
    assert sorted(path.name for path in Path().iterdir()) == ["file", "scans"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_table_into_a_pipe_has_nothing_beside_it(scans: Scans) -> None:
    os.mkfifo("pipe")
    folder = scans({"a.png": 1, "broken.png": 1})
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(Path("pipe").read_text()))
    reader.start()
    assert run([folder], settings(out=Path("pipe"))) is ExitCode.SOME_UNREADABLE
    reader.join(10)
    assert len(got[0].splitlines()) == 3
    assert sorted(path.name for path in Path().iterdir()) == ["pipe", "scans"]
    with pytest.raises(UsageError, match="a page that are files of this machine"):
        run([folder], settings(report=Path("pipe")))
    assert Path("pipe").is_fifo()


def test_an_output_may_have_the_name_of_an_input_elsewhere(scans: Scans) -> None:
    folder = scans({"a.csv.png": 1})
    assert run([folder], settings(numbers=Path("a.csv.png"))) is ExitCode.OK
    assert (folder / "a.csv.png").read_text() == "1"
    assert rows("a.csv.png")


@pytest.mark.parametrize(
    ("name", "warned"), [("r.json", 1), ("r.XLS", 1), ("r.csv", 0), ("r.txt", 0), ("r", 0)]
)
def test_a_name_of_another_format_is_told(
    scans: Scans, name: str, warned: int, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(MessageSettings())
    run([scans({"a.png": 1})], settings(out=Path(name)))
    assert capsys.readouterr().err.count(f"{name} will be a CSV; --format chooses") == warned


def test_a_stop_keeps_what_is_finished(
    scans: Scans, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(MessageSettings())
    finished = threading.Event()
    add = Tally.add

    def interrupt(tally: Tally, result: Result) -> None:
        add(tally, result)
        if not finished.is_set():
            finished.set()
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Tally, "add", interrupt)
    code = run([scans({f"{i:02d}.png": 1 for i in range(16)} | {"hang.png": 1})], settings())
    assert code is ExitCode.STOPPED
    assert len(rows("results.csv")) == 32
    assert "stopped; what was finished is in results.csv" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_before_anything_is_finished_leaves_the_old_table(
    scans: Scans, number: signal.Signals
) -> None:
    Path("results.csv").write_text("old")
    folder = scans({"hang.png": 1})
    threading.Timer(0.5, os.kill, (os.getpid(), number)).start()
    with pytest.raises(KeyboardInterrupt):
        run([folder], settings())
    assert Path("results.csv").read_text() == "old"
    assert sorted(path.name for path in Path().iterdir()) == ["results.csv", "scans"]


def test_a_picture_that_cannot_be_written_ends_the_run_and_keeps_what_is_finished(
    scans: Scans,
) -> None:
    folder = scans({f"{index:02d}.png": 1 for index in range(16)} | {"sub/z.png": 1})
    Path("drawn").mkdir()
    Path("drawn/sub").touch()  # where the folder of a picture should be
    with pytest.raises(OutputError, match=r"z\.png\.jpg: cannot write the picture"):
        run([folder], settings(annotated=Path("drawn")))
    assert len(rows("results.csv")) == 2 * 16
    assert len(list(Path("drawn").glob("*.jpg"))) == 16
