"""tests/benchmarks: the arithmetic of what `make bench` tells."""

import sys
from pathlib import Path

import pytest

from benchmarks.forms import FORMS, draw_files
from benchmarks.page_cost import Row, told
from benchmarks.processes import Cost, environment, mean, run
from benchmarks.report import Figures, bars, bars_table, pages_table, stages_table
from benchmarks.simulation import Costs, simulate
from benchmarks.workers import Scaling, linked


def cost(cpu: float, wall: float = 0.0, peak: float = 100.0, **stages: float) -> Cost:
    return Cost(cpu, wall, peak, stages)


def row(form: str, floor: float, seconds: float, engine: float) -> Row:
    """Make a row of a form whose stages take `seconds`; 0.02 s more are outside them."""
    ours = cost(seconds + 0.02, find=seconds / 4, strips=3 * seconds / 4)
    return Row(form, "PNG", 5, floor, ours, ours, {"Tesseract": cost(engine)})


@pytest.fixture
def figures() -> Figures:
    rows = (row("sparse", 0.05, 0.18, 1.0), row("dense", 0.05, 0.48, 1.0), row("comb", 0.1, 0.3, 2))
    scaled = Scaling((cost(9, 10),), (cost(9.9, 5),), (0.5,), (0.6,), same_table=True)
    return Figures(rows, {"--help": cost(0.1, 0.2)}, {"A4, 300 dpi": 390.0}, {"60 files": scaled})


def test_a_command_is_measured_with_what_it_waited_for() -> None:
    inner = "import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True)"
    found, said = run([sys.executable, "-c", outer + "; print('done', file=sys.stderr)"])
    assert 0.2 < found.cpu < 2
    assert found.wall > 0.2
    assert found.peak > 5  # no upper bound: a large parent counts at the fork
    assert said == "done\n"


def test_code_stays_compiled_from_start_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in environment()


def test_a_command_that_fails_is_named() -> None:
    with pytest.raises(RuntimeError, match="no-such-command"):
        run([sys.executable, "-m", "digitscan", "no-such-command"])


def test_stages_are_taken_from_the_profile() -> None:
    line = '{"level": "notice", "message": "...", "stage": "find", "seconds": 0.5}'
    script = f"import sys; print('digitscan starts', {line!r}, sep=chr(10), file=sys.stderr)"
    assert told([sys.executable, "-c", script]).stages == {"find": 0.5}


def test_a_page_costs_what_further_pages_add() -> None:
    start, all_ = cost(1.0, 2.0, find=0.4), cost(3.0, 6.0, find=1.4, strips=2.0)
    found = all_.per_page(start, 4)
    assert (found.cpu, found.wall) == (0.5, 1.0)
    assert found.stages == {"find": pytest.approx(0.25), "strips": 0.5}
    assert mean([found, cost(0.1, peak=300)]).peak == 300


def test_figures_are_held_against_their_bars(figures: Figures) -> None:
    found = {bar.what: (round(bar.value, 3), bar.met) for bar in bars(figures)}
    assert found == {
        "sparse form, times the floor": (4.0, True),
        "comb form, times the floor": (3.2, True),
        "dense form, times the floor": (10.0, False),
        "sparse form, times faster than Tesseract": (5.0, True),
        "dense form, times faster than Tesseract": (2.0, False),
        "comb form, times faster than Tesseract": (6.25, True),
        "cold start, --help, s": (0.2, True),
        "memory of a worker, A4, 300 dpi, MB": (390.0, True),
        "two workers, 60 files, times one": (2.0, True),
    }


def test_tables_tell_costs_stages_and_what_is_missed(figures: Figures) -> None:
    pages, stages, held = map(
        list, (pages_table(figures), stages_table(figures), bars_table(figures))
    )
    assert pages[1].split() == ["sparse,", "PNG", "50", "200", "4.0", "1000"]
    assert stages[1].split()[:4] == ["strips", "135.0", "/", "135.0"]
    assert [line for line in held if line.endswith("missed")] == [held[3], held[5]]


def test_few_pages_become_many_files(tmp_path: Path) -> None:
    pages = [tmp_path / "a.jpg", tmp_path / "b.png"]
    for page in pages:
        page.write_text(page.name)
    files = linked(pages, tmp_path / "files", 3)
    assert [(file.name, file.read_text()) for file in files] == [
        ("000.jpg", "a.jpg"),
        ("001.png", "b.png"),
        ("002.jpg", "a.jpg"),
    ]


def test_forms_have_the_numbers_that_the_bars_speak_of(tmp_path: Path) -> None:
    pages = {form: drawn(0, 50) for form, drawn in FORMS.items()}
    assert {form: len(page.fields) for form, page in pages.items()} == {
        "sparse": 30,
        "dense": 300,
        "comb": 30,
    }
    draw_files(pages["sparse"].pixels, tmp_path, "7")
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")) == [
        "1-bit TIFF/7.tif",
        "PNG/7.png",
        "colour JPEG/7.jpg",
        "grey JPEG/7.jpg",
    ]


@pytest.mark.parametrize("workers", [1, 10, 100])
def test_simulated_workers_that_share_nothing_are_all_busy(workers: int) -> None:
    found = simulate(Costs([0.5]), workers, 10 * workers)
    assert found.rate == pytest.approx(2 * workers)
    assert found.workers == pytest.approx(1)


@pytest.mark.parametrize(
    ("costs", "most"),
    [
        (Costs([0.5], client=0.01), 100),
        (Costs([0.5], scheduler=0.004), 250),
        (Costs([0.5], fetched=2e6, put=1e6), 40),
    ],
)
def test_what_all_share_bounds_a_simulated_cluster(costs: Costs, most: float) -> None:
    few, many = (simulate(costs, workers, 5000, bandwidth=1.2e8) for workers in (10, 1000))
    assert few.rate == pytest.approx(20, rel=0.1)
    assert many.rate == pytest.approx(most, rel=0.1)
    assert max(many.client, many.scheduler, many.storage) > 0.95


def test_a_simulated_worker_waits_where_only_one_task_is_in_flight() -> None:
    costs = Costs([0.1], client=0.02, scheduler=0.02)
    one, two = (simulate(costs, 1, 1000, ahead=ahead).rate for ahead in (1, 2))
    assert one == pytest.approx(1 / 0.14, rel=0.01)
    assert two == pytest.approx(1 / 0.1, rel=0.01)
