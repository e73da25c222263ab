"""digitscan starts light: what is heavy is loaded where it is needed and nowhere else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    *("tensorflow", "keras", "pandas", "matplotlib", "sklearn", "pyarrow", "openpyxl", "rich"),
    *("dask", "distributed", "fsspec", "jinja2"),
)


def modules_after(code: str, folder: Path) -> set[str]:
    """Run code in a process of its own and tell what it imported."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules), file=open('modules', 'w'))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", script], cwd=folder, env=environment, check=True)
    return set((folder / "modules").read_text().split())


def test_importing_the_package_loads_nothing_else(tmp_path: Path) -> None:
    loaded = modules_after("import digitscan", tmp_path)
    assert {name for name in loaded if name.startswith("digitscan")} == {"digitscan"}
    assert loaded.isdisjoint({"numpy", "cv2", "PIL", "typer", *HEAVY})


@pytest.mark.parametrize("arguments", ["--help", "run --help"])
def test_help_needs_neither_pixels_nor_networks(tmp_path: Path, arguments: str) -> None:
    code = f"""
import sys
from digitscan.cli import app
sys.argv[1:] = {arguments.split()!r}
try:
    app()
except SystemExit as end:
    assert end.code == 0
"""
    loaded = modules_after(code, tmp_path)
    assert loaded.isdisjoint({"numpy", "cv2", "PIL", "tqdm", "ai_edge_litert", *HEAVY})


def test_a_run_loads_no_training_and_no_tables(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("1")
    fake = Path(__file__).with_name("fake_worker.py")
    code = f"""
import sys
from digitscan.running import pool
pool.COMMAND = (sys.executable, "-P", {str(fake)!r})
from digitscan.cli import app
sys.argv[1:] = ["run", "a.png"]
try:
    app()
except SystemExit as end:
    assert end.code == 0
"""
    loaded = modules_after(code, tmp_path)
    assert loaded.isdisjoint({"numpy", "cv2", "PIL", "tqdm", "ai_edge_litert", *HEAVY})
    assert (tmp_path / "results.csv").exists()


def test_a_worker_loads_no_training_and_no_tables(tmp_path: Path) -> None:
    code = "import digitscan.reading.read, digitscan.pages.load, digitscan.output.annotate"
    assert modules_after(code, tmp_path).isdisjoint({"typer", *HEAVY})


def test_the_first_worker_starts_before_anything_heavy_is_loaded(tmp_path: Path) -> None:
    loaded = modules_after("import digitscan.cli, digitscan.running.pool", tmp_path)
    assert loaded.isdisjoint({"numpy", "cv2", "PIL", *HEAVY})
