"""SIGKILL at random moments, then a start: as if nothing had been."""

import random
import signal
import time
from pathlib import Path

from faults.harness import LONG, Site

OPTIONS = ("settle=0.05", "workers=2", "time_limit=20")


def names(number: int) -> list[str]:
    """Name documents: some slow, some broken, in folders of their own."""
    kinds = ("", "slow", "", "broken", "slow")
    return [f"day {i % 7}/{i:03d}{kinds[i % len(kinds)]}.png" for i in range(number)]


def killed(site: Site, documents: list[str], kills: int, chance: random.Random) -> None:
    """Let documents arrive and the service be killed again and again."""
    for turn in range(kills):
        site.drop(*documents[turn::kills])
        service = site.start(*OPTIONS)
        time.sleep(chance.uniform(0.1, 1.2))
        service.send_signal(signal.SIGKILL)
        service.wait()


def test_killed_at_any_moment_it_ends_as_if_undisturbed(tmp_path: Path) -> None:
    documents, kills = (names(300), 100) if LONG else (names(40), 5)
    disturbed, calm = Site(tmp_path / "disturbed"), Site(tmp_path / "calm")
    for turn in range(kills):
        calm.drop(*documents[turn::kills])
    assert calm.once(*OPTIONS) == 3
    killed(disturbed, documents, kills, random.Random(7))
    disturbed.once(*OPTIONS)

    found, wanted = disturbed.content(), calm.content()
    assert sorted(found) == sorted(wanted)
    assert found == wanted
    exported = found["export.csv"].decode().splitlines()[1:]
    whole = [name for name in documents if "broken" not in name]
    assert sorted(row.split(",")[0] for row in exported) == sorted(whole * 2)  # two digits each
    assert not (disturbed.out / ".work").exists()
    assert list(disturbed.root.rglob("*.tmp")) == []
    assert [path for path in disturbed.inbox.rglob("*") if path.is_file()] == []
