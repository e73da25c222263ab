"""digitscan.running.batch with real worker processes that misbehave as file names say."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digitscan.errors import DigitscanError
from digitscan.output.place import temporary_prefix
from digitscan.running.batch import read_files
from digitscan.running.messages import Result
from digitscan.running.pool import Pool
from digitscan.running.schedule import BYTES_A_TASK
from digitscan.settings import OutputSettings, RunSettings, Settings, WatchSettings
from digitscan.types import FileFailure

WORKER = Path(__file__).with_name("fake_worker.py")
COMMAND = (sys.executable, "-P", str(WORKER))
SETTINGS = Settings(running=RunSettings(time_limit=2.0))

Read = Callable[..., list[Result]]
Scans = Callable[[dict[str, int]], list[tuple[Path, str]]]


@pytest.fixture
def scans(tmp_path: Path) -> Scans:
    def make(files: dict[str, int]) -> list[tuple[Path, str]]:
        for name, pages in files.items():
            (tmp_path / name).write_text(str(pages))
        return [(tmp_path / name, name) for name in files]

    return make


@pytest.fixture
def read(scans: Scans) -> Read:
    def run(files: dict[str, int], workers: int = 1, settings: Settings = SETTINGS) -> list[Result]:
        with Pool(settings, workers, COMMAND) as pool:
            return list(read_files(scans(files), pool, settings))

    return run


def places(results: list[Result]) -> list[tuple[str, int | None]]:
    return [(result.file, result.page) for result in results]


def failures(results: list[Result]) -> list[tuple[str, int | None, str]]:
    return [(r.file, r.page, r.error) for r in results if isinstance(r, FileFailure)]


def untimed(result: Result) -> Result:
    return result if isinstance(result, FileFailure) else replace(result, seconds={})


def test_any_number_of_workers_gives_the_same_results(read: Read) -> None:
    files = {f"{index}.png": 1 for index in range(60)} | {"many.tif": 30}
    one, three = read(files, 1), read(files, 3)
    assert places(one) == places(three)
    assert [untimed(result) for result in one] == [untimed(result) for result in three]
    assert len(one) == 90


def test_no_more_workers_are_started_than_there_is_work_for(scans: Scans) -> None:
    with Pool(SETTINGS, 8, COMMAND) as pool:
        list(read_files(scans({"a.png": 1, "b.png": 1}), pool, SETTINGS))
        assert len(pool.workers) == 1


def test_a_second_worker_starts_while_a_long_file_is_opened(
    scans: Scans, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = scans({"many.tif": 30})
    file[0].write_text("30".ljust(BYTES_A_TASK))
    started = []
    with Pool(SETTINGS, 8, COMMAND) as pool:
        receive = pool.receive

        def noting(seconds: float) -> object:
            started.append(len(pool.workers))
            return receive(seconds)

        monkeypatch.setattr(pool, "receive", noting)
        assert len(list(read_files([file], pool, SETTINGS))) == 30
    assert started[0] == 2


def test_a_crash_costs_its_file_only(read: Read) -> None:
    results = read({"a.png": 1, "crash1.png": 1, "z.png": 1}, workers=2)
    assert places(results) == [("a.png", 1), ("crash1.png", None), ("z.png", 1)]
    assert failures(results) == [("crash1.png", None, "crash")]


def test_the_message_of_a_crash_tells_the_signal(read: Read) -> None:
    (failure,) = read({"crash1.png": 1})
    assert isinstance(failure, FileFailure)
    assert f"signal {signal.SIGSEGV.value}" in failure.message


def test_a_crash_amid_a_long_file_costs_its_page_only(read: Read) -> None:
    results = read({"crash3.tif": 20})
    assert places(results) == [("crash3.tif", number) for number in range(1, 21)]
    assert failures(results) == [("crash3.tif", 3, "crash")]


def test_a_hanging_file_is_given_up_after_the_time_limit(read: Read) -> None:
    results = read({"a.png": 1, "hang.png": 1, "z.png": 1})
    assert places(results) == [("a.png", 1), ("hang.png", None), ("z.png", 1)]
    assert failures(results) == [("hang.png", None, "time-limit")]


def test_the_time_limit_is_for_a_page_not_for_a_task(read: Read) -> None:
    files = {f"slow{index}.png": 1 for index in range(16)}  # 0.15 s each, in one task
    assert not failures(read(files))


def test_a_worker_killed_once_loses_nothing(read: Read) -> None:
    assert not failures(read({"a.png": 1, "unlucky.png": 1, "z.png": 1}))


def test_a_damaged_page_and_a_fault_of_ours_are_named(read: Read) -> None:
    results = read({"broken.png": 1, "bug.png": 1, "damaged2.tif": 3, "z.png": 1})
    assert failures(results) == [
        ("broken.png", None, "truncated"),
        ("bug.png", None, "fault"),
        ("damaged2.tif", 2, "truncated"),
    ]
    assert places(results)[-4:] == [
        ("damaged2.tif", 1),
        ("damaged2.tif", 2),
        ("damaged2.tif", 3),
        ("z.png", 1),
    ]


def test_a_file_that_vanishes_during_the_run_is_named(tmp_path: Path) -> None:
    with Pool(SETTINGS, 1, COMMAND) as pool:
        results = list(read_files([(tmp_path / "gone.png", "gone.png")], pool, SETTINGS))
    assert failures(results) == [("gone.png", None, "vanished")]


def test_a_stopped_run_gives_what_is_finished_and_leaves_no_process(scans: Scans) -> None:
    stop = threading.Event()
    inputs = scans({f"{index:02d}.png": 1 for index in range(32)} | {"hang.png": 1})
    found = []
    with Pool(SETTINGS, 1, COMMAND) as pool:
        processes = [worker.pid for worker in pool.workers]
        for result in read_files(inputs, pool, SETTINGS, stop):
            found.append(result)
            stop.set()
    assert places(found) == [(f"{index:02d}.png", 1) for index in range(16)]
    assert not any(alive(process) for process in processes)


def test_leaving_the_loop_early_leaves_no_process(scans: Scans) -> None:
    inputs = scans({f"slow{index}.png": 1 for index in range(64)})
    with Pool(SETTINGS, 2, COMMAND) as pool:
        next(read_files(inputs, pool, SETTINGS))
        processes = [worker.pid for worker in pool.workers]
    assert not any(alive(process) for process in processes)


def test_a_worker_that_cannot_start_is_said_and_not_tried_for_ever(scans: Scans) -> None:
    command = (sys.executable, "-c", "raise SystemExit(7)")
    with (
        pytest.raises(DigitscanError, match="exit code 7 before it could read"),
        Pool(SETTINGS, 1, command) as pool,
    ):
        list(read_files(scans({"a.png": 1}), pool, SETTINGS))


def test_pictures_of_a_killed_worker_leave_no_rest(scans: Scans, tmp_path: Path) -> None:
    settings = replace(SETTINGS, output=OutputSettings(annotated=tmp_path / "drawn"))
    (tmp_path / "drawn").mkdir()
    inputs = scans({"hang.png": 1})
    with Pool(settings, 1, COMMAND) as pool:
        (worker,) = pool.workers
        rest = tmp_path / "drawn" / f"{temporary_prefix(worker.pid)}0.tmp"
        rest.touch()
        assert failures(list(read_files(inputs, pool, settings)))
    assert not rest.exists()


@pytest.mark.parametrize("name", ["slow.tif", "hang.png"])
def test_workers_end_when_the_parent_is_killed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("1000")
    script = f"""
import sys
from pathlib import Path
from digitscan.output.place import temporary_prefix
from digitscan.running.batch import read_files
from digitscan.running.pool import Pool
from digitscan.settings import Settings
with Pool(Settings(), 2, (sys.executable, "-P", {str(WORKER)!r})) as pool:
    print(pool.workers[0].pid, flush=True)
    list(read_files([(Path({str(tmp_path / name)!r}), "x")], pool, Settings()))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    time.sleep(0.7)  # the worker is amid its file, or at its imports: both must end
    assert alive(worker)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not alive(worker))


def alive(process: int) -> bool:
    """Whether a process runs; a dead one that nobody waited for does not."""
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"


def until(happens: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    children = subprocess.run(
        ["pgrep", "-P", str(os.getpid()), "-f", "fake_worker"], capture_output=True, check=False
    )
    assert children.stdout == b""


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="no priorities on Windows")
def test_workers_stand_back_for_other_programs(scans: Scans) -> None:
    settings = replace(SETTINGS, watch=WatchSettings(nice=3))
    with Pool(settings, 1, COMMAND) as pool:
        list(read_files(scans({"a.png": 1}), pool, settings))
        (worker,) = pool.workers
        before = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) == min(before + 3, 19)
