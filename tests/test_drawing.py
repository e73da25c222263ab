"""Drawn pages: what the truth says is what the pixels show."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.paper import faxed, photographed, scanned, turned
from drawing.pen import FELT_TIP, make_writer, specimens
from drawing.sheet import Sheet
from drawing.truth import Drawing

CORNERS = [(0.1, 0.08), (0.94, 0.03), (0.98, 0.97), (0.03, 0.9)]


def one_number(text: str = "2907", dpi: int = 200, seed: int = 3) -> Drawing:
    """Draw a number on an empty sheet, nothing else."""
    sheet = Sheet(60, 30, dpi, seed=seed)
    sheet.fill_in(5, 8, 50, 12, text, make_writer(seed, FELT_TIP))
    return sheet.finish()


def ink_box(page: Drawing) -> tuple[int, int, int, int]:
    """Tight box of all that is dark: left, top, right, bottom."""
    rows, columns = np.nonzero(page.pixels.min(axis=2) < 128)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def union(page: Drawing) -> tuple[int, int, int, int]:
    """Box around all digits of the truth: left, top, right, bottom."""
    boxes = np.array([digit.box for field in page.fields for digit in field.digits])
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    return left, top, right, bottom


@settings(max_examples=25, deadline=None)
@given(
    st.text("0123456789", min_size=1, max_size=6),
    st.sampled_from([100, 150, 200, 300, 600]),
    st.integers(0, 50),
)
def test_truth_is_the_tight_box_of_the_ink(text: str, dpi: int, seed: int) -> None:
    page = one_number(text, dpi, seed)
    (field,) = page.fields
    assert [digit.value for digit in field.digits] == [int(mark) for mark in text]
    np.testing.assert_allclose(union(page), ink_box(page), atol=1)


@pytest.mark.parametrize("degrees", [-12.0, -1.5, 0.7, 8.0])
def test_truth_turns_with_the_page(degrees: float) -> None:
    page = turned(one_number(), degrees)
    np.testing.assert_allclose(union(page), ink_box(page), atol=2)


def test_truth_goes_through_the_camera() -> None:
    plain = one_number()
    page = photographed(plain, (700, 500), CORNERS)
    left, top, right, bottom = union(page)
    inside = page.pixels[top:bottom, left:right].min(axis=2)
    around = page.pixels[top - 6 : bottom + 6, left - 6 : right + 6].min(axis=2)
    assert (around < 90).sum() == (inside < 90).sum() > 500


def test_scanner_and_fax_leave_places_alone() -> None:
    plain = one_number()
    for page in (scanned(plain, seed=4), faxed(plain, seed=4)):
        assert page.fields is plain.fields
        assert page.pixels.shape == plain.pixels.shape
    assert set(np.unique(faxed(plain).pixels)) == {0, 255}


def test_separators_are_ink_but_no_digits() -> None:
    page = one_number("1.250-3")
    assert [digit.value for digit in page.fields[0].digits] == [1, 2, 5, 0, 3]
    assert page.fields[0].text == "1.250-3"


def test_comb_holds_one_digit_a_cell_up_to_the_last() -> None:
    sheet = Sheet(80, 30)
    sheet.fill_comb(10, 8, 6, (9, 11), "482", make_writer(5))
    (field,) = sheet.finish().fields
    cells = [
        (digit.box[0] + digit.box[2] / 2 - sheet.px(10)) / sheet.px(9) for digit in field.digits
    ]
    assert [int(cell) for cell in cells] == [3, 4, 5]


def test_empty_field_is_told_and_has_no_ink() -> None:
    page = one_number("")
    assert [(field.text, field.digits) for field in page.fields] == [("", ())]
    assert (page.pixels == 255).all()


def test_words_signatures_and_print_are_no_truth() -> None:
    sheet = Sheet(100, 60, 200)
    writer = make_writer(1)
    sheet.letters(10, 20, "Marta", 5, writer)
    sheet.sign(10, 40, 30, 8, writer)
    sheet.print(60, 20, "Total 1234", 4)
    page = sheet.finish()
    assert page.fields == ()
    assert all((part < 128).any() for part in (page.pixels[:, :350], page.pixels[:200, 450:]))


def test_same_seed_same_page() -> None:
    first, again, other = one_number(seed=7), one_number(seed=7), one_number(seed=8)
    assert np.array_equal(first.pixels, again.pixels)
    assert not np.array_equal(first.pixels, other.pixels)


def test_shipped_digits_cover_every_class() -> None:
    pixels, labels = specimens()
    assert pixels.shape[1:] == (28, 28)
    assert np.bincount(labels, minlength=10).min() >= 10
