"""digitscan.running.watch: a loop over an inbox, with a clock, workers and events of the test."""

import errno
import os
from itertools import cycle
from pathlib import Path

import pytest

from digitscan.running.changes import Changes
from digitscan.running.moving import Beat, digest
from digitscan.running.shelf import Shelf
from digitscan.running.states import GUILTY, Document, State
from digitscan.running.watch import Ending
from fake_watch import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_what_is_there_is_read_and_put_in_its_place(world: World) -> None:
    world.drop("a.png", "day 1/b.png", "broken.png")
    assert world.watch() is Ending.EMPTY
    assert world.files() == [
        "done/a.png",
        "done/day 1/b.png",
        "failed/broken.png",
        "failed/broken.png.error.txt",
        "results/a.png.csv",
        "results/day 1/b.png.csv",
    ]
    assert world.files("inbox") == []
    assert sorted(world.heard.states) == ["done", "done", "failed"]
    reason = (world.out / "failed/broken.png.error.txt").read_text()
    assert reason == "truncated: it ends too early; copy it again\n"


def test_results_are_those_of_a_run(world: World) -> None:
    world.drop("a.tif", pages=3)
    world.watch()
    rows = (world.out / "results/a.tif.csv").read_text().splitlines()[1:]
    assert [row.split(",")[:5] for row in rows] == [
        ["a.tif", str(page), "1", str(place), str(digit)]
        for page in (1, 2, 3)
        for place, digit in [(1, 0), (2, page)]
    ]


def test_what_arrives_is_read_when_it_has_settled(world: World) -> None:
    done: list[float] = []

    def arrive() -> None:
        world.drop("a.png")
        world.tell("a.png")

    world.clock.at(10, arrive)
    for tenth in range(100, 200):
        world.clock.at(
            tenth / 10, lambda: done.append(world.clock.now) if world.files("done") else None
        )
    start = world.clock.now
    world.watch(20)
    assert 12 <= done[0] - start <= 12.5


def test_a_file_that_grows_is_left_alone(world: World) -> None:
    path = world.inbox / "slow.png"
    path.write_text("1")

    def grow() -> None:
        assert path.exists()
        with path.open("a") as file:
            file.write("\n")

    for second in range(1, 30):
        world.clock.at(second, grow)
    world.watch(40)
    assert world.files("done") == ["slow.png"]
    assert (world.out / "done/slow.png").stat().st_size == 30


def test_a_file_that_was_empty_when_it_was_seen_waits_no_longer(world: World) -> None:
    path = world.inbox / "a.png"

    def fill() -> None:
        path.write_text("1")
        world.tell("a.png")

    path.touch()
    world.clock.at(1, fill)
    world.watch(4)
    assert world.files("done") == ["a.png"]


def test_once_leaves_what_still_grows(world: World) -> None:
    path = world.inbox / "slow.png"
    path.write_text("1")
    world.clock.at(1, lambda: os.truncate(path, 2))
    assert world.watch() is Ending.EMPTY
    assert world.files("inbox") == ["slow.png"]


def test_a_file_taken_away_before_it_is_ready_leaves_no_trace(world: World) -> None:
    world.drop("a.png")
    world.clock.at(1, (world.inbox / "a.png").unlink)
    world.watch(10)
    assert world.files() == []
    with world.ledger() as ledger:
        assert ledger.by_path("a.png") == []


def test_a_file_taken_away_while_it_is_read_is_gone_and_welcome_again(world: World) -> None:
    world.drop("a.png")
    content = (world.inbox / "a.png").read_bytes()

    def count(path: Path, _: object) -> int:
        path.unlink()
        return 1

    world.clock.at(0.5, lambda: setattr(world.pool, "count", count))
    world.watch(10)
    with world.ledger() as ledger:
        (document,) = ledger.by_path("a.png")
    assert document.state is State.GONE
    (world.inbox / "a.png").write_bytes(content)
    world.watch()
    assert world.files("done") == ["a.png"]


def test_a_file_replaced_while_it_is_read_is_read_anew(world: World) -> None:
    world.drop("a.tif")

    def count(path: Path, _: object) -> int:
        if path.read_text().startswith("1"):
            path.write_text("3\n\n\n\n\n")
        return int(path.read_text())

    world.clock.at(0.5, lambda: setattr(world.pool, "count", count))
    world.watch(10)
    rows = (world.out / "results/a.tif.csv").read_text().splitlines()[1:]
    assert len(rows) == 6
    assert world.files("results") == ["a.tif.csv"]


def test_the_same_content_is_read_once(world: World) -> None:
    (world.inbox / "a.png").write_text("1")
    world.watch()
    (world.inbox / "b.png").write_text("1")
    world.watch()
    assert world.files("duplicates") == ["b.png"]
    assert world.files("results") == ["a.png.csv"]
    assert world.heard.states == ["done", "duplicate"]


def test_two_of_the_same_content_at_once_are_read_once(world: World) -> None:
    for name in ("a.png", "b.png", "c.png"):
        (world.inbox / name).write_text("1")
    world.watch()
    assert len(world.files("duplicates")) == 2
    assert sorted(world.heard.states) == ["done", "duplicate", "duplicate"]


def test_another_document_of_the_same_name_keeps_its_own(world: World) -> None:
    for pages in (1, 2):
        (world.inbox / "scan.png").write_text(str(pages))
        world.watch()
    assert world.files("done") == ["scan-2.png", "scan.png"]
    assert world.files("results") == ["scan-2.png.csv", "scan.png.csv"]
    assert (world.out / "done/scan-2.png").read_text() == "2"


def test_originals_stay_where_they_are_kept_and_are_read_once(world: World) -> None:
    world.drop("a.png", "broken.png")
    world.watch(700, keep=True)  # with two rescans
    assert world.files("inbox") == ["a.png", "broken.png"]
    assert sorted(world.heard.states) == ["done", "failed"]
    os.utime(world.inbox / "a.png")
    world.watch()
    assert sorted(world.heard.states) == ["done", "failed"]
    world.watch(keep=False)
    assert world.files("inbox") == []
    assert world.files("done") == ["a.png"]
    assert world.files("failed") == ["broken.png", "broken.png.error.txt"]


def test_a_file_that_kills_its_worker_is_tried_twice(world: World) -> None:
    world.drop("a.png", "crash1.png", "z.png")
    world.watch()
    assert world.files("done") == ["a.png", "z.png"]
    assert world.files("failed") == ["crash1.png", "crash1.png.error.txt"]
    with world.ledger() as ledger:
        (document,) = ledger.failed()
    assert (document.error, document.attempts) == ("crash", 2)


def test_a_file_that_hangs_is_ended(world: World) -> None:
    world.drop("a.png", "hang.png")
    world.watch()
    assert world.files("done") == ["a.png"]
    assert (world.out / "failed/hang.png.error.txt").read_text().startswith("time-limit: ")


@pytest.mark.parametrize("error", [errno.EACCES, errno.EIO])
def test_a_file_that_cannot_be_opened_is_tried_again_and_again(world: World, error: int) -> None:
    world.drop("a.png", "locked.png")

    def refuse(path: Path, beat: Beat) -> str:
        if path.name == "locked.png":
            raise OSError(error, "no", str(path))
        return digest(path, beat)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digitscan.running.watch.digest", refuse)
        world.watch(20)
    assert world.files("inbox") == ["locked.png"]
    assert 3 <= len(world.heard.errors) <= 5  # after 2, 3, 5, 9 and 17 seconds
    world.watch()
    assert world.files("done") == ["a.png", "locked.png"]


def test_memory_that_is_short_is_waited_for(world: World) -> None:
    def count(*_: object) -> int:
        raise MemoryError

    world.drop("a.png")
    world.clock.at(0.5, lambda: setattr(world.pool, "count", count))
    world.watch(8)
    assert world.heard.errors == ["memory"] * 3
    assert world.files("inbox") == ["a.png"]
    world.watch()
    assert world.files("done") == ["a.png"]


def test_new_folders_are_looked_through(world: World) -> None:
    def arrive() -> None:
        world.drop("new/deep/a.png", "new/b.png")
        world.tell("new")

    world.clock.at(5, arrive)
    world.watch(20)
    assert world.files("done") == ["new/b.png", "new/deep/a.png"]


def test_an_inbox_may_be_a_link_and_what_is_behind_links_in_it_is_left_alone(world: World) -> None:
    place = world.inbox.rename(world.inbox.with_name("place"))
    world.inbox.symlink_to(place)
    (place / "linked").symlink_to(world.inbox.parent)

    def arrive() -> None:
        world.drop("a.png")
        world.tell("a.png", "linked/place/a.png")

    world.clock.at(5, arrive)
    world.watch(20)
    assert world.files() == ["done/a.png", "results/a.png.csv"]


def test_a_rescan_finds_what_no_event_told(world: World) -> None:
    world.clock.at(5, lambda: world.drop("a.png"))
    world.watch(250)
    assert world.files("done") == []
    world.clock.at(5, lambda: world.drop("b.png"))
    world.watch(310)
    assert world.files("done") == ["a.png", "b.png"]


def test_nothing_hangs_on_the_time_of_day(world: World) -> None:
    jumps = cycle([2e9, 0.0, 1e9, -5.0])
    world.wall = lambda: next(jumps)
    world.drop("past.png", "future.png", "crash1.png")
    os.utime(world.inbox / "past.png", (0, 0))
    os.utime(world.inbox / "future.png", (4e9, 4e9))
    start = world.clock.now
    world.watch()
    assert world.clock.now - start < 5
    assert world.files("done") == ["future.png", "past.png"]
    assert world.files("failed") == ["crash1.png", "crash1.png.error.txt"]


def test_events_that_were_lost_bring_a_rescan(world: World) -> None:
    def overflow() -> None:
        world.drop("a.png")
        world.notifier.next = Changes(overflow=True)

    world.clock.at(5, overflow)
    world.watch(20)
    assert world.files("done") == ["a.png"]


def test_no_more_is_in_hand_than_workers_can_do(world: World) -> None:
    world.drop(*(f"{index}.png" for index in range(60)))
    world.watch()
    assert len(world.files("done")) == 60
    assert max(in_hand for _, in_hand, _ in world.heard.queues) <= 4


def test_more_files_than_are_looked_at_at_once_are_all_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitscan.running.intake.CANDIDATES", 8)
    world.drop(*(f"{index % 3}/{index}.png" for index in range(60)), "locked.png")
    world.watch()
    assert len(world.files("done")) == 61
    assert max(waiting for waiting, _, _ in world.heard.queues) <= 8


def test_a_stop_lets_pages_in_hand_be_finished_and_puts_back_the_rest(world: World) -> None:
    world.drop("hang.png", "a.png")
    world.watch(5, grace=3)
    assert world.files("inbox") == ["hang.png"]
    with world.ledger() as ledger:
        (document,) = ledger.by_path("hang.png")
    assert document.state is State.WAITING
    assert document.interrupted == 0
    assert not (world.out / ".work").exists()


def test_a_stop_waits_for_no_second_try(world: World) -> None:
    world.drop("latecrash1.png")
    start = world.clock.now
    world.watch(3, grace=30)
    assert 5 <= world.clock.now - start < 7
    assert world.files("inbox") == ["latecrash1.png"]
    with world.ledger() as ledger:
        assert ledger.by_path("latecrash1.png")[0].state is State.WAITING


def test_a_reload_finishes_what_is_in_hand(world: World) -> None:
    world.drop("a.png")
    world.clock.at(2, world.reload.set)
    assert world.watch(100) is Ending.RELOAD
    assert world.files("done") + world.files("inbox") == ["a.png"]


def interrupt(world: World, name: str, times: int) -> None:
    """Let the service end amid reading a document."""
    with world.ledger() as ledger:
        for _ in range(times):
            (document,) = ledger.by_path(name)
            ledger.attempt(document.id)
            ledger.recover(keep=True)


def test_what_ended_the_service_often_is_given_up(world: World) -> None:
    world.drop("hang.png", "a.png")
    world.watch(4, grace=0)
    interrupt(world, "hang.png", GUILTY)
    world.watch()
    assert world.files("done") == ["a.png"]
    assert f"ended {GUILTY} times" in (world.out / "failed/hang.png.error.txt").read_text()


def test_a_suspect_is_read_alone(world: World) -> None:
    names = [f"{index}.png" for index in range(8)]
    world.drop("hang.png", *names)
    world.watch(2.1, grace=0)
    interrupt(world, "hang.png", 2)
    in_hand: list[int] = []
    send = type(world.pool.take()).send

    def note(worker: object, task: object) -> None:
        if any("hang" in span.name for span in task.spans):  # type: ignore[attr-defined]  # a Task
            in_hand.append(sum(other.task is not None for other in world.pool.workers))
        send(worker, task)  # type: ignore[arg-type]  # as they came

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(world.pool.take()), "send", note)
        world.watch()
    assert in_hand == [0]
    assert world.files("done") == sorted(names)


def test_what_cannot_leave_the_share_is_placed_later(world: World) -> None:
    world.drop("a.png", "b.png")
    with pytest.MonkeyPatch.context() as patch:
        fail_to_place(patch, "a.png", OSError(errno.EIO, "bad", str(world.inbox / "a.png")))
        world.watch(20)
    assert world.files("done") == ["b.png"]
    world.watch()
    assert world.files("done") == ["a.png", "b.png"]


def fail_to_place(patch: pytest.MonkeyPatch, name: str, error: OSError) -> None:
    place = Shelf.place

    def refuse(shelf: Shelf, document: Document, *rest: object) -> None:
        if document.name == name:
            raise error
        place(shelf, document, *rest)  # type: ignore[arg-type]  # as they came

    patch.setattr(Shelf, "place", refuse)


def test_what_cannot_be_placed_is_placed_later_and_read_once(world: World) -> None:
    world.drop("a.png", "b.png")
    with pytest.MonkeyPatch.context() as patch:
        fail_to_place(patch, "a.png", PermissionError(13, "permission denied", "done"))
        world.watch(20)
    assert world.files("done") == ["b.png"]
    assert world.heard.states == ["done"]
    assert len(world.heard.errors) >= 3
    world.watch()
    assert world.files("done") == ["a.png", "b.png"]
    with world.ledger() as ledger:
        assert ledger.by_path("a.png")[0].attempts == 1


def test_a_full_disk_ends_the_loop_nothing_is_lost_and_no_document_to_blame(world: World) -> None:
    world.drop("hang.png", "a.png", "b.png")
    with pytest.MonkeyPatch.context() as patch:
        fail_to_place(patch, "a.png", OSError(28, "no space left on device"))
        with pytest.raises(OSError, match="no space"):
            world.watch()
    with world.ledger() as ledger:
        assert ledger.by_path("a.png")[0].state is State.DONE
        (hanging,) = ledger.by_path("hang.png")
    assert (hanging.state, hanging.interrupted) == (State.WAITING, 0)
    (world.inbox / "hang.png").unlink()
    world.watch()
    assert world.files("done") == ["a.png", "b.png"]
    with world.ledger() as ledger:
        assert ledger.by_path("a.png")[0].attempts == 1
