"""A coloured pen told from print: what it wrote stays whole, what it hides is known."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitscan.reading.clean import Ink, clean
from digitscan.reading.colors import colors_of, is_colorful
from digitscan.reading.lines import blocks_of
from digitscan.reading.parting import print_alone, with_pen
from digitscan.reading.pens import Pen, dark_strokes, find_pen
from digitscan.reading.prepare import prepare
from digitscan.reading.ridges import find_lines
from digitscan.types import Page

Pixels = NDArray[np.uint8]
Color = tuple[int, int, int]
BLUE, BLACK, GREY, ORANGE = (150, 60, 25), (30, 30, 30), (180, 180, 180), (120, 175, 250)
CELLS, PITCH, LEFT, TOP, HIGH = 6, 34, 120, 300, 28


def form(pen: Color = BLUE, ruling: Color = GREY) -> Pixels:
    """Draw, at 150 dpi, print and a comb, and digits that stand far over the cells' borders."""
    page = np.full((1300, 900, 3), 246, np.uint8)
    right, foot = LEFT + CELLS * PITCH, TOP + HIGH
    cv2.rectangle(page, (LEFT, TOP), (right, foot), ruling, 2)
    for k in range(1, CELLS):
        cv2.line(page, (LEFT + k * PITCH, TOP), (LEFT + k * PITCH, foot), ruling, 2)
    for row in range(4):
        cv2.putText(page, "Telephone number", (LEFT, TOP - 8 + 250 * row), 0, 0.7, BLACK, 2)
    for k, digit in enumerate("203"):
        cv2.putText(page, digit, (LEFT + k * PITCH + 2, foot + 4), 0, 1.5, pen, 3, cv2.LINE_AA)
    return scanned(page)


def scanned(page: Pixels) -> Pixels:
    """Soften and compress as a scanner does."""
    soft = cv2.GaussianBlur(page, (0, 0), 0.7)
    data = cv2.imencode(".jpg", soft, [cv2.IMWRITE_JPEG_QUALITY, 75])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def pen_of(page: Page) -> Pen | None:
    ink = clean(page)
    return find_pen(colors_of(page.pixels, ink), ink)


def drawn(page: Pixels) -> Page:
    return Page("drawn.jpg", 1, page)


@pytest.mark.parametrize("ruling", [GREY, BLACK, ORANGE])
def test_large_blue_digits_leave_their_comb_known_and_touch_no_print(ruling: Color) -> None:
    found = prepare(drawn(form(ruling=ruling)))
    cells = sorted(found.rulings.cells, key=lambda cell: cell.x)
    assert len(cells) == CELLS
    pens = sorted((word for word in found.words if word.penned), key=lambda word: word.box.x)
    assert [cells.index(found.rulings.cells[word.cell]) for word in pens] == [0, 1, 2]
    heights = [word.box.height * found.ink.scale for word in pens]
    assert min(heights) > HIGH, "they are cut off at the borders of their cells"
    assert max(heights) < 1.6 * HIGH, "they are joined with the label"


@pytest.mark.parametrize("pen", [BLACK, (120, 120, 120)])
def test_a_pen_as_black_as_print_is_told_from_none_of_it(pen: Color) -> None:
    for ruling in (GREY, ORANGE):
        page = drawn(form(pen, ruling))
        assert pen_of(page) is None


def test_print_for_screens_with_coloured_fringes_is_of_no_pen() -> None:
    page = form(BLACK)
    size = page.shape[1], page.shape[0]
    shifted = [
        cv2.warpAffine(one, np.array([[1.0, 0, by], [0, 1, 0]]), size, borderValue=(246,))
        for one, by in zip(cv2.split(page), (0.6, 0, -0.6), strict=True)
    ]
    fringed = np.asarray(cv2.merge(shifted), np.uint8)
    assert is_colorful(fringed)
    assert pen_of(drawn(fringed)) is None


def test_a_grey_page_and_a_tinted_photo_hold_no_coloured_pen() -> None:
    page = form()
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    for pixels in (grey, cv2.merge([grey] * 3)):
        assert pen_of(drawn(np.asarray(pixels))) is None
    light = np.linspace(0.4, 1, page.shape[1])[None, :, None] ** np.array([1.6, 1.0, 0.7])
    photo = drawn((form(BLACK) * light).astype(np.uint8))
    assert pen_of(photo) is None


def test_what_the_pen_hides_of_a_ruling_goes_on_where_it_is_seen_beside() -> None:
    page = np.full((1300, 900, 3), 246, np.uint8)
    cv2.line(page, (100, 400), (700, 400), GREY, 2)
    cv2.line(page, (300, 200), (300, 700), GREY, 2)
    for x in range(200, 700, 100):
        cv2.line(page, (x, 390), (x + 14, 410), BLUE, 5)
    cv2.line(page, (300, 500), (302, 520), BLUE, 6)
    cv2.putText(page, "204 937 1558", (120, 900), 0, 2, BLUE, 5)
    one = drawn(scanned(page))
    ink = clean(one)
    pen = find_pen(colors_of(one.pixels, ink), ink)
    assert pen is not None
    flat, steep = print_alone(ink.darkness, pen)
    scale = ink.mask.shape[1] / page.shape[1]
    row, column = round(400 * scale), round(300 * scale)
    along = flat[row - 3 : row + 4, round(110 * scale) : round(690 * scale)].max(axis=0)
    down = steep[round(410 * scale) : round(690 * scale), column - 3 : column + 4].max(axis=1)
    assert along.min() > 0.5 * np.median(along)
    assert down.min() > 0.5 * np.median(down)
    below = flat[round(850 * scale) : round(920 * scale)]
    assert np.percentile(below, 99.5) < 0.3 * np.median(along), "digits are none"


def test_a_stroke_goes_on_across_a_ruling_and_not_along_it() -> None:
    mask, written = np.zeros((60, 80), np.uint8), np.zeros((60, 80), np.uint8)
    level = np.zeros_like(mask)
    mask[28:32], level[28:32] = 1, 200
    for left in (30, 40):
        mask[10:50, left : left + 5] = written[10:50, left : left + 5] = 1
    written[29:31, 40:45] = 0  # its colour is lost on the black ruling
    written[32:, 30:35] = mask[32:, 30:35] = 0  # this one ends on it
    whole = Ink(mask * np.uint8(255), mask, np.eye(3), 5.0, (80, 60))
    bare = replace(whole, mask=mask * (level == 0))
    pen = with_pen(whole, bare, Pen(written, 5.0), (level, np.zeros_like(level))).pen
    assert pen is not None
    assert pen[10:50, 42].all(), "the stroke that crosses is whole"
    assert not pen[28:32, 37:39].any(), "the ruling between the strokes is none of the pen's"


def test_strokes_too_pale_for_ink_are_no_stains_on_the_paper() -> None:
    page = np.full((200, 400, 3), 246, np.uint8)
    darkness = np.zeros((200, 400), np.uint8)
    for left in range(20, 400, 40):
        page[70:130, left : left + 6], darkness[70:130, left : left + 6] = BLUE, 90
    mask = (darkness > 0).astype(np.uint8)
    mask[:, 200:] = 0
    ink = Ink(darkness, mask, np.eye(3), 6.0, (400, 200))
    assert find_pen(page, ink) is not None
    stained = darkness * (mask > 0)  # colour where nothing is dark is the paper's
    assert find_pen(page, replace(ink, darkness=stained)) is None


def test_a_pens_faint_ink_is_kept_by_its_colour() -> None:
    mask, darkness = np.zeros((60, 80), np.uint8), np.zeros((60, 80), np.uint8)
    darkness[10:50, 20:26], darkness[10:50, 50:56] = 100, 70
    written = (darkness > 0).astype(np.uint8)
    mask[10:50, 20:26] = 1  # the other stroke stands beside dark print
    ink = Ink(darkness, mask, np.eye(3), 6.0, (80, 60))
    nothing = np.zeros_like(mask)
    whole = with_pen(ink, ink, Pen(written, 6.0), (nothing, nothing))
    assert whole.mask[10:50, 50:56].all()


def test_a_band_of_level_rulings_does_not_go_on_upright_beneath_the_pen() -> None:
    darkness, written = np.zeros((120, 120), np.uint8), np.zeros((120, 120), np.uint8)
    darkness[20:44], darkness[:, 90:94] = 200, 200
    written[44:80, 30:40] = written[44:80, 86:98] = 1
    _, steep = print_alone(np.maximum(darkness, 220 * written), Pen(written, 6.0))
    assert not steep[50:75, 30:40].any(), "the band ends where the stroke begins"
    assert steep[50:75, 90:94].all(), "the ruling goes on"


def test_large_black_digits_leave_pale_combs_known_though_no_colour_tells_them() -> None:
    page = np.full((1300, 900, 3), 246, np.uint8)
    for top in range(200, 1000, 120):
        foot = top + HIGH
        cv2.rectangle(page, (LEFT, top), (LEFT + CELLS * PITCH, foot), GREY, 2)
        for k in range(1, CELLS):
            cv2.line(page, (LEFT + k * PITCH, top), (LEFT + k * PITCH, foot), GREY, 2)
        for k, digit in enumerate("2030"):
            place = LEFT + k * PITCH + 2, foot + 4
            cv2.putText(page, digit, place, 0, 1.5, BLACK, 3, cv2.LINE_AA)
    found = prepare(drawn(scanned(page)))
    assert found.ink.pen is None
    assert len(found.rulings.cells) == 7 * CELLS


def test_rulings_as_black_as_the_pen_hide_no_strokes_darker_than_they_are() -> None:
    ink = clean(drawn(form(BLACK, BLACK)))
    lines = [find_lines(blocks) for blocks in blocks_of(ink.darkness)]
    assert dark_strokes(ink, lines) is None
    assert dark_strokes(ink, [lines[0].keep(lines[0].tone < 0)]) is None, "nor where there are none"


@pytest.mark.parametrize("color", [(0, 0, 0), (250, 60, 20)])
def test_a_page_that_is_one_area_of_colour_has_no_pen(color: Color) -> None:
    page = np.zeros((1300, 900, 3), np.uint8)
    page[:] = color
    page[:40] = BLUE
    prepared = prepare(Page("", 1, page))
    assert prepared.ink.pen is None
