"""CPU time of an A4 form at 300 dpi with 30 numbers, JPEG in, annotated JPEG out.

`make bench` runs it. The floor, measured in the same run, is decoding and encoding the same pages
with OpenCV; a page's cost is what one more page adds, so that the start is not counted.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from drawing.paper import scanned
from drawing.pen import BALLPOINT, make_writer
from drawing.sheet import Sheet

PAGES = 8


def draw_form(seed: int) -> np.ndarray:
    """Draw a form of 30 boxes with a label and a number each; (3508, 2480) uint8."""
    rng = np.random.default_rng(seed)
    sheet = Sheet(210, 297, 300, seed=seed)
    writer = make_writer(seed, BALLPOINT)
    sheet.print(20, 20, f"Quarterly report, sheet {seed + 1}", 5, 700)
    for index in range(30):
        x, y = 20 + index % 2 * 90, 32 + index // 2 * 16
        sheet.print(x, y + 7, f"Item {index + 1}", 3)
        sheet.box(x + 38, y, 40, 11, 0.3)
        sheet.fill_in(x + 38, y, 40, 11, str(rng.integers(10, 100_000)), writer)
    return scanned(sheet.finish(), noise=2.0, seed=seed).pixels


def children_seconds() -> float:
    """Return the CPU time of all processes that have been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_seconds(pages: list[Path], out: Path) -> float:
    """Return the CPU time of one `digitscan run` with annotated pictures."""
    before = children_seconds()
    subprocess.run(
        [
            *(sys.executable, "-m", "digitscan", "run", *map(str, pages)),
            *("--out", str(out / "results.csv"), "--annotated", str(out), "--workers", "1"),
            "--quiet",
        ],
        check=True,
    )
    return children_seconds() - before


def floor_seconds(pages: list[Path]) -> float:
    """Return the CPU time a page of decoding and encoding with OpenCV on one thread."""
    cv2.setNumThreads(1)
    start = time.process_time()
    for page in pages:
        data = np.frombuffer(page.read_bytes(), np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
        assert picture is not None
        cv2.imencode(".jpg", picture)
    return (time.process_time() - start) / len(pages)


def main() -> None:
    """Print the cost of a page, the floor and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        scans, out = Path(folder, "scans"), Path(folder, "out")
        scans.mkdir()
        out.mkdir()
        pages = []
        for seed in range(PAGES):
            pages.append(scans / f"{seed}.jpg")
            cv2.imwrite(str(pages[-1]), draw_form(seed))
        floor = floor_seconds(pages)
        start = run_seconds(pages[:1], out)
        cost = (run_seconds(pages, out) - start) / (PAGES - 1)
    print(f"start and first page {start:.2f} s CPU")
    print(
        f"a further page {cost * 1000:.0f} ms CPU, floor {floor * 1000:.0f} ms: {cost / floor:.1f}"
    )


if __name__ == "__main__":
    main()
