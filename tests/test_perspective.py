"""A sheet photographed from low down is set flat; one that hardly tapers is left as it is."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitscan.reading.clean import clean
from digitscan.reading.geometry import map_box
from digitscan.reading.perspective import flattening
from digitscan.types import Box, Page

Corners = list[tuple[int, int]]
STEEP: Corners = [(220, 80), (640, 60), (780, 560), (30, 570)]
STRAIGHT: Corners = [(60, 40), (740, 50), (750, 560), (50, 550)]


def sheet(corners: Corners) -> NDArray[np.uint8]:
    mask = np.zeros((600, 800), np.uint8)
    cv2.fillPoly(mask, [np.array(corners, np.int32)], (1,))
    return mask


def test_the_corners_of_a_steep_sheet_become_those_of_a_rectangle() -> None:
    found = flattening(sheet(STEEP))
    assert found is not None
    to_picture, (width, height) = found
    corners = np.linalg.inv(to_picture) @ np.array([(*c, 1) for c in STEEP], np.float64).T
    flat = (corners[:2] / corners[2]).T
    inside = np.array([(0, 0), (width, 0), (width, height), (0, height)])
    assert np.abs(flat - inside).max() < 0.03 * width


def test_what_hardly_tapers_or_has_not_four_corners_in_sight_stays() -> None:
    assert flattening(sheet(STRAIGHT)) is None
    assert flattening(sheet([(220, -80), (640, -60), (780, 560), (30, 570)])) is None
    assert flattening(sheet([(220, 80), (640, 60), (780, 560), (400, 400), (30, 570)])) is None


def test_boxes_of_a_steep_sheet_lead_back_to_the_photo() -> None:
    form = np.full((900, 1200), 240, np.uint8)
    for x in range(100, 1100, 60):
        cv2.rectangle(form, (x, 100), (x + 20, 800), (30,), 3)
    before = np.array([(0, 0), (1200, 0), (1200, 900), (0, 900)], np.float32)
    matrix = cv2.getPerspectiveTransform(before, 2 * np.array(STEEP, np.float32))
    photo = cv2.warpPerspective(form, matrix, (1600, 1200), borderValue=(60.0,))
    ink = clean(Page("photo.png", 1, np.asarray(photo, np.uint8)))
    drawn = cv2.perspectiveTransform(
        np.array([[(520, 100), (543, 100), (543, 803), (520, 803)]], np.float32) - 1.5, matrix
    )[0]
    wanted = Box.from_corners(
        *(int(v) for v in drawn.min(axis=0).round()), *(int(v) for v in drawn.max(axis=0).round())
    )
    stats = cv2.connectedComponentsWithStats(ink.mask)[2][1:, :4].tolist()
    found = [map_box(Box(*row), ink.to_page, ink.page_size) for row in stats]
    assert max(box.iou(wanted) for box in found) > 0.9
    tall = [row for row in stats if row[3] > 500]
    assert len(tall) == 17
    assert max(row[2] for row in tall) < 1.5 * min(row[2] for row in tall)
