"""digitscan.running.changes: what the system tells of a folder, and what it cannot tell."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import watchfiles
from watchfiles import Change

from digitscan.logs import set_up
from digitscan.running import changes as module
from digitscan.running.changes import Changes, Events, Notifier, Polling, notifier_of
from digitscan.settings import MessageSettings

Batches = Callable[[], Iterator[set[tuple[Change, str]]]]


def gathered(notifier: Notifier, enough: Callable[[Changes], bool]) -> Changes:
    """Ask until enough was told; a notifier that never does so is a failure."""
    paths: set[Path] = set()
    overflow = False
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = notifier.changes()
        paths |= set(found.paths)
        overflow |= found.overflow
        if enough(Changes(tuple(paths), overflow)):
            return Changes(tuple(paths), overflow)
        time.sleep(0.01)
    raise AssertionError(f"only {paths}, overflow {overflow}")


def told(monkeypatch: pytest.MonkeyPatch, inbox: Path, rounds: list[Batches]) -> list[bool]:
    """Let watchfiles tell what is given, a generator for each time it is begun; then wait."""
    begun: list[bool] = []

    def watch(folder: Path, **options: Any) -> Iterator[set[tuple[Change, str]]]:
        assert folder == inbox.resolve()
        begun.append(True)
        if rounds:
            yield from rounds.pop(0)()
        else:
            options["stop_event"].wait()

    monkeypatch.setattr(watchfiles, "watch", watch)
    monkeypatch.setattr(module, "AGAIN", 0.0)
    return begun


def write_until_told(notifier: Notifier, file: Path) -> Changes:
    """Write a file until that is heard: what was before there were events is not told."""

    def enough(found: Changes) -> bool:
        file.write_bytes(str(time.monotonic()).encode())
        return file in found.paths

    return gathered(notifier, enough)


def test_real_events_name_files_and_folders_at_any_depth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scans" / "deep").mkdir(parents=True)
    (tmp_path / "inbox").symlink_to("scans")
    monkeypatch.chdir(tmp_path)
    inbox = Path("inbox")  # relative and a link: paths are told as the folder was given
    with notifier_of(inbox, poll=False) as notifier:
        found = write_until_told(notifier, inbox / "deep" / "a.png")
        assert found == Changes((inbox / "deep" / "a.png",), overflow=True)  # the first look
        (inbox / "new").mkdir()
        found = gathered(notifier, lambda found: inbox / "new" in found.paths)
        assert not found.overflow


def test_a_folder_made_anew_is_heard_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK", 50)
    monkeypatch.setattr(module, "AGAIN", 0.05)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with notifier_of(inbox, poll=False) as notifier:
        write_until_told(notifier, inbox / "before.png")
        inbox.rename(tmp_path / "old")
        inbox.mkdir()
        found = write_until_told(notifier, inbox / "after.png")
        assert found.overflow


def test_deletions_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = {(Change.deleted, f"{tmp_path}/gone.png"), (Change.added, f"{tmp_path}/here.png")}
    told(monkeypatch, tmp_path, [lambda: iter([batch])])
    with notifier_of(tmp_path, poll=False) as notifier:
        assert gathered(notifier, lambda found: found.overflow).paths == (tmp_path / "here.png",)


def test_no_more_is_held_than_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HELD", 10)

    def many() -> Iterator[set[tuple[Change, str]]]:
        yield {(Change.added, f"{tmp_path}/{number}.png") for number in range(11)}
        yield from still()

    def still() -> Iterator[set[tuple[Change, str]]]:
        while not events._stop.wait(0.01):
            yield set()

    told(monkeypatch, tmp_path, [many])
    events = Events(tmp_path)
    try:
        found = gathered(events, lambda found: found.overflow)
        assert len(found.paths) == 10
        assert events.changes() == Changes()  # told once, then forgotten
    finally:
        events.close()


def test_a_watcher_that_dies_is_begun_again_and_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def dies() -> Iterator[set[tuple[Change, str]]]:
        raise OSError("OS file watch limit reached")
        yield set()

    set_up(MessageSettings())
    begun = told(monkeypatch, tmp_path, [dies, dies])
    with notifier_of(tmp_path, poll=False) as notifier:
        assert gathered(notifier, lambda found: found.overflow and len(begun) == 3)
    assert capsys.readouterr().err == (
        f"digitscan: warning: no events from {tmp_path}: OS file watch limit reached; "
        "rescans go on\n"
    )


def test_without_watchfiles_the_inbox_is_polled_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(MessageSettings())
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with notifier_of(tmp_path, poll=False) as notifier:
        assert isinstance(notifier, Polling)
        assert notifier.changes() == Changes()
    assert "pip install 'digitscan[service]'" in capsys.readouterr().err


def test_polling_where_it_is_wanted_warns_of_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(MessageSettings())
    with notifier_of(tmp_path, poll=True) as notifier:
        assert isinstance(notifier, Polling)
    assert capsys.readouterr().err == ""
