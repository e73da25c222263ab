"""digitscan.running.cores: affinity and cgroup limits bound the workers."""

from pathlib import Path

import pytest

from digitscan.running.cores import usable_cores


@pytest.fixture(autouse=True)
def eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)), raising=False)


def system(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_without_limits_the_cores_of_the_affinity_count(tmp_path: Path) -> None:
    assert usable_cores(tmp_path) == 8


@pytest.mark.parametrize(
    ("limit", "cores"),
    [("max 100000", 8), ("200000 100000", 2), ("150000 100000", 2), ("10000 100000", 1)],
)
def test_a_limit_of_cgroup_2_counts(tmp_path: Path, limit: str, cores: int) -> None:
    files = {"proc/self/cgroup": "0::/box\n", "sys/fs/cgroup/box/cpu.max": limit}
    assert usable_cores(system(tmp_path, files)) == cores


def test_the_smallest_limit_of_the_groups_above_counts(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "0::/box/inner\n",
        "sys/fs/cgroup/box/cpu.max": "300000 100000",
        "sys/fs/cgroup/box/inner/cpu.max": "max 100000",
    }
    assert usable_cores(system(tmp_path, files)) == 3


def test_a_limit_of_cgroup_1_counts(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "2:cpu,cpuacct:/box\n0::/\n",
        "sys/fs/cgroup/cpu/box/cpu.cfs_quota_us": "400000",
        "sys/fs/cgroup/cpu/box/cpu.cfs_period_us": "100000",
    }
    assert usable_cores(system(tmp_path, files)) == 4


def test_no_quota_of_cgroup_1_is_no_limit(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "2:cpu:/\n",
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
        "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    }
    assert usable_cores(system(tmp_path, files)) == 8
