"""What happens on servers: full disks, closed folders, bad files, ledgers in use or damaged."""

import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from digitscan.running.ledger_rows import SCHEMA_1
from faults.harness import PATIENCE, Site

OPTIONS = ("settle=0.1", "workers=2", "time_limit=4", "busy=0.3", "rescan=5")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(folder)]
    made = subprocess.run(command, capture_output=True, check=False, text=True)
    if made.returncode:
        pytest.skip(f"no file system of its own for a full disk: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(path: Path) -> None:
    """Take all that is left of a disk."""
    with path.open("wb", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)


def test_a_full_disk_is_waited_for(tmp_path: Path, small_disk: Path) -> None:
    site = Site(tmp_path / "site", out=small_disk / "out")
    with site.running(*OPTIONS):
        site.drop("first.png")
        site.wait(lambda: site.files("done") == ["first.png"])
        fill(small_disk / "filler")
        site.drop("a.png", "slow.png")
        site.wait(lambda: "trying again in" in site.said)
        assert site.files("done") == ["first.png"]
        (small_disk / "filler").unlink()
        site.wait(lambda: site.files("done") == ["a.png", "first.png", "slow.png"])
    assert site.files("failed") == []
    assert not (site.out / ".work").exists()


def test_a_full_disk_is_refused_at_the_start(tmp_path: Path, small_disk: Path) -> None:
    site = Site(tmp_path / "site", out=small_disk / "out")
    fill(small_disk / "filler")
    assert site.once(*OPTIONS) == 7
    assert "make room" in site.said


def test_a_disk_that_may_not_be_written_is_refused(tmp_path: Path, small_disk: Path) -> None:
    site = Site(tmp_path / "site", out=small_disk / "out")
    site.out.mkdir()
    site.drop("a.png")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert site.once(*OPTIONS) == 7
    assert "may not be written to" in site.said
    assert (site.inbox / "a.png").exists()


def test_bad_files_cost_themselves_only(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with site.running(*OPTIONS) as service:
        site.drop("a.png", "hang.png", "crash1.png", "broken.png", "unlucky.png", "z.png")
        site.wait(lambda: len(site.files("failed")) == 6)
        site.drop("after.png")
        site.wait(lambda: len(site.files("done")) == 4)
        assert service.poll() is None
    reasons = {
        name: (site.out / f"failed/{name}.png.error.txt").read_text().split(":")[0]
        for name in ("hang", "crash1", "broken")
    }
    assert reasons == {"hang": "time-limit", "crash1": "crash", "broken": "truncated"}


def test_a_ledger_in_use_is_waited_for(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with site.running(*OPTIONS):
        site.drop("first.png")
        site.wait(lambda: site.files("done") == ["first.png"])
        other = sqlite3.connect(site.out / "digitscan.db", isolation_level=None)
        with closing(other):
            other.execute("BEGIN IMMEDIATE")
            site.drop("a.png")
            site.wait(lambda: "trying again in" in site.said)
            other.execute("ROLLBACK")
        site.wait(lambda: site.files("done") == ["a.png", "first.png"])


def test_an_older_ledger_is_brought_up_to_date_and_a_damaged_one_left_alone(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.out.mkdir()
    path = site.out / "digitscan.db"
    with closing(sqlite3.connect(path)) as old:
        for statement in SCHEMA_1:
            old.execute(statement)
        old.execute(f"PRAGMA application_id = {0x64736361}")
        old.execute("PRAGMA user_version = 1")
        old.execute(
            "INSERT INTO documents (path, name, size, mtime_ns, sha256, state, placed) "
            "VALUES (CAST('a.png' AS BLOB), 'a.png', 1, 1, 'x', 'reading', 1)"
        )
        old.commit()
    site.drop("a.png")
    assert site.once(*OPTIONS) == 0
    assert site.files("results") == ["a.png.csv"]

    whole = path.read_bytes()
    damaged = whole[:4096] + b"\xff" * 4096 + whole[8192:]
    path.write_bytes(damaged)
    site.drop("b.png")
    assert site.once(*OPTIONS) == 7
    assert "the ledger is damaged" in site.said
    assert path.read_bytes() == damaged
    path.write_bytes(b"not a ledger at all" * 1000)
    assert site.once(*OPTIONS) == 7
    assert path.read_bytes() == b"not a ledger at all" * 1000
    assert (site.inbox / "b.png").exists()


def test_two_watchers_of_one_inbox(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with site.running(*OPTIONS):
        site.wait(lambda: "watching" in site.said)
        assert site.once(*OPTIONS) == 7
        elsewhere = Site(tmp_path / "other")
        elsewhere.inbox = site.inbox
        assert elsewhere.once(*OPTIONS) == 7
        assert "in use by another digitscan" in elsewhere.said


def test_a_reload_takes_new_settings_and_a_stop_puts_back_what_hangs(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with site.running("settle=0.1", "workers=1", "grace=0.5", "time_limit=60") as service:
        site.wait(lambda: "watching" in site.said)
        service.send_signal(signal.SIGHUP)
        site.wait(lambda: "settings loaded anew" in site.said)
        site.drop("a.png")
        site.wait(lambda: site.files("done") == ["a.png"])
        site.drop("hang.png")
        site.wait(lambda: in_hand(site) == 1)
        service.send_signal(signal.SIGTERM)
        assert service.wait(PATIENCE) == 0
    assert (site.inbox / "hang.png").exists()
    assert in_hand(site) == 0


def in_hand(site: Site) -> int:
    query = "SELECT count(*) FROM documents WHERE state = 'reading'"
    with closing(sqlite3.connect(site.out / "digitscan.db")) as ledger:
        return int(ledger.execute(query).fetchone()[0])
