"""digitscan.running.journal: a run that died goes on, and ends as if it had never died."""

import errno
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import pytest

from digitscan.errors import ExitCode, OutputError, UsageError
from digitscan.output.place import written_beside
from digitscan.running.pool import Pool
from digitscan.running.run import run as run_with
from digitscan.settings import OutputSettings, RunSettings, Settings
from faults.harness import LONG

WORKER = Path(__file__).with_name("fake_worker.py")
COMMAND = (sys.executable, "-P", str(WORKER))
JOURNAL = "results.csv.resume.db"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(**output: object) -> Settings:
    return Settings(
        output=OutputSettings(numbers=Path("n.csv"), **output),  # type: ignore[arg-type]  # real
        running=RunSettings(workers=2, time_limit=30),
    )


def run(resume: bool = False, **output: object) -> ExitCode:
    wanted = settings(**output)
    with Pool(wanted, command=COMMAND) as pool:
        return run_with([Path("scans")], wanted, pool, resume)


def draw(files: int) -> None:
    Path("scans").mkdir()
    for index in range(files):
        kind = ("slow", "", "broken", "")[index % 4]
        Path(f"scans/{index:03d}{kind}.png").write_text("1")
    Path("scans/long.tif").write_text("20")


SCRIPT = f"""
import sys
from digitscan.running import pool
pool.COMMAND = {COMMAND!r}
from digitscan.cli import app
sys.argv[1:] = "run scans --numbers n.csv --annotated drawn --workers 2".split() + sys.argv[1:]
app()
"""


def process(*options: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", SCRIPT, *options]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def written() -> dict[str, bytes]:
    """Read all that lies there but the scans."""
    return {
        str(path): path.read_bytes()
        for path in Path().rglob("*")
        if path.is_file() and path.parts[0] != "scans"
    }


def test_a_run_that_was_killed_goes_on_to_the_same_bytes() -> None:
    files, kills, longest = (300, 30, 2.0) if LONG else (36, 2, 0.9)
    chance = random.Random(7)
    draw(files)
    assert process().wait() == ExitCode.SOME_UNREADABLE
    wanted = written()
    for path in map(Path, wanted):
        path.unlink()
    for turn in range(kills):
        stopped = process(*["--resume"] * (turn > 0))
        time.sleep(chance.uniform(longest / 3, longest))
        stopped.send_signal(signal.SIGKILL)
        stopped.wait()
    assert process("--resume").wait() == ExitCode.SOME_UNREADABLE
    assert written() == wanted


def test_what_was_finished_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    draw(40)
    Path("scans/zz-hang.png").write_text("1")
    stopped = process()
    while (
        noted() < 31
    ):  # two tasks; of the last file of the second it is not known that it is whole
        time.sleep(0.05)
    stopped.send_signal(signal.SIGTERM)
    assert stopped.wait() == ExitCode.STOPPED
    Path("scans/zz-hang.png").unlink()
    given: list[str] = []
    monkeypatch.setattr("digitscan.running.run.read_files", lambda files, *_: names(files, given))
    run(resume=True, annotated=Path("drawn"))
    assert given[0] == "016slow.png"


def test_a_table_that_could_not_be_written_is_written_without_reading_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw(20)
    run()
    wanted = written()

    @contextmanager
    def full(path: Path) -> Iterator[BinaryIO]:
        with written_beside(path) as file:
            yield file
            raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr("digitscan.output.table.put_whole", full)
        with pytest.raises(OutputError, match="no space left"):
            run()
    given: list[str] = []
    monkeypatch.setattr("digitscan.running.run.read_files", lambda files, *_: names(files, given))
    assert run(resume=True) is ExitCode.SOME_UNREADABLE
    assert given == []
    assert written() == wanted


def noted() -> int:
    """Count the files that a run at work has noted."""
    if not Path(JOURNAL).exists():
        return 0
    with closing(sqlite3.connect(JOURNAL)) as ledger, suppress(sqlite3.OperationalError):
        query = "SELECT count(*) FROM documents WHERE state IN ('done', 'failed')"
        return int(ledger.execute(query).fetchone()[0])
    return 0  # it is being made


def names(files: object, given: list[str]) -> list[object]:
    given.extend(name for _, name in files)  # type: ignore[attr-defined]  # pairs
    return []


def test_other_settings_or_changed_files_are_read_anew() -> None:
    draw(20)
    run()
    wanted = Path("results.csv").read_bytes()
    assert not Path(JOURNAL).exists()
    stopped = process()
    time.sleep(1)
    stopped.kill()
    stopped.wait()
    assert run(resume=True) is ExitCode.SOME_UNREADABLE  # without pictures
    assert Path("results.csv").read_bytes() == wanted


def test_a_table_on_standard_output_cannot_be_gone_on_with() -> None:
    draw(1)
    with pytest.raises(UsageError, match="name it with --out"):
        run(resume=True, out=Path("-"))
