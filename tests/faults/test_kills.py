"""SIGKILL at random moments, then a start: as if nothing had been."""

import random
import signal
import time
from pathlib import Path

import pytest

from faults.harness import LONG, REAL, Site

OPTIONS = ("settle=0.05", "workers=2", "time_limit=20")


def names(number: int) -> list[str]:
    """Name documents: some slow, some broken, in folders of their own."""
    kinds = ("", "slow", "", "broken", "slow")
    return [f"day {i % 7}/{i:03d}{kinds[i % len(kinds)]}.png" for i in range(number)]


def killed(site: Site, documents: list[str], kills: int, longest: float) -> None:
    """Let documents arrive and the service be killed again and again, after so many seconds."""
    chance = random.Random(7)
    for turn in range(kills):
        site.drop(*documents[turn::kills])
        service = site.start(*OPTIONS)
        time.sleep(chance.uniform(0.1, longest))
        service.send_signal(signal.SIGKILL)
        service.wait()


def compare(disturbed: Site, calm: Site) -> dict[str, bytes]:
    """Hold all that a killed service left against that of another; returns it."""
    found, wanted = disturbed.content(), calm.content()
    assert sorted(found) == sorted(wanted)
    assert found == wanted
    assert not (disturbed.out / ".work").exists()
    assert list(disturbed.root.rglob("*.tmp")) == []
    assert [path for path in disturbed.inbox.rglob("*") if path.is_file()] == []
    return found


def test_killed_at_any_moment_it_ends_as_if_undisturbed(tmp_path: Path) -> None:
    documents, kills = (names(300), 100) if LONG else (names(30), 4)
    disturbed, calm = Site(tmp_path / "disturbed"), Site(tmp_path / "calm")
    for turn in range(kills):
        calm.drop(*documents[turn::kills])
    assert calm.once(*OPTIONS) == 3
    killed(disturbed, documents, kills, 1.2)
    disturbed.once(*OPTIONS)
    exported = compare(disturbed, calm)["export.csv"].decode().splitlines()[1:]
    whole = [name for name in documents if "broken" not in name]
    assert sorted(row.split(",")[0] for row in exported) == sorted(whole * 2)  # two digits each


@pytest.mark.skipif(not LONG, reason="the long form, with the networks: make faults")
def test_killed_while_it_really_reads(tmp_path: Path) -> None:
    documents, kills = [f"{index:03d}.png" for index in range(200)], 30
    disturbed = Site(tmp_path / "disturbed", command=REAL)
    calm = Site(tmp_path / "calm", command=REAL)
    for turn in range(kills):
        calm.drop(*documents[turn::kills])
    assert calm.once(*OPTIONS) == 0
    killed(disturbed, documents, kills, 3.0)
    assert disturbed.once(*OPTIONS) == 0
    exported = compare(disturbed, calm)["numbers.csv"].decode().splitlines()[1:]
    assert {row.split(",")[0] for row in exported} == set(documents)
