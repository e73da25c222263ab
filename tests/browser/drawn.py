"""Reports of made-up numbers: data as the page takes it, and the pictures it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from digitscan.output.report_data import DIGIT_COLUMNS, NUMBER_COLUMNS
from digitscan.output.report_page import render

CELL = (40, 30)  # width and height of a digit's box on the page, in pixels
MARGIN = 6
ROWS = 10  # numbers a page


def digit_rows(index: int, text: str, confidence: float, left: int, top: int) -> list[list[Any]]:
    """Make one row a digit; the last digit is the one that is not sure, and may be a 1 or a 9."""
    rows: list[list[Any]] = []
    for position, digit in enumerate(text, start=1):
        sure = confidence if position == len(text) else 0.999
        others = [[1, 0.06], [9, 0.02]] if sure < 0.9 else []
        box = [left + (position - 1) * CELL[0], top, CELL[0] - 8, CELL[1]]
        rows.append([index, position, int(digit), sure, *box, others])
    return rows


def report_data(
    texts: list[tuple[str, float]], file: str = "form {}.png", run: str = "0123456789abcdef"
) -> dict[str, Any]:
    """Make up a run with these texts and confidences, ten a page; less than 0.9 is for review."""
    numbers: list[list[Any]] = []
    digits: list[list[Any]] = []
    for index, (text, confidence) in enumerate(texts):
        page, row = divmod(index, ROWS)
        left, top = 60, 40 + row * 50
        width = len(text) * CELL[0]
        snippet = [0, row * 42, 1.0, width + 2 * MARGIN, 42]
        digits += digit_rows(index, text, confidence, left, top)
        numbers.append(
            [
                *(page, row + 1, text, confidence, "printed" if index == 2 else "handwritten"),
                *(left, top, width, CELL[1], int(confidence < 0.9), *snippet),
            ]
        )
    pages = [
        {
            "file": file.format(page + 1),
            "page": 1,
            "width": 400,
            "height": 560,
            "picture": "pictures/page.png",
            "picture_scale": 1.0,
            "sheet": "pictures/sheet.png",
            "seconds": 0.1 * (page % 7),
        }
        for page in range(-(-len(texts) // ROWS))
    ]
    return {
        "run": {
            "id": run,
            "results": "results.csv",
            "version": "0.1.0",
            "model": "d1e2f3",
            "settings": {"max-error": 0.005},
        },
        "pages": pages,
        "number_columns": list(NUMBER_COLUMNS),
        "numbers": numbers,
        "digit_columns": list(DIGIT_COLUMNS),
        "digits": digits,
        "margin": MARGIN,
        "failures": [
            {"file": "torn.png", "page": None, "error": "truncated", "message": "It ends early."}
        ],
        "unread": 3,
    }


def write_report(folder: Path, data: dict[str, Any], title: str = "results.csv") -> Path:
    """Write the page and the two pictures that all its pages share; returns the page's path."""
    pictures = folder / "pictures"
    pictures.mkdir(exist_ok=True)
    for name, height, step in (("page", 560, 50), ("sheet", 420, 42)):
        paper = np.full((height, 400, 3), 255, np.uint8)
        for row in range(ROWS):
            top = row * step + (40 if name == "page" else 0) + 24
            cv2.putText(paper, "0123", (60, top), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (160, 60, 20), 2)
        (pictures / f"{name}.png").write_bytes(cv2.imencode(".png", paper)[1].tobytes())
    path = folder / "report.html"
    path.write_text(render(data, title), encoding="utf-8")
    return path
