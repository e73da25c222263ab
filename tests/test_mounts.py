"""digitscan.running.mounts: which file system a path lies on."""

import os
from pathlib import Path

import pytest

from digitscan.running.mounts import Mount, mount_of

TABLE = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/scans rw,relatime shared:9 master:2 - cifs //nas/scans rw,vers=3.1.1
31 22 0:41 / /mnt/two\040words rw - fuse.sshfs me@host: rw
32 22 8:2 / /mnt/stick rw - fuseblk /dev/sdb1 rw
33 30 0:42 / /mnt/scans/local rw - xfs /dev/sdc1 rw
34 22 0:43 / /mnt/late rw - autofs systemd-1 rw
35 34 0:44 / /mnt/late rw - nfs4 nas:/late rw
"""


@pytest.mark.parametrize(
    ("path", "kind", "remote"),
    [
        ("/srv/inbox", "ext4", False),
        ("/", "ext4", False),
        ("/mnt/scans", "cifs", True),
        ("/mnt/scans/2026/not/there", "cifs", True),
        ("/mnt/scans/local/a", "xfs", False),
        ("/mnt/scansoffice", "ext4", False),  # a name that only begins alike
        ("/mnt/two words/inbox", "fuse.sshfs", True),
        ("/mnt/stick/inbox", "fuseblk", False),
        ("/mnt/late/inbox", "nfs4", True),  # mounted over the place where it was waited for
    ],
)
def test_nearest_mount_counts(path: str, kind: str, remote: bool) -> None:
    found = mount_of(Path(path), TABLE)
    assert (found.kind, found.remote) == (kind, remote)


def test_links_are_followed_even_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "inbox").symlink_to("/mnt/scans/inbox")
    assert mount_of(tmp_path / "inbox", TABLE).kind == "cifs"
    (tmp_path / "circle").symlink_to("circle")
    assert mount_of(tmp_path / "circle", TABLE).kind == "ext4"


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="only Linux lists mounts")
def test_own_mounts_are_found(tmp_path: Path) -> None:
    found = mount_of(tmp_path / "not" / "there")
    assert found.kind != "unknown"
    assert os.path.ismount(found.point)  # Path.is_mount does not know bind mounts


def test_without_a_table_nothing_is_remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitscan.running.mounts.TABLE", tmp_path / "none")
    assert mount_of(tmp_path) == Mount(Path("/"), "unknown", False)
