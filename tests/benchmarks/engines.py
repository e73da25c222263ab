"""Other engines on the same pages: Tesseract for digits alone, and RapidOCR, where installed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

SPARSE_TEXT = "11"
"""Tesseract's page segmentation: find as much text as there is, in no order."""


def tesseract(pages: Sequence[Path], folder: Path) -> list[str] | None:
    """Return the command that reads pages in one process; None where it is not installed."""
    if not shutil.which("tesseract"):
        return None
    names = folder / f"{len(pages)}-pages.txt"
    names.write_text("".join(f"{page}\n" for page in pages), "utf-8")
    digits = ["-c", "tessedit_char_whitelist=0123456789"]
    return ["tesseract", str(names), str(folder / "text"), "--psm", SPARSE_TEXT, *digits]


def rapidocr(pages: Sequence[Path], _: Path) -> list[str] | None:
    """Return the command that reads pages in one process; None where it is not installed."""
    if not find_spec("rapidocr"):
        return None
    return [sys.executable, __file__, *map(str, pages)]


ENGINES = {"Tesseract": tesseract, "RapidOCR": rapidocr}


def read_with_rapidocr(pages: Sequence[str]) -> None:
    """Read pages with RapidOCR's own networks on one thread."""
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    engine = RapidOCR(params=threads)
    for page in pages:
        engine(cv2.imread(page))


if __name__ == "__main__":
    read_with_rapidocr(sys.argv[1:])
