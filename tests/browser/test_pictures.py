"""What is drawn is what was read: crops, snippets and boxes show the right place of the scan."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from browser.drawn import report_data
from digitscan.output.report_page import render
from digitscan.output.report_pictures import MARGIN, number_sheet, page_picture
from digitscan.types import Box

COLOURS = {"1": (200, 40, 40), "2": (40, 160, 40), "3": (40, 40, 200)}
"""Each digit of the number 123 is a field of one colour, red, green and blue, on white paper."""
NUMBER = Box(2400, 1200, 720, 300)
PAPER = (3000, 3600, 3)


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a report in one file: a large page with the number 123."""
    paper = np.full(PAPER, 255, np.uint8)
    data = report_data([("123", 0.5)])
    digits = data["digits"]
    for at, colour in enumerate(COLOURS.values()):
        left = NUMBER.x + at * 240
        paper[NUMBER.y : NUMBER.bottom, left : left + 240] = colour[::-1]
        digits[at][4:8] = [left, NUMBER.y, 240, NUMBER.height]
    picture, scale = page_picture(paper)
    sheet, (snippet,) = number_sheet(paper, [NUMBER])
    assert sheet is not None
    place = snippet.place
    data["numbers"][0][5:9] = [NUMBER.x, NUMBER.y, NUMBER.width, NUMBER.height]
    data["numbers"][0][10:] = [place.x, place.y, snippet.scale, place.width, place.height]
    data["margin"] = MARGIN
    address = "data:image/jpeg;base64,"
    data["pages"][0].update(
        width=PAPER[1],
        height=PAPER[0],
        picture=address + base64.b64encode(picture).decode(),
        picture_scale=scale,
        sheet=address + base64.b64encode(sheet).decode(),
    )
    path: Path = tmp_path_factory.mktemp("coloured") / "report.html"
    path.write_text(render(data, "one file"), encoding="utf-8")
    return path.as_uri()


def colour(canvas: Locator, x: float, y: float) -> tuple[int, int, int]:
    """Look at a canvas at a share of its width and height, once it is drawn."""
    script = f"""async (canvas) => {{
        const one = new OffscreenCanvas(1, 1).getContext("2d", {{willReadFrequently: true}});
        for (;;) {{
            one.drawImage(canvas, canvas.width * {x}, canvas.height * {y}, 1, 1, 0, 0, 1, 1);
            const [red, green, blue, alpha] = one.getImageData(0, 0, 1, 1).data;
            if (alpha) return [red, green, blue];
            await new Promise(requestAnimationFrame);
        }}
    }}"""
    red, green, blue = canvas.evaluate(script)
    return red, green, blue


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(left - right) for left, right in zip(one, other, strict=True)) < 60


@pytest.mark.parametrize("digit", ["1", "2", "3"])
def test_a_crop_shows_its_digit(page: Page, coloured: str, digit: str) -> None:
    page.goto(f"{coloured}#digits/{digit}")
    assert near(colour(page.locator(".crop canvas"), 0.5, 0.5), COLOURS[digit])
    cell = page.locator(".inspector .cell").nth(int(digit) - 1)
    assert near(colour(cell.locator("canvas"), 0.5, 0.5), COLOURS[digit])


def test_a_snippet_shows_its_number_from_end_to_end(page: Page, coloured: str) -> None:
    page.goto(coloured + "#numbers")
    snippet = page.locator(".snippet canvas")
    assert near(colour(snippet, 0.004, 0.5), (255, 255, 255))
    for at, wanted in zip((0.04, 0.5, 0.96), COLOURS.values(), strict=True):
        assert near(colour(snippet, at, 0.5), wanted)
    around = page.locator(".around")
    middle = (NUMBER.x + NUMBER.width / 2) / PAPER[1]  # as wide as the page here
    assert near(colour(around, middle, 0.5), COLOURS["2"])
    assert near(colour(around, 0.02, 0.5), (255, 255, 255))


def test_a_box_lies_over_its_number(page: Page, coloured: str) -> None:
    page.goto(coloured + "#page/1/1")
    expect(page.locator(".sheet img")).to_have_js_property("complete", True)
    sheet, box = (page.locator(one).bounding_box() for one in (".sheet", ".box"))
    assert sheet is not None
    assert box is not None
    scale = sheet["width"] / PAPER[1]
    assert box["x"] - sheet["x"] == pytest.approx(NUMBER.x * scale, abs=1)
    assert box["y"] - sheet["y"] == pytest.approx(NUMBER.y * scale, abs=1)
    assert box["width"] == pytest.approx(NUMBER.width * scale, abs=1)
    marks = page.locator(".box i").all()
    lefts = [mark.bounding_box() for mark in marks]
    for at, place in enumerate(lefts):
        assert place is not None
        assert place["x"] - sheet["x"] == pytest.approx((NUMBER.x + 240 * at) * scale, abs=1.5)
