"""What is printed alike in equal cells is not what is written."""

from dataclasses import replace

import cv2
import numpy as np

from digitscan.reading.clean import Ink
from digitscan.reading.guides import FEW, remove_guides
from digitscan.reading.prepare import prepare
from digitscan.reading.rulings import Rulings
from digitscan.types import Box, Page

GUIDE, PEN = 90, 255


def cells_with_guides(count: int = 12, guide: int = GUIDE) -> tuple[Ink, Rulings]:
    """Draw a row of cells of 40 x 50 pixels, each with an 8 of two squares printed in it."""
    darkness = np.zeros((100, 60 * count), np.uint8)
    boxes = []
    for k in range(count):
        x, y = 60 * k + 10, 25
        for top in (9, 24):
            cv2.rectangle(darkness, (x + 12, y + top), (x + 27, y + top + 15), (guide,), 2)
        boxes.append(Box(x, y, 40, 50))
    mask = (darkness > 40).view(np.uint8)
    nothing = np.zeros_like(mask)
    ink = Ink(darkness, mask, np.eye(3), 3.0, (darkness.shape[1], 100))
    return ink, Rulings(nothing, nothing, tuple(boxes), np.zeros(mask.shape, np.uint16))


def write_one(ink: Ink, rulings: Rulings, cell: int, aside: int) -> None:
    box = rulings.cells[cell]
    x = box.x + aside
    cv2.line(ink.darkness, (x, box.y + 8), (x, box.y + 42), (PEN,), 4)
    ink.mask[:] = ink.darkness > 40


def test_the_guide_goes_and_the_pen_stays_also_on_the_guide() -> None:
    ink, rulings = cells_with_guides()
    write_one(ink, rulings, 2, 20)
    write_one(ink, rulings, 5, 12)
    cleared = remove_guides(ink, rulings)
    written = ink.darkness == PEN
    assert cleared.mask[written].all()
    assert cleared.mask.sum() == written.sum()
    assert not cleared.darkness[~written].any()


def test_guides_of_many_cells_go_wherever_the_pen_wrote() -> None:
    ink, rulings = cells_with_guides(count=3 * FEW)
    for cell in range(1, 3 * FEW, 3):  # in none of those that are looked at first
        write_one(ink, rulings, cell, 20)
    cleared = remove_guides(ink, rulings)
    assert np.array_equal(cleared.mask > 0, ink.darkness == PEN)


def test_print_as_dark_as_the_pen_is_left_to_later_judgement() -> None:
    ink, rulings = cells_with_guides(guide=PEN)
    write_one(ink, rulings, 2, 20)
    assert np.array_equal(remove_guides(ink, rulings).mask, ink.mask)


def test_thin_print_as_dark_as_the_pen_leaves_what_is_written_for_review() -> None:
    ink, rulings = cells_with_guides(guide=0)
    for cell in rulings.cells:  # a pixel wide, as thresholded photos have them
        for top in (9, 24):
            corner = cell.x + 12, cell.y + top
            cv2.rectangle(ink.darkness, corner, (corner[0] + 15, corner[1] + 15), [PEN], 1)
    for k in range(9):
        write_one(ink, rulings, k, 6 + 3 * k)
    assert np.array_equal(remove_guides(ink, rulings).mask, ink.mask)


def test_a_few_cells_are_not_enough_to_tell() -> None:
    ink, rulings = cells_with_guides(count=5)
    write_one(ink, rulings, 2, 20)
    assert np.array_equal(remove_guides(ink, rulings).mask, ink.mask)


def test_cells_without_a_guide_are_left_alone() -> None:
    ink, rulings = cells_with_guides(guide=0)
    for cell in range(12):
        write_one(ink, rulings, cell, 8 + 2 * cell)
    assert np.array_equal(remove_guides(ink, rulings).mask, ink.mask)
    assert np.array_equal(remove_guides(ink, rulings).darkness, ink.darkness)


def test_a_guide_over_the_edge_of_a_large_cell_leaves_nothing_there() -> None:
    page = np.full((700, 1000), 250, np.uint8)
    for k in range(10):
        x, y = 60 + 90 * k, 300
        for top in (20, 40):
            cv2.ellipse(page, (x + 35, y + top), (15, 10), 0, 0, 360, (190,), 3)
        cv2.rectangle(page, (x, y), (x + 50, y + 72), (140,), 2)
    for k in (1, 4, 7):
        cv2.line(page, (80 + 90 * k, 315), (80 + 90 * k, 355), (20,), 5)
    prepared = prepare(Page("drawn.png", 1, page))
    assert len(prepared.rulings.cells) == 10
    assert len(prepared.words) == 3


def test_the_thin_lines_of_a_dark_guide_go_too() -> None:
    """Smoothed, as print is found, a line of one pixel is paler than it is."""
    darkness = np.zeros((100, 720), np.uint8)
    boxes = tuple(Box(60 * k + 10, 25, 40, 50) for k in range(12))
    for box in boxes:
        cv2.rectangle(darkness, (box.x + 12, box.y + 9), (box.x + 27, box.y + 40), (150,), 1)
    mask = (darkness > 40).view(np.uint8)
    nothing = np.zeros_like(mask)
    ink = Ink(darkness, mask, np.eye(3), 3.0, (720, 100))
    rulings = Rulings(nothing, nothing, boxes, np.zeros(mask.shape, np.int32))
    for cell in (2, 5, 9):
        write_one(ink, rulings, cell, 20)
    written = ink.darkness == PEN
    assert np.array_equal(remove_guides(ink, rulings).mask, written)


def few_in_boxes(count: int = 3, border: int = 100) -> tuple[Ink, Rulings]:
    """Draw the same few cells in boxes as pale as their guides."""
    ink, rulings = cells_with_guides(count)
    plumb = np.zeros_like(ink.mask)
    for cell in rulings.cells:
        plumb[cell.y : cell.bottom, cell.x - 4 : cell.x - 1] = border
    return ink, replace(rulings, vertical=plumb)


def test_in_few_cells_print_is_as_pale_as_the_boxes_around_it() -> None:
    ink, rulings = few_in_boxes()
    write_one(ink, rulings, 1, 20)
    cleared = remove_guides(ink, rulings)
    assert cleared.mask[ink.darkness == PEN].all()
    far = cv2.dilate((ink.darkness == PEN).view(np.uint8), np.ones((5, 5), np.uint8)) == 0
    assert not cleared.mask[far].any()
    assert not cleared.darkness[far].any()


def test_in_few_cells_a_paler_pen_beside_a_dark_one_stays() -> None:
    ink, rulings = few_in_boxes()
    write_one(ink, rulings, 1, 20)
    pencil = rulings.cells[2]
    cv2.line(ink.darkness, (pencil.x + 6, pencil.y + 4), (pencil.x + 6, pencil.y + 45), (165,), 5)
    ink.mask[:] = ink.darkness > 40
    assert (remove_guides(ink, rulings).mask == ink.mask)[:, pencil.x - 5 :].all()


def test_in_few_cells_in_dark_boxes_nothing_is_told_by_darkness() -> None:
    ink, rulings = few_in_boxes(border=240)
    write_one(ink, rulings, 1, 20)
    assert np.array_equal(remove_guides(ink, rulings).mask, ink.mask)
