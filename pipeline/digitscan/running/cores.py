"""How many cores this process may use: affinity and cgroup limits counted."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path


def usable_cores(root: Path = Path("/")) -> int:
    """Return the number of cores that are worth a worker each, at least 1.

    `root` stands for the root of the file system, where Linux tells cgroup limits.
    """
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min([cores, *(math.ceil(quota) for quota in _quotas(root))]))


def _quotas(root: Path) -> Iterator[float]:
    """Give the CPU limits of this process's cgroups (version 2, then 1), in cores."""
    try:
        groups = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in groups:
        number, controllers, path = line.split(":", 2)
        inside = Path(path.lstrip("/"))
        if number == "0":
            for folder in (inside, *inside.parents):
                quota, _, period = _read(root / "sys/fs/cgroup" / folder / "cpu.max").partition(" ")
                yield from _share(quota, period)
        elif "cpu" in controllers.split(","):
            for folder in (inside, *inside.parents):
                base = root / "sys/fs/cgroup/cpu" / folder
                yield from _share(
                    _read(base / "cpu.cfs_quota_us"), _read(base / "cpu.cfs_period_us")
                )


def _share(quota: str, period: str) -> Iterator[float]:
    if quota.isdigit() and period.isdigit() and int(period) > 0:
        yield int(quota) / int(period)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
