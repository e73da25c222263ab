"""A page on its side or upside down is read as if it lay upright; an upright one is let be."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitscan.reading.engine import GlyphEngine
from digitscan.reading.geometry import map_box, quarter_turn
from digitscan.reading.prepare import prepare
from digitscan.reading.quick import Cascade
from digitscan.reading.read import Reader
from digitscan.reading.turns import Axis, glyph_sized, lead, line_axis, quarter_turns
from digitscan.types import Box, Floats, Page, PageReading

SAMPLES = Path(__file__).parent.parent / "samples"


def rows_of_boxes(rows: int, columns: int, step_x: int, step_y: int) -> NDArray[np.int32]:
    """Draw up boxes 20 wide and 30 high, in reading order."""
    return np.array(
        [(x * step_x, y * step_y, 20, 30) for y in range(rows) for x in range(columns)], np.int32
    )


def outside(boxes: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.full(len(boxes), -1, np.int32)


def test_lines_run_where_the_next_glyph_is_nearer() -> None:
    boxes = rows_of_boxes(rows=4, columns=8, step_x=24, step_y=50)
    assert line_axis(boxes, outside(boxes)) is Axis.ACROSS
    assert line_axis(boxes[:, [1, 0, 3, 2]], outside(boxes)) is Axis.DOWN


def test_an_even_grid_does_not_tell_how_lines_run() -> None:
    boxes = rows_of_boxes(rows=6, columns=6, step_x=25, step_y=35)
    assert line_axis(boxes, outside(boxes)) is Axis.UNSURE


def test_few_components_do_not_tell() -> None:
    boxes = rows_of_boxes(rows=2, columns=8, step_x=24, step_y=50)
    assert line_axis(boxes, outside(boxes)) is Axis.UNSURE
    assert line_axis(boxes[:0], outside(boxes[:0])) is Axis.UNSURE


def test_single_digits_in_cells_do_not_tell() -> None:
    column = rows_of_boxes(rows=40, columns=1, step_x=24, step_y=34)
    assert line_axis(column, np.arange(40, dtype=np.int32)) is Axis.UNSURE


def test_glyph_sized_leaves_out_bars_specks_and_drawings() -> None:
    usual = rows_of_boxes(rows=1, columns=5, step_x=24, step_y=50)
    others = np.array([(0, 0, 30, 5), (0, 0, 4, 4), (0, 0, 200, 90)], np.int32)
    assert glyph_sized(np.concatenate((others, usual))).tolist() == [3, 4, 5, 6, 7]
    assert glyph_sized(others[:1]).tolist() == []


def test_lead_grows_with_the_glyphs_that_agree() -> None:
    known, unknown = np.ones(15, np.float32), np.zeros(15, np.float32)
    assert lead(known, unknown) == pytest.approx(15 / 4)
    assert lead(unknown, known) == pytest.approx(-15 / 4)
    assert lead(known, known) == 0.0
    assert lead(known[:0], known[:0]) == 0.0


class Unasked:
    """An engine that must not run."""

    def run(self, images: Floats) -> dict[str, Floats]:
        raise AssertionError(f"{len(images)} glyphs asked for nothing")


def test_a_field_is_never_turned() -> None:
    exam = read("exam-scores.png")[110:190, 120:460]
    field = prepare(Page("field", 1, np.ascontiguousarray(np.rot90(exam))))
    assert quarter_turns(field, GlyphEngine(Unasked(), 1.0, 1.0)) == 0


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def read(name: str) -> NDArray[np.uint8]:
    return np.asarray(cv2.imread(str(SAMPLES / name), cv2.IMREAD_GRAYSCALE), np.uint8)


def turned_by(pixels: NDArray[np.uint8], turns: int) -> Page:
    return Page("exam", 1, np.ascontiguousarray(np.rot90(pixels, turns)))


def texts_and_boxes(reading: PageReading, turns: int) -> list[tuple[str, list[Box]]]:
    """Return what was read, with the digits' boxes as on the upright page."""
    size = reading.width, reading.height
    upright = size if turns % 2 == 0 else size[::-1]
    back = quarter_turn(turns, upright)
    return sorted(
        (number.text, [map_box(digit.box, back, upright) for digit in number.digits])
        for number in reading.numbers
    )


@pytest.fixture(scope="module")
def readings(reader: Reader) -> list[PageReading]:
    """Four pages in one batch: a form, then the form on its side, upside down, on the other."""
    form = read("exam-scores.png")[100:480, 100:1300]
    return reader.read_pages([turned_by(form, turns) for turns in range(4)])


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_form_is_read_like_the_upright_one(
    readings: list[PageReading], turns: int
) -> None:
    upright, turned = readings[0], readings[turns]
    assert [n.text for n in turned.numbers] == [n.text for n in upright.numbers]
    assert {"20", "14", "52"} <= {n.text for n in upright.numbers}
    assert (turned.width, turned.height) == ((1200, 380) if turns == 2 else (380, 1200))
    assert texts_and_boxes(turned, turns) == texts_and_boxes(upright, 0)


def test_of_an_upright_form_only_the_first_network_is_asked(reader: Reader) -> None:
    alone = Cascade(reader._glyphs.first, GlyphEngine(Unasked(), 1.0, 1.0))
    assert quarter_turns(prepare(Page("", 1, read("exam-scores.png"))), alone) == 0


@pytest.mark.parametrize(("turns", "back"), [(0, 0), (2, 2)])
def test_digits_alone_tell_which_way_is_up(reader: Reader, turns: int, back: int) -> None:
    page = turned_by(read("notes.jpg"), turns)
    assert quarter_turns(prepare(page), reader._glyphs) == back
