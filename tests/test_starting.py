"""digitscan.running.starting: a worker that starts before its settings are known."""

import subprocess
import sys
from pathlib import Path

import pytest

from digitscan.running import starting
from digitscan.running.worker import main

WAITS = (sys.executable, "-c", "import sys; sys.stdin.read()")


@pytest.fixture(autouse=True)
def waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "COMMAND", WAITS)


def end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.communicate()


def test_the_first_worker_is_the_one_started_early_and_the_next_a_new_one() -> None:
    with starting.early_worker():
        (early,) = starting._early
        first, second = (starting.start(WAITS, heard=False) for _ in range(2))
    assert first is early
    assert second is not early
    assert first.poll() is None  # who takes it ends it
    end(first)
    end(second)


@pytest.mark.parametrize(("command", "heard"), [(WAITS, True), ((*WAITS, "other"), False)])
def test_one_that_is_not_what_is_wanted_ends(command: tuple[str, ...], heard: bool) -> None:
    with starting.early_worker():
        (early,) = starting._early
        taken = starting.start(command, heard)
        assert early.poll() is not None
        assert taken is not early
    end(taken)


def test_one_that_nobody_takes_ends_whatever_happens() -> None:
    early = []

    def fail() -> None:
        with starting.early_worker():
            early.extend(starting._early)
            raise SystemExit(2)

    with pytest.raises(SystemExit):
        fail()
    assert [process.poll() is not None for process in early] == [True]


def test_a_worker_whose_parent_leaves_before_it_says_anything_ends_quietly() -> None:
    code = f"from {main.__module__} import main; main()"
    process = subprocess.run(
        [sys.executable, "-P", "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={"PYTHONPATH": str(Path(starting.__file__).parents[2])},
        check=True,
    )
    assert process.stdout == process.stderr == b""
