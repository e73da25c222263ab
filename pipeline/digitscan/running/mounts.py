"""On which file system a path lies, and whether that is reached over a network or FUSE."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

TABLE = Path("/proc/self/mountinfo")
REMOTE = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "lustre", "gfs2"}
    | {"ocfs2", "glusterfs", "beegfs", "gpfs", "orangefs", "pvfs2", "davfs", "coda", "virtiofs"}
    | {"vboxsf", "prl_fs", "vmhgfs", "drvfs", "fakeowner", "fuse"}
)
"""Types whose changes other machines make unseen, or whose locks cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a file system is mounted, its type, and whether it is a network's or FUSE."""

    point: Path
    kind: str
    remote: bool


def mount_of(path: Path, table: str | None = None) -> Mount:
    """Return the mount that a path lies on; the path, or the end of it, need not exist.

    `table` stands for what Linux lists in mountinfo; without it, elsewhere, the type is unknown.
    """
    place = Path(os.path.realpath(path))  # unlike resolve(), never fails on links in a circle
    found = Mount(Path("/"), "unknown", False)
    if table is None:
        try:
            with contextlib.suppress(OSError):  # what is mounted on demand is not listed before
                os.scandir(place).close()
            table = TABLE.read_text("utf-8", "surrogateescape")
        except OSError:
            return found
    for line in table.splitlines():
        fields, _, rest = line.partition(" - ")
        kind, point = rest.split(" ")[0], Path(_unescaped(fields.split(" ")[4]))
        # Of two mounts on one point the later hides the earlier.
        if place.is_relative_to(point) and len(point.parts) >= len(found.point.parts):
            # fuseblk is a disk of this machine, such as one of NTFS.
            found = Mount(point, kind, kind in REMOTE or kind.startswith("fuse."))
    return found


def _unescaped(text: str) -> str:
    """Undo what mountinfo does to blanks, tabs, line ends and backslashes."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
