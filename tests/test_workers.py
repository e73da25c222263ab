"""Real worker processes, with the networks: bytes, threads, and who reads what."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from digitscan.errors import ExitCode
from digitscan.running.batch import read_files
from digitscan.running.pool import Pool
from digitscan.running.run import run
from digitscan.settings import OutputSettings, RunSettings, Settings

SAMPLES = Path(__file__).parent.parent / "samples"
SOME = [SAMPLES / name for name in ("bank-slip.jpg", "meter-card.tif", "notes.jpg", "survey.png")]


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    """Give some samples, and one again and again as the pages of a long file."""
    long = tmp_path / "long.tif"
    with Image.open(SAMPLES / "meter-card.tif") as card:
        page = card.convert("1")
    page.save(long, save_all=True, append_images=[page] * 9, compression="group4")
    return [long, *SOME]


def written(inputs: list[Path], folder: Path, workers: int) -> dict[str, bytes]:
    """Read files with so many workers; returns the bytes of all that is written."""
    folder.mkdir()
    output = OutputSettings(folder / "r.csv", folder / "n.csv", annotated=folder / "drawn")
    settings = Settings(output=output, running=RunSettings(workers=workers))
    with Pool(settings) as pool:
        assert run(inputs, settings, pool) is ExitCode.OK
        assert len(pool.workers) == workers
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_tables_and_pictures_are_the_same_bytes_for_any_number(
    inputs: list[Path], tmp_path: Path
) -> None:
    one, three = (written(inputs, tmp_path / f"by{count}", count) for count in (1, 3))
    assert len(one) == 2 + 10 + len(SOME)
    assert one == three


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_a_worker_computes_on_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "4")  # what others ask for does not count
    settings = replace(Settings(), output=OutputSettings(annotated=tmp_path / "drawn"))
    with Pool(settings, 1) as pool:
        list(read_files([(SAMPLES / "survey.png", "survey.png")], pool, settings))
        tasks = list(Path(f"/proc/{pool.workers[0].pid}/task").iterdir())
        assert len(tasks) == 2  # the other one listens to the parent
