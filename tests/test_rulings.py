"""The printed structure of a form: found, kept as cells, taken out of the ink."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cut_out import pale_boxes
from digitscan.reading.clean import Ink, clean
from digitscan.reading.geometry import map_box
from digitscan.reading.prepare import prepare
from digitscan.reading.rulings import Rulings, draw_border, find_rulings, remove_rulings
from digitscan.reading.scale import is_field
from digitscan.types import Box, Page

Pixels = NDArray[np.uint8]
PAPER, BLACK = 245, 30


def paper(height: int = 1600, width: int = 1200) -> Pixels:
    return np.full((height, width), PAPER, np.uint8)


def grid(pixels: Pixels, left: int, top: int, columns: int, rows: int, size: int) -> list[Box]:
    """Draw a table of square cells with 3-pixel rulings; return their insides."""
    for k in range(columns + 1):
        x = left + k * size
        pixels[top : top + rows * size + 3, x : x + 3] = BLACK
    for k in range(rows + 1):
        y = top + k * size
        pixels[y : y + 3, left : left + columns * size + 3] = BLACK
    return [
        Box(left + c * size + 3, top + r * size + 3, size - 3, size - 3)
        for r in range(rows)
        for c in range(columns)
    ]


def found(pixels: Pixels) -> tuple[Ink, Rulings]:
    ink = clean(Page("drawn.png", 1, pixels))
    return ink, find_rulings(ink)


def on_page(ink: Ink, rulings: Rulings) -> list[Box]:
    return [map_box(cell, ink.to_page, ink.page_size) for cell in rulings.cells]


def matched(drawn: list[Box], cells: list[Box]) -> int:
    return sum(any(box.iou(cell) > 0.7 for cell in cells) for box in drawn)


def zero(pixels: Pixels, x: int, y: int, radius: int = 14) -> None:
    cv2.ellipse(pixels, (x, y), (radius * 2 // 3, radius), 0, 0, 360, (BLACK,), 4)


@settings(max_examples=6, deadline=None)
@given(
    st.integers(1, 8),
    st.integers(1, 6),
    st.integers(40, 90),
    st.integers(60, 300),
    st.integers(60, 700),
)
def test_every_cell_of_a_table_is_found(
    columns: int, rows: int, size: int, left: int, top: int
) -> None:
    pixels = paper()
    drawn = grid(pixels, left, top, columns, rows, size)
    ink, rulings = found(pixels)
    assert matched(drawn, on_page(ink, rulings)) == len(drawn) == len(rulings.cells)
    for number, cell in enumerate(rulings.cells, start=1):
        x, y = (int(v) for v in cell.center)
        assert rulings.labels[y, x] == number
        inside = ink.darkness[cell.y : cell.bottom, cell.x : cell.right]
        assert inside.max() < 60


def test_a_photographed_table_in_perspective_keeps_its_cells() -> None:
    pixels = paper()
    drawn = grid(pixels, 150, 200, 6, 8, 100)
    before = np.array([(0, 0), (1200, 0), (1200, 1600), (0, 1600)], np.float32)
    after = np.array([(40, 20), (1170, 60), (1130, 1560), (80, 1590)], np.float32)
    matrix = cv2.getPerspectiveTransform(before, after)
    photo = cv2.warpPerspective(pixels, matrix, (1200, 1600), borderValue=(float(PAPER),))
    centers = np.array([[box.center for box in drawn]], np.float32)
    ink, rulings = found(np.asarray(photo, np.uint8))
    cells = on_page(ink, rulings)
    for x, y in cv2.perspectiveTransform(centers, matrix)[0]:
        assert sum(c.x < x < c.right and c.y < y < c.bottom for c in cells) == 1


def test_digits_in_boxes_survive_and_the_boxes_go() -> None:
    pixels = paper()
    drawn = grid(pixels, 100, 300, 10, 1, 60)
    for box in drawn:
        zero(pixels, round(box.center[0]), round(box.center[1]))
    ink, rulings = found(pixels)
    assert len(rulings.cells) == 10
    cleared = remove_rulings(ink, rulings)
    count, _ = cv2.connectedComponents(cleared.mask)
    assert count == 11
    digits = ink.mask.copy()
    digits[(rulings.horizontal | rulings.vertical) > 0] = 0
    assert np.array_equal(cleared.mask, digits)


def test_the_border_of_a_cell_hidden_by_its_digit_goes_too() -> None:
    pixels = paper()
    for k in range(8):
        cv2.rectangle(pixels, (200 + 60 * k, 300), (250 + 60 * k, 380), (150,), 2)
    cv2.ellipse(pixels, (585, 340), (23, 30), 0, 0, 360, (BLACK,), 4)  # touches both sides
    ink, rulings = found(pixels)
    assert len(rulings.cells) == 8
    left = remove_rulings(ink, rulings).mask
    (zero,) = (
        cell for cell in rulings.cells if left[cell.y : cell.bottom, cell.x : cell.right].any()
    )
    assert not left[zero.y - 8 : zero.y + 4, zero.x : zero.right].any()
    assert not left[zero.bottom - 4 : zero.bottom + 8, zero.x : zero.right].any()


def test_a_stroke_across_a_line_is_not_broken() -> None:
    pixels = paper()
    pixels[800:804, 100:1100] = BLACK
    cv2.line(pixels, (300, 740), (300, 860), (BLACK,), 6)
    cv2.line(pixels, (500, 750), (600, 850), (BLACK,), 6)
    zero(pixels, 800, 802, 40)
    ink, rulings = found(pixels)
    assert rulings.horizontal.any()
    cleared = remove_rulings(ink, rulings)
    count, _ = cv2.connectedComponents(cleared.mask)
    assert count == 4
    assert cleared.mask.sum() < 0.6 * ink.mask.sum()


def test_a_digit_that_stands_on_the_line_keeps_its_foot() -> None:
    pixels = paper()
    pixels[800:803, 100:1100] = 120
    cv2.line(pixels, (500, 730), (500, 797), (BLACK,), 6)
    cv2.line(pixels, (470, 797), (530, 797), (BLACK,), 7)
    ink, rulings = found(pixels)
    cleared = remove_rulings(ink, rulings)
    _, _, stats, _ = cv2.connectedComponentsWithStats(cleared.mask)
    box = map_box(
        Box(*(int(v) for v in stats[1:][stats[1:, 4].argmax()][:4])), ink.to_page, ink.page_size
    )
    assert box.iou(Box(467, 727, 66, 74)) > 0.85


def test_pen_along_a_pale_line_is_kept() -> None:
    pixels = paper()
    pixels[800:803, 100:1100] = 190
    pixels[799:804, 400:440] = BLACK
    zero(pixels, 200, 300)
    ink, rulings = found(pixels)
    cleared = remove_rulings(ink, rulings)
    _, box = (
        map_box(Box(*(int(v) for v in row[:4])), ink.to_page, ink.page_size)
        for row in cv2.connectedComponentsWithStats(cleared.mask)[2][1:]
    )
    assert box.iou(Box(400, 799, 40, 5)) > 0.6


def test_a_pale_ruling_is_found_and_knows_its_tone() -> None:
    pixels = paper()
    pixels[400:403, 100:1100] = BLACK
    pixels[800:803, 100:1100] = 200
    _, rulings = found(pixels)
    tones = np.unique(rulings.horizontal[rulings.horizontal > 0])
    assert tones.max() > 240
    assert 20 < tones.min() < 90


@pytest.mark.parametrize("top", [300, 301, 302])
def test_joined_zeros_are_no_ruling(top: int) -> None:
    pixels = paper(600, 900)
    for k in range(12):
        zero(pixels, 100 + k * 18, top)
    cv2.line(pixels, (100, top - 14), (100 + 11 * 18, top - 14), (BLACK,), 4)
    _, rulings = found(pixels)
    assert not rulings.vertical.any()
    assert not rulings.cells


def test_in_a_field_only_lines_across_it_count() -> None:
    field = np.full((60, 180), 200, np.uint8)
    field[52:54] = 90
    cv2.line(field, (30, 6), (30, 56), (60,), 3)
    cv2.line(field, (60, 10), (95, 10), (60,), 3)
    cv2.line(field, (95, 10), (80, 45), (60,), 3)
    ink, rulings = found(field)
    rows = np.flatnonzero(rulings.horizontal.any(axis=1)) / 2.5
    assert rows.min() >= 50
    assert rows.max() <= 56
    assert not rulings.vertical.any()
    count, _ = cv2.connectedComponents(remove_rulings(ink, rulings).mask)
    assert count == 3


def test_the_box_that_fills_a_field_is_its_cell_and_a_1_in_it_none_of_its_sides() -> None:
    field = np.full((110, 400), 240, np.uint8)
    cv2.rectangle(field, (20, 15), (380, 95), (60,), 3)
    for left, top, base in ((90, 35, 80), (150, 30, 78)):
        cv2.line(field, (left + 6, top), (left, base), (40,), 5)
    ink, rulings = found(field)
    assert is_field(ink.mask.shape, ink.stroke)
    (cell,) = on_page(ink, rulings)
    assert cell.iou(Box(22, 17, 357, 77)) > 0.9
    count, _ = cv2.connectedComponents(remove_rulings(ink, rulings).mask)
    assert count == 3  # two 1s and the paper


def test_pale_boxes_of_a_part_are_cells_and_their_guides_go() -> None:
    prepared = prepare(Page("part", 1, pale_boxes()))
    assert prepared.part
    assert not prepared.field
    assert len(prepared.rulings.cells) == 3
    assert sorted(word.cell for word in prepared.words) == [0, 1, 2]
    assert {len(word.parts) for word in prepared.words} == {1}


def test_pale_boxes_that_fill_a_small_noisy_picture_are_no_pattern_of_the_paper() -> None:
    column = np.vstack([pale_boxes()] * 4).astype(np.float64)
    column += np.random.default_rng(3).normal(0, 7, column.shape)
    prepared = prepare(Page("column", 1, np.clip(column, 0, 255).astype(np.uint8)))
    assert not prepared.part
    assert len(prepared.rulings.cells) == 12
    assert sorted(word.cell for word in prepared.words) == list(range(12))


def test_a_box_of_a_part_with_some_of_its_border_under_a_stroke_is_found() -> None:
    picture = pale_boxes()
    picture[16:25, 74:104] = 225
    cv2.line(picture, (70, 20), (106, 21), (40,), 5)
    assert len(prepare(Page("part", 1, picture)).rulings.cells) == 3


def test_a_dark_line_from_edge_to_edge_of_a_part_is_a_ruling() -> None:
    picture = pale_boxes()
    cv2.line(picture, (315, 0), (316, 119), (50,), 3)
    words = prepare(Page("part", 1, picture)).words
    assert sorted(word.cell for word in words) == [0, 1, 2]


def test_a_cell_without_rulings_may_lie_at_the_edge() -> None:
    level, plumb = np.zeros((60, 60), np.uint8), np.zeros((60, 60), np.uint8)
    darkness = np.full((60, 60), 90, np.uint8)
    draw_border(level, plumb, darkness, (6, 6, 40, 40))
    assert level[3, 20] == plumb[20, 3] == level[50, 20] == plumb[20, 50] == 90


def test_pages_without_rulings_have_none() -> None:
    for shape in ((1, 1), (7, 300), (400, 400), (1200, 900)):
        ink, rulings = found(np.full(shape, PAPER, np.uint8))
        assert not rulings.cells
        assert not rulings.horizontal.any()
        assert rulings.labels.shape == ink.mask.shape
        assert np.array_equal(remove_rulings(ink, rulings).mask, ink.mask)


def test_a_box_whose_corner_is_under_a_stroke_is_found() -> None:
    pixels = paper()
    (drawn,) = grid(pixels, 300, 400, 1, 1, 80)
    pixels[395:406, 340:383] = PAPER  # the end of the upper ruling, and a stroke over it
    cv2.line(pixels, (335, 402), (390, 400), (BLACK,), 7)
    cv2.line(pixels, (335, 402), (350, 450), (BLACK,), 7)
    ink, rulings = found(pixels)
    assert matched([drawn], on_page(ink, rulings)) == 1


def test_a_line_is_not_followed_over_bare_paper() -> None:
    pixels = paper()
    grid(pixels, 300, 400, 1, 1, 80)
    pixels[395:410, 345:383] = PAPER
    assert not found(pixels)[1].cells


def test_a_box_of_thick_lines_is_found_and_goes() -> None:
    pixels = paper()
    cv2.rectangle(pixels, (300, 400), (620, 490), (BLACK,), 12)
    zero(pixels, 460, 445, 25)
    ink, rulings = found(pixels)
    assert matched([Box(306, 406, 308, 78)], on_page(ink, rulings)) == len(rulings.cells) == 1
    count, _ = cv2.connectedComponents(remove_rulings(ink, rulings).mask)
    assert count == 2


def test_boxes_on_patterned_paper_are_found_and_nothing_else() -> None:
    y, x = np.indices((1600, 1200))
    light = np.ones(x.shape)
    for period, swing in ((6, 12), (9, -9)):
        wave = np.cos((y + swing * np.sin(x / 60)) * (2 * np.pi / period))
        light -= 0.16 * np.clip(2 * wave - 0.8, 0, 1)
    pixels = (PAPER * light).astype(np.uint8)
    drawn = grid(pixels, 200, 300, 8, 4, 90)
    for box in drawn:
        zero(pixels, round(box.center[0]), round(box.center[1]), 25)
    prepared = prepare(Page("drawn.png", 1, pixels))
    assert matched(drawn, on_page(prepared.ink, prepared.rulings)) == 32
    assert len(prepared.rulings.cells) == len(prepared.words) == 32


@pytest.mark.parametrize("lean", [6, 0])
def test_a_one_from_edge_to_edge_of_a_box_is_no_ruling(lean: int) -> None:
    pixels = paper()
    drawn = [box for k in range(4) for box in grid(pixels, 200 + 150 * k, 300, 1, 2, 90)]
    sway = np.array((0, 2, -2, 2, -2, 0) if not lean else (0,) * 6)
    for box in drawn[::3]:
        columns = box.x + 40 + sway + np.linspace(0, lean, 6)
        points = np.stack([columns, np.linspace(box.y - 3, box.bottom + 2, 6)], axis=1)
        cv2.polylines(pixels, [points.astype(np.int32)], isClosed=False, color=(80,), thickness=3)
    assert matched(drawn, on_page(*found(pixels))) == len(drawn)


def test_a_stroke_through_a_number_is_no_ruling() -> None:
    pixels = paper()
    for top in (100, 300, 500):
        cv2.rectangle(pixels, (200, top), (600, top + 90), (BLACK,), 3)
        for k in range(5):
            zero(pixels, 280 + 55 * k, top + 45, 28)
    columns = np.linspace(250, 530, 8)
    rows = 345 + np.array([0, 4, 1, -2, 2, 5, 1, -1])
    points = np.stack([columns, rows], axis=1).astype(np.int32)
    cv2.polylines(pixels, [points], isClosed=False, color=(80,), thickness=4)
    ink, rulings = found(pixels)
    assert len(rulings.cells) == 3
    assert ink.mask[400:460, 320:650].any()
    assert not rulings.horizontal[400:460, 320:650].any()


def test_a_crease_aslant_over_the_page_parts_no_boxes() -> None:
    pixels = paper()
    drawn = [box for top in (300, 600, 900) for box in grid(pixels, 300, top, 1, 1, 90)]
    bare = pixels.copy()
    cv2.line(pixels, (0, 610), (1199, 690), (200,), 3)
    ink, rulings = found(np.minimum(pixels, bare))
    assert matched(drawn, on_page(ink, rulings)) == len(rulings.cells) == 3
