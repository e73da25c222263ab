"""digitscan.running.service: what is refused, what is waited for; export and retry beside it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from digitscan.cli import app
from digitscan.errors import (
    DigitscanError,
    ExitCode,
    ModelError,
    NothingToReadError,
    UnsafeError,
    UsageError,
)
from digitscan.logs import set_up
from digitscan.running import guard, service
from digitscan.running.export import export, parse_time
from digitscan.running.guard import check_folders, locked
from digitscan.running.messages import Failed
from digitscan.running.mounts import Mount
from digitscan.running.pool import Pool
from digitscan.running.retry import retry
from digitscan.running.service import Service
from digitscan.running.shelf import Shelf
from digitscan.settings import MessageSettings, OutputSettings, Settings
from fake_watch import FakePool, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Give the event that a signal would set."""
    event = threading.Event()

    @contextmanager
    def given() -> Iterator[threading.Event]:
        yield event

    monkeypatch.setattr(service, "stop_event", given)
    return event


def serving(world: World, once: bool = True, make: type[FakePool] = FakePool) -> ExitCode:
    """Run the service with the fake workers, whose clock passes when it rests."""

    def pool(_: Settings) -> Pool:
        return make(world.clock)

    return Service(
        world.inbox, world.out, lambda: world.settings, world.heard, pool, world.clock
    ).run(once)


def test_once_tells_what_became_of_all(world: World) -> None:
    assert serving(world) is ExitCode.OK
    world.drop("a.png")
    assert serving(world) is ExitCode.OK
    world.drop("b.png", "broken.png")
    assert serving(world) is ExitCode.SOME_UNREADABLE
    assert world.files("done") == ["a.png", "b.png"]


def test_trouble_that_may_pass_is_waited_for_longer_and_longer(
    world: World, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, tries = Shelf.place, []

    def full(*given: object) -> None:
        tries.append(world.clock.now)
        if len(tries) < 4:
            raise OSError(28, "no space left on device", "out")
        place(*given)  # type: ignore[arg-type]  # as they came

    def rest(self: Service, seconds: float, _: threading.Event) -> None:
        self.clock.wait(seconds)  # type: ignore[attr-defined]  # the fake one

    monkeypatch.setattr(Shelf, "place", full)
    monkeypatch.setattr(Service, "_rest", rest)
    world.drop("a.png")
    world.clock.at(60, stop.set)
    assert serving(world, once=False) is ExitCode.OK
    waits = [round(later - one) for one, later in pairwise(tries)]
    assert waits == [1, 2, 4]
    assert world.heard.errors == ["OSError"] * 3
    assert world.files("done") == ["a.png"]


def test_once_does_not_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space left on device", "out")

    monkeypatch.setattr(Shelf, "place", full)
    world.drop("a.png")
    with pytest.raises(DigitscanError, match="no space left") as error:
        serving(world)
    assert error.value.exit_code is ExitCode.OUTPUT
    assert world.files("inbox") == ["a.png"]


@pytest.mark.parametrize("error", [ModelError("no model"), DigitscanError("cannot start")])
def test_workers_that_never_start_end_the_service(world: World, error: DigitscanError) -> None:
    class Lame(FakePool):
        def _start(self) -> object:  # type: ignore[override]  # it is not looked at
            worker = super()._start()
            self.put(worker, Failed(error))
            self._inbox.get()
            return worker

    world.drop("a.png")
    with pytest.raises(type(error), match=str(error)):
        serving(world, once=False, make=Lame)


def test_settings_that_make_no_sense_are_not_taken(world: World) -> None:
    def load() -> Settings:
        raise UsageError("no")

    watched = Service(world.inbox, world.out, load, world.heard)
    assert watched._reloaded(world.settings) is world.settings


# What is refused.


@pytest.mark.parametrize(
    ("inbox", "out"), [("in", "in"), ("in", "in/out"), ("in/deep", "in"), ("in", "link/out")]
)
def test_folders_in_one_another_are_refused(tmp_path: Path, inbox: str, out: str) -> None:
    (tmp_path / "in/deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "in")
    with pytest.raises(UnsafeError, match="lie in one another"):
        check_folders(tmp_path / inbox, tmp_path / out, keep=False)
    assert not (tmp_path / "in/out").exists()


def test_a_ledger_on_a_network_mount_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "mount_of", lambda _: Mount(Path("/"), "cifs", True))
    with pytest.raises(UnsafeError, match="type cifs"):
        check_folders(world.inbox, world.out, keep=False)


def test_a_full_disk_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LEAST_FREE", 2**62)
    with pytest.raises(UnsafeError, match="is full"):
        check_folders(world.inbox, world.out, keep=False)


@pytest.mark.parametrize("closed", ["inbox", "out"])
def test_folders_it_may_not_write_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).name != closed)
    with pytest.raises(UnsafeError, match="may not be written to"):
        check_folders(world.inbox, world.out, keep=False)
    if closed == "inbox":
        check_folders(world.inbox, world.out, keep=True)


def test_an_inbox_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="mount what should be there"):
        check_folders(tmp_path / "no", tmp_path / "out", keep=False)


def test_results_in_a_file_are_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "out").touch()
    with pytest.raises(UsageError, match="out is not a folder; choose another --out"):
        check_folders(tmp_path / "inbox", tmp_path / "out", keep=False)


def test_a_folder_is_held_once(tmp_path: Path) -> None:
    with (
        locked(tmp_path),
        pytest.raises(UnsafeError, match="in use by another"),
        locked(tmp_path),
    ):
        pass
    with locked(tmp_path):
        pass


# Export and retry.


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()[1:]


def test_an_export_has_all_documents_in_order(world: World) -> None:
    world.drop("p10.png", "p9.png", "broken.png")
    (world.inbox / "twin.png").write_bytes((world.inbox / "p9.png").read_bytes())
    world.watch()
    output = OutputSettings(out=world.out / "r.csv", numbers=world.out / "n.csv")
    assert export(world.out, output, None, None) == 3
    assert [row.split(",")[0] for row in lines(world.out / "n.csv")][1] == "p10.png"
    assert len(lines(world.out / "r.csv")) == 4
    assert lines(world.out / "r.csv.errors.csv")[0].startswith("broken.png,,truncated,")


def test_an_export_of_a_time(world: World) -> None:
    world.drop("a.png")
    world.watch()
    noon = world.clock.now + 5
    world.clock.wait(10)
    world.drop("b.png")
    world.watch()
    output = OutputSettings(out=world.out / "r.csv")
    assert export(world.out, output, noon, None) == 1
    assert {row.split(",")[0] for row in lines(world.out / "r.csv")} == {"b.png"}
    assert export(world.out, output, None, noon) == 1


def test_times_are_dates_with_or_without_hours() -> None:
    assert parse_time("2026-01-31T18:30:00+00:00") == 1769884200
    assert parse_time("2026-02-01") - parse_time("2026-01-31") == 86400
    with pytest.raises(UsageError, match="2026-01-31"):
        parse_time("yesterday")


def test_what_failed_is_read_again(world: World) -> None:
    world.drop("sub/crash1.png", "sub/crash2.png", "a.png")
    world.watch()
    with world.ledger() as ledger:
        ledger.note(service.INBOX, str(world.inbox))
    assert retry(world.out, [Path("sub/crash1.png")]) == 1
    assert world.files("inbox") == ["sub/crash1.png"]
    assert world.files("failed") == ["sub/crash2.png", "sub/crash2.png.error.txt"]
    assert retry(world.out, [world.out / "failed/sub/crash2.png"]) == 1
    assert world.files("failed") == []
    world.watch()
    with world.ledger() as ledger:
        assert [document.attempts for document in ledger.failed()] == [2, 2]
    assert world.files("failed")[:2] == ["sub/crash1.png", "sub/crash1.png.error.txt"]
    assert retry(world.out, []) == 2


def test_what_is_back_already_is_not_put_back_again(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.drop("crash1.png", "crash2.png")
    world.watch()
    with world.ledger() as ledger:
        ledger.note(service.INBOX, str(world.inbox))
    assert retry(world.out, []) == 2
    (world.inbox / "crash2.png").unlink()
    set_up(MessageSettings())
    with pytest.raises(NothingToReadError, match="nothing was put back"):
        retry(world.out, [])
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("crash1.png: is in the inbox already; a watcher will read it")
    assert second.endswith("crash2.png: its file is no longer there; it stays failed")


def test_what_failed_and_was_kept_is_read_again_at_once(world: World) -> None:
    world.drop("crash1.png")
    world.watch(10, keep=True)
    with world.ledger() as ledger:
        ledger.note(service.INBOX, str(world.inbox))
    before = len(world.heard.states)

    def again() -> None:
        assert retry(world.out, []) == 1

    world.clock.at(20, again)
    world.watch(40, keep=True)
    assert world.heard.states[before:] == ["failed"]


def test_a_retry_does_not_replace_what_arrived_meanwhile(world: World) -> None:
    world.drop("crash1.png")
    world.watch()
    with world.ledger() as ledger:
        ledger.note(service.INBOX, str(world.inbox))
    (world.inbox / "crash1.png").write_text("new")
    retry(world.out, [])
    assert world.files("inbox") == ["crash1-2.png", "crash1.png"]


def test_what_did_not_fail_cannot_be_tried_again(world: World) -> None:
    with pytest.raises(NothingToReadError, match=r"holds no digitscan\.db"):
        retry(world.out, [])
    world.drop("a.png", "crash1.png")
    world.watch()
    with pytest.raises(NothingToReadError, match=r"a\.png is not among what failed"):
        retry(world.out, [Path("a.png")])


def test_commands_explain_themselves(tmp_path: Path) -> None:
    for command in ("export", "retry"):
        result = CliRunner().invoke(app, [command, str(tmp_path)])
        assert result.exit_code == ExitCode.NOTHING_TO_READ
    result = CliRunner().invoke(app, ["watch", str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == ExitCode.UNSAFE
