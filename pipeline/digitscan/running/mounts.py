"""On which file system a path lies, and whether that is reached over a network or FUSE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

TABLE = Path("/proc/self/mountinfo")
REMOTE = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "lustre"}
    | {"gfs2", "ocfs2", "glusterfs", "beegfs", "gpfs", "orangefs", "pvfs2", "davfs", "virtiofs"}
    | {"vboxsf", "prl_fs", "vmhgfs", "drvfs", "coda", "webdav", "afpfs", "macfuse", "osxfuse"}
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
    if table is None:
        try:
            table = TABLE.read_text("utf-8", "surrogateescape")
        except OSError:
            return Mount(Path("/"), "unknown", False)
    place = path.resolve()
    found = Mount(Path("/"), "unknown", False)
    for line in table.splitlines():
        fields, _, rest = line.partition(" - ")
        kind, point = rest.split(" ")[0], Path(_unescaped(fields.split(" ")[4]))
        # Of two mounts on one point the later hides the earlier.
        if place.is_relative_to(point) and len(point.parts) >= len(found.point.parts):
            found = Mount(point, kind, kind in REMOTE or kind == "fuse" or kind.startswith("fuse."))
    return found


def _unescaped(text: str) -> str:
    """Undo what mountinfo does to blanks, tabs, line ends and backslashes."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
