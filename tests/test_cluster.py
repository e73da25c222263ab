"""digitscan.running.cluster with a real scheduler and real workers, which may be killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from digitscan.errors import ExitCode
from digitscan.running.backend import open_backend
from digitscan.running.run import run
from digitscan.settings import OutputSettings, RunSettings, Settings
from faults.harness import field
from machines import Machines

SAMPLES = Path(__file__).parent.parent / "samples"


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    found = Machines(tmp_path_factory.mktemp("cluster"), 2)
    yield found
    found.close()


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw fields, a document of many pages, and files that cannot be read."""
    folder = tmp_path_factory.mktemp("scans")
    for index in range(40):
        (folder / f"{index:02d}.png").write_bytes(field(index))
    with Image.open(SAMPLES / "meter-card.tif") as card:
        page = card.convert("1")
    page.save(folder / "long.tif", save_all=True, append_images=[page] * 8, compression="group4")
    (folder / "broken.png").write_bytes(field(1)[:200])
    (folder / "empty.png").touch()
    (folder / "gone.png").symlink_to("nowhere")
    return folder


def settings(out: Path, scheduler: str | None) -> Settings:
    output = OutputSettings(out / "r.csv", out / "n.csv", annotated=out / "drawn")
    return Settings(output=output, running=RunSettings(workers=2, scheduler=scheduler))


def written(scans: Path, out: Path, scheduler: str | None = None) -> dict[str, bytes]:
    """Read all scans; returns the bytes of all that is written."""
    wanted = settings(out, scheduler)
    out.mkdir()
    with open_backend(wanted) as backend:
        assert run([scans], wanted, backend) is ExitCode.SOME_UNREADABLE
    files = [path for path in out.rglob("*") if path.is_file()]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def local(scans: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Give what a run on one machine writes."""
    found = written(scans, tmp_path_factory.mktemp("local") / "out")
    assert len(found) == 3 + 40 + 9
    return found


def test_a_cluster_writes_the_bytes_of_one_machine(
    machines: Machines, scans: Path, local: dict[str, bytes], tmp_path: Path
) -> None:
    assert written(scans, tmp_path / "out", machines.address) == local
