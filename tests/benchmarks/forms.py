"""The pages that are measured: A4 at 300 dpi, three forms in four kinds of file.

Run as a script, `forms.py FOLDER PAGES LARGE PAGES`, it draws them, and in another folder what
tests the memory, in a process of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from drawing.paper import scanned
from drawing.pen import BALLPOINT, Bytes, Writer, make_writer
from drawing.sheet import Sheet
from drawing.truth import Drawing

DPI = 300


def sparse(seed: int, dpi: int) -> Drawing:
    """Draw 30 boxes with a label and a number each."""
    sheet, rng, writer = _empty(seed, dpi)
    for index in range(30):
        x, y = 20 + index % 2 * 90, 32 + index // 2 * 16
        sheet.print(x, y + 7, f"Item {index + 1}", 3)
        sheet.box(x + 38, y, 40, 11, 0.3)
        sheet.fill_in(x + 38, y, 40, 11, str(rng.integers(10, 100_000)), writer)
    return sheet.finish()


def dense(seed: int, dpi: int) -> Drawing:
    """Draw a table of 30 rows and 10 columns, a number in every cell."""
    sheet, rng, writer = _empty(seed, dpi)
    xs, ys = [18 + 18.0 * i for i in range(11)], [30 + 8.4 * i for i in range(31)]
    sheet.grid(xs, ys)
    for row, y in enumerate(ys[:-1]):
        sheet.print(8, y + 5.6, f"{row + 1}", 3)
        for x in xs[:-1]:
            sheet.fill_in(x, y, 18, 8.4, str(rng.integers(1, 10_000)), writer, 0.45)
    return sheet.finish()


def comb(seed: int, dpi: int) -> Drawing:
    """Draw 30 combs of ten cells with a number in each."""
    sheet, rng, writer = _empty(seed, dpi)
    for index in range(30):
        x, y = 20 + index % 2 * 90, 34 + index // 2 * 16
        sheet.print(x, y - 1.2, f"Account {index + 1}", 2.6)
        sheet.comb(x, y, 10, (7.2, 9), 0.3)
        sheet.fill_comb(x, y, 10, (7.2, 9), str(rng.integers(1000, 10**8)), writer)
    return sheet.finish()


def _empty(seed: int, dpi: int) -> tuple[Sheet, np.random.Generator, Writer]:
    sheet = Sheet(210, 297, dpi, seed=seed)
    sheet.print(20, 20, f"Quarterly report, sheet {seed + 1}", 5, 700)
    return sheet, np.random.default_rng(seed), make_writer(seed, BALLPOINT)


FORMS: dict[str, Callable[[int, int], Drawing]] = {"sparse": sparse, "dense": dense, "comb": comb}


def write_grey_jpeg(path: Path, pixels: Bytes) -> None:
    """Write what most office scanners make of a form."""
    _image(pixels).convert("L").save(path, "JPEG", quality=90, dpi=(DPI, DPI))


def write_color_jpeg(path: Path, pixels: Bytes) -> None:
    """Write a scan in colour."""
    _image(pixels).save(path, "JPEG", quality=90, dpi=(DPI, DPI))


def write_tiff(path: Path, pixels: Bytes) -> None:
    """Write what a fax or an archive holds: two levels, CCITT group 4."""
    two = _image(pixels).convert("L").point(lambda level: 255 * (level > 150))
    two.convert("1", dither=Image.Dither.NONE).save(
        path, "TIFF", compression="group4", dpi=(DPI, DPI)
    )


def write_png(path: Path, pixels: Bytes) -> None:
    """Write a grey scan without loss."""
    _image(pixels).convert("L").save(path, "PNG", dpi=(DPI, DPI))


FILES: dict[str, tuple[str, Callable[[Path, Bytes], None]]] = {
    "grey JPEG": (".jpg", write_grey_jpeg),
    "colour JPEG": (".jpg", write_color_jpeg),
    "1-bit TIFF": (".tif", write_tiff),
    "PNG": (".png", write_png),
}
"""Kind of file -> ending and writer."""


def _image(pixels: Bytes) -> Image.Image:
    return Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))


def draw(folder: Path, pages: int) -> None:
    """Draw so many pages of each form and one to warm up; `folder`/FORM/FILE/NUMBER.ending."""
    for form, drawn in FORMS.items():
        for seed in range(pages + 1):
            pixels = scanned(drawn(seed, DPI), noise=2.0, seed=seed).pixels
            draw_files(pixels, folder / form, str(seed))


def draw_files(pixels: Bytes, folder: Path, name: str) -> None:
    """Write a page, (H, W, 3) uint8 blue-green-red, as each kind of file."""
    for kind, (ending, write) in FILES.items():
        path = folder / kind / f"{name}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, pixels)


def draw_large(folder: Path, pages: int) -> None:
    """Draw what tests the memory: a page of 600 dpi in colour, and a TIFF of many pages."""
    pixels = scanned(sparse(0, 600), noise=2.0).pixels
    _image(pixels).save(folder / "600.jpg", "JPEG", quality=90, dpi=(600, 600))
    page = _image(scanned(sparse(0, DPI), noise=2.0).pixels).convert("L")
    page.save(
        folder / "many.tif",
        "TIFF",
        save_all=True,
        append_images=[page] * (pages - 1),
        compression="tiff_lzw",
        dpi=(DPI, DPI),
    )


if __name__ == "__main__":
    draw(Path(sys.argv[1]), int(sys.argv[2]))
    draw_large(Path(sys.argv[3]), int(sys.argv[4]))
