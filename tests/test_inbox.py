"""digitscan.running.inbox: which files count, and when one is whole."""

import os
from pathlib import Path

import pytest

from digitscan.running.inbox import EMPTY_PATIENCE, Settling, ignored, stamp_of, walk
from digitscan.running.states import Stamp


@pytest.mark.parametrize(
    "path",
    [
        *(".hidden.png", "a/.git/x.png", "~$scan.pdf", "scan.png~", "a.part", "A.TMP", "x.partial"),
        *("Thumbs.db", "sub/@eaDir/a.png", "desktop.ini", "#recycle/a.png", "b.crdownload"),
    ],
)
def test_names_that_are_not_for_us(path: str) -> None:
    assert ignored(path)


@pytest.mark.parametrize("path", ["scan", "a b/ü.PNG", "part.png", "tmp/a.tif", "a~b.png"])
def test_names_that_are(path: str) -> None:
    assert not ignored(path)


def test_a_walk_finds_regular_files_at_any_depth(tmp_path: Path) -> None:
    for name in ("a.png", "b/c/d.png", ".x/y.png", "b/@eaDir/z.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "link.png").symlink_to(tmp_path / "a.png")
    (tmp_path / "b/circle").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.png")
    assert sorted(walk(tmp_path, lambda *_: None)) == ["a.png", "b/c/d.png"]
    assert stamp_of(tmp_path / "pipe.png") is None
    assert stamp_of(tmp_path / "link.png") is None


def test_a_walk_goes_on_past_what_goes_away(tmp_path: Path) -> None:
    for name in ("a/1.png", "b/2.png", "c/3.png"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    found = walk(tmp_path, lambda *_: None)
    first = next(found)
    for name in ("a/1.png", "b/2.png", "c/3.png"):
        if name != first:
            (tmp_path / name).unlink()
            (tmp_path / name).parent.rmdir()
    assert list(found) == []


def test_a_walk_of_an_inbox_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(walk(tmp_path / "gone", lambda *_: None))


def test_a_file_is_due_when_it_has_settled() -> None:
    settling = Settling(2, 10)
    settling.offer("a", Stamp(1, 1), 100)
    settling.offer("a", Stamp(1, 1), 101)  # waits already
    assert settling.due(101.9) is None
    assert settling.until(101) == 1
    assert settling.oldest(101) == 1
    assert settling.due(102) == ("a", Stamp(1, 1))
    assert len(settling) == 0
    assert settling.until(102) is None


def test_an_empty_file_is_given_longer() -> None:
    settling = Settling(2, 10)
    settling.offer("a", Stamp(0, 1), 0)
    assert settling.until(0) == 2 * EMPTY_PATIENCE


def test_a_file_that_changes_begins_anew() -> None:
    settling = Settling(2, 1)
    settling.offer("a", Stamp(0, 1), 0)
    settling.offer("a", Stamp(5, 2), 1)  # no longer empty
    assert settling.due(2.9) is None
    assert settling.oldest(2.9) == 2.9
    assert settling.due(3) == ("a", Stamp(5, 2))
    settling.offer("a", Stamp(6, 3), 4)
    assert settling.until(25) == 0
    assert settling.due(25) == ("a", Stamp(6, 3))
    assert settling.until(25) is None


def test_a_full_house_refuses() -> None:
    settling = Settling(2, 2)
    for name in "abc":
        settling.offer(name, Stamp(1, 1), 0)
    assert settling.full
    assert "c" not in settling
