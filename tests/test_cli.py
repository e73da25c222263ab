"""digitscan.cli: exit codes, what goes to stdout and what to stderr, in processes of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
from typer.testing import CliRunner

import digitscan
from digitscan.cli import app
from digitscan.errors import ExitCode

FAKE = Path(__file__).with_name("fake_worker.py")
SCRIPT = f"""
import sys
from digitscan.running import pool
pool.COMMAND = (sys.executable, "-P", {str(FAKE)!r})
from digitscan.cli import app
app(prog_name="digitscan")
"""
LONG = "n" * 300
"""More than a file may be called."""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.fixture
def digitscan_with_fake_worker(tmp_path: Path, environment: dict[str, str]) -> Run:
    (tmp_path / "scans").mkdir()
    for name, pages in {"a.png": "1", "b.tif": "2"}.items():
        (tmp_path / "scans" / name).write_text(pages)

    def run(
        *arguments: str, stdout: int | IO[str] = subprocess.PIPE
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", SCRIPT, *arguments],
            cwd=tmp_path,
            env=environment,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    return run


def test_a_table_on_stdout_is_alone_there(digitscan_with_fake_worker: Run) -> None:
    done = digitscan_with_fake_worker("run", "scans", "--out", "-")
    assert done.returncode == ExitCode.OK
    header, *rows = done.stdout.splitlines()
    assert header.startswith("file,page,number,")
    assert [row.split(",")[0] for row in rows] == ["a.png"] * 2 + ["b.tif"] * 4
    judged = "2 accepted, 10.0% of them expected wrong; 33.3% for review"
    assert done.stderr.startswith(f"digitscan: 3 pages, 6 digits, 3 numbers ({judged}), ")
    assert "\r" not in done.stderr  # no progress bar where nobody looks


def test_a_table_in_a_file_leaves_stdout_empty(digitscan_with_fake_worker: Run) -> None:
    done = digitscan_with_fake_worker("run", "scans", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.OK, "", "")


def test_json_messages_are_json_only(digitscan_with_fake_worker: Run, tmp_path: Path) -> None:
    (tmp_path / "scans" / "broken.png").write_text("1")
    done = digitscan_with_fake_worker("run", "scans", "-v", "--log-format", "json")
    assert done.returncode == ExitCode.SOME_UNREADABLE
    levels = [json.loads(line)["level"] for line in done.stderr.splitlines()]
    assert sorted(levels) == ["info", "info", "info", "notice", "warning"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["run", "scans", "--dpi", "5"], ExitCode.USAGE, "--dpi is between 36 and 1200"),
        (["run", "scans", "--dpi", "many"], ExitCode.USAGE, "Invalid value for '--dpi'"),
        (["run", "scans", "--config", "no.toml"], ExitCode.USAGE, "no.toml: cannot read"),
        (["run"], ExitCode.USAGE, "Missing argument"),
        (["run", LONG], ExitCode.NOTHING_TO_READ, "longer than this system allows"),
        (["run", "scans", "--out", LONG], ExitCode.OUTPUT, "File name too long"),
        (["run", "scans", "--report", LONG], ExitCode.OUTPUT, "File name too long"),
        (["watch", LONG, "--out", "out"], ExitCode.USAGE, "File name too long"),
        (["watch", "scans", "--out", LONG], ExitCode.USAGE, "File name too long"),
        (["export", LONG], ExitCode.USAGE, "File name too long"),
        (["run", ""], ExitCode.USAGE, "an empty name is no path"),
        (["run", "scans", "--out", ""], ExitCode.USAGE, "an empty name is no path"),
        (["watch", "", "--out", "out"], ExitCode.USAGE, "an empty name is no path"),
        (["watch", "scans", "--out", ""], ExitCode.USAGE, "an empty name is no path"),
        (["run", "nowhere"], ExitCode.NOTHING_TO_READ, "nowhere"),
        (["run", "scans", "--out", "no/r.csv"], ExitCode.OUTPUT, "the folder no does not exist"),
        (["run", "scans", "--annotated", "scans/drawn"], ExitCode.UNSAFE, "outside of it"),
    ],
)
def test_what_the_user_can_mend_is_a_line_and_a_code(
    digitscan_with_fake_worker: Run, arguments: list[str], code: ExitCode, told: str
) -> None:
    done = digitscan_with_fake_worker(*arguments)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
@pytest.mark.parametrize("arguments", [["run", "scans", "--out", "-"], ["doctor"]])
def test_output_that_nobody_can_take_is_told(
    arguments: list[str], digitscan_with_fake_worker: Run, tmp_path: Path
) -> None:
    with Path("/dev/full").open("w") as full:
        done = digitscan_with_fake_worker(*arguments, stdout=full)
    assert done.returncode == ExitCode.OUTPUT
    assert "No space left on device" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "results.csv").exists()


def test_a_missing_model_has_its_code(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "a.png").touch()
    command = [sys.executable, "-m", "digitscan", "run", "a.png", "--glyph-model", "no.tflite"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == ExitCode.MODEL
    assert "--glyph-model" in done.stderr
    assert not (tmp_path / "results.csv").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_keeps_what_is_finished(
    tmp_path: Path, environment: dict[str, str], number: signal.Signals
) -> None:
    (tmp_path / "scans").mkdir()
    for index in range(16):
        (tmp_path / "scans" / f"{index:02d}.png").write_text("1")
    (tmp_path / "scans" / "hang.png").write_text("1")
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "run", "scans", "-v"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "15.png" in line:
            break
    process.send_signal(number)
    told = process.stderr.read()
    assert process.wait(60) == ExitCode.STOPPED
    assert "stopped; what was finished is in results.csv" in told
    assert len((tmp_path / "results.csv").read_text().splitlines()) == 1 + 2 * 16


def test_a_killed_run_leaves_the_old_table(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "slow.tif").write_text("1000")
    (tmp_path / "results.csv").write_text("old")
    command = [sys.executable, "-c", SCRIPT, "run", "slow.tif"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment)
    while not list(tmp_path.glob(".digitscan-*")):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert (tmp_path / "results.csv").read_text() == "old"


def test_options_of_the_settings_file_hold(digitscan_with_fake_worker: Run, tmp_path: Path) -> None:
    (tmp_path / "digitscan.toml").write_text("out = 'table.jsonl'\nquiet = true\nkind = 'printed'")
    done = digitscan_with_fake_worker("run", "scans", "--kind", "any")
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    assert len((tmp_path / "table.jsonl").read_text().splitlines()) == 6


def test_files_may_match_one_of_several_patterns(
    digitscan_with_fake_worker: Run, tmp_path: Path
) -> None:
    (tmp_path / "scans" / "c.bmp").write_text("1")
    done = digitscan_with_fake_worker(
        "run", "scans", "--out", "-", "--glob", "*.png", "--glob", "C.*"
    )
    assert [row.split(",")[0] for row in done.stdout.splitlines()[1::2]] == ["a.png", "c.bmp"]


def test_an_unknown_setting_names_the_nearest(
    digitscan_with_fake_worker: Run, tmp_path: Path
) -> None:
    (tmp_path / "digitscan.toml").write_text("worker = 2")
    done = digitscan_with_fake_worker("run", "scans")
    assert done.returncode == ExitCode.USAGE
    assert "unknown setting 'worker'; the nearest is 'workers'" in done.stderr


def test_the_version_names_the_model() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"digitscan {digitscan.__version__} (model ")


def test_help_names_every_exit_code() -> None:
    text = " ".join(CliRunner().invoke(app, ["run", "--help"]).stdout.split())
    for code in ExitCode:
        assert code is ExitCode.FAULT or f"{code.value} " in text


def test_every_setting_has_an_option() -> None:
    from digitscan.config import options

    run, watch = (CliRunner().invoke(app, [name, "--help"]).stdout for name in ("run", "watch"))
    text = run + watch
    missing = [name for name in options() if f"--{name} " not in text]
    assert missing == []
