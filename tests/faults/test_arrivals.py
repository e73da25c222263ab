"""Files as scanners, shares and people bring them: each is read once, and whole."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from faults.harness import LONG, Site

OPTIONS = ("settle=0.7", "rescan=5", "workers=2")
ROW = 2
"""Rows that the fake worker reads on a page."""


def bytewise(path: Path) -> None:
    """Write a file a byte at a time."""
    with path.open("wb", buffering=0) as file:
        for byte in b"12" + b" " * 10:
            file.write(bytes([byte]))
            time.sleep(0.06)


def in_pieces(path: Path) -> None:
    """Write a file in pieces, opened anew for each, as over a share."""
    path.write_bytes(b"")
    for piece in (b"1", b"2", b"     ", b"  "):
        time.sleep(0.2)
        with path.open("ab") as file:
            file.write(piece)


def renamed(path: Path) -> None:
    """Write a file under a name that says it is not whole."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(b"1")
    time.sleep(0.6)
    part.write_bytes(b"12 ")
    part.rename(path)


def test_slow_writers_new_folders_and_early_deletion(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with site.running(*OPTIONS):
        site.wait(lambda: "watching" in site.said)
        writers: list[tuple[Callable[[Path], None], str]] = [
            (bytewise, "bytewise.png"),
            (in_pieces, "pieces.png"),
            (renamed, "renamed.png"),
        ]
        threads = [
            threading.Thread(target=write, args=(site.inbox / name,)) for write, name in writers
        ]
        for thread in threads:
            thread.start()
        site.drop("new/folder/deep/a.png", "early.png")
        (site.inbox / "early.png").unlink()
        for thread in threads:
            thread.join()
        wanted = ["bytewise.png", "new/folder/deep/a.png", "pieces.png", "renamed.png"]
        site.wait(lambda: site.files("done") == wanted)
    for name in ("bytewise.png", "pieces.png", "renamed.png"):
        rows = (site.out / f"results/{name}.csv").read_text().splitlines()[1:]
        assert len(rows) == 12 * ROW, name
    assert site.files("failed") == []
    assert site.files("duplicates") == []


def test_the_same_file_twice_and_clocks_that_jump(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.drop("a.png", "past.png", "future.png")
    (site.inbox / "again.png").write_bytes((site.inbox / "a.png").read_bytes())
    os.utime(site.inbox / "past.png", (0, 0))
    os.utime(site.inbox / "future.png", (4e9, 4e9))
    with site.running(*OPTIONS):
        site.wait(lambda: len(site.files("done")) == 3 and len(site.files("duplicates")) == 1)
        late = site.inbox / "late.png"
        late.write_bytes((site.out / "done/past.png").read_bytes())
        site.wait(lambda: "late.png" in site.files("duplicates"))
    assert len(site.files("results")) == 3


def test_a_thousand_files_at_once(tmp_path: Path) -> None:
    number = 1000 if LONG else 100
    site = Site(tmp_path)
    with site.running("settle=0.2", "workers=2"):
        site.wait(lambda: "watching" in site.said)
        site.drop(*(f"{index % 10}/{index}.png" for index in range(number)))
        site.wait(lambda: len(site.files("done")) == number)
    assert len(site.content()["numbers.csv"].splitlines()) == number + 1
    assert len(site.files("annotated")) == number


def test_links_pipes_and_rubbish_are_left_alone(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.drop("a.png", "Thumbs.db", "x.tmp", "~$a.png", "@eaDir/b.png")
    (site.inbox / "link.png").symlink_to(site.inbox / "a.png")
    (site.inbox / "circle").symlink_to(site.inbox)
    os.mkfifo(site.inbox / "pipe.png")
    assert site.once("settle=0.1") == 0
    assert site.files("done") == ["a.png"]
    assert site.files("failed") + site.files("duplicates") == []
