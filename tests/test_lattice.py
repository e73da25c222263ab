"""Cells that complete a lattice of equal cells."""

import numpy as np
from numpy.typing import NDArray

from digitscan.reading.lattice import equal_cells, missing_cells, replaced

SIZE, PITCH = 40, 46


def lattice(columns: int = 5, rows: int = 3) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Cells at (100, 100) with rulings of 4 pixels, tone 120, between them."""
    darkness = np.zeros((500, 600), np.uint8)
    cells = []
    for row in range(rows):
        for column in range(columns):
            x, y = 100 + column * PITCH, 100 + row * PITCH
            darkness[y - 5 : y + SIZE + 5, x - 5 : x + SIZE + 5] = 120
            cells.append((x, y, SIZE, SIZE))
    for x, y, wide, high in cells:
        darkness[y - 1 : y + high + 1, x - 1 : x + wide + 1] = 0
    return np.array(cells, np.intp), darkness


def test_a_missing_cell_is_found_where_its_border_is_printed() -> None:
    cells, darkness = lattice()
    for lost in (0, 7, 14):
        (found,) = missing_cells(np.delete(cells, lost, axis=0), darkness).tolist()
        assert np.abs(np.array(found) - cells[lost]).max() <= 2


def test_a_cross_over_the_cell_does_not_hide_it() -> None:
    cells, darkness = lattice()
    x, y = cells[7, :2]
    for k in range(-4, SIZE + 4):
        darkness[y + k, x + k - 2 : x + k + 2] = 255
    assert len(missing_cells(np.delete(cells, 7, axis=0), darkness)) == 1


def test_two_cells_of_a_part_tell_where_the_third_is() -> None:
    cells, darkness = lattice(columns=3, rows=1)
    assert not len(missing_cells(cells[:2], darkness))
    (found,) = missing_cells(cells[:2], darkness, few=True).tolist()
    assert np.abs(np.array(found) - cells[2]).max() <= 2


def test_a_complete_lattice_gets_no_cell() -> None:
    assert not len(missing_cells(*lattice()))


def test_where_nothing_is_printed_nothing_is_added() -> None:
    cells, darkness = lattice()
    x, y = cells[14, :2]
    darkness[y - 1 : y + 60, x - 1 : x + 60] = 0
    assert not len(missing_cells(np.delete(cells, 14, axis=0), darkness))


def test_few_or_unequal_cells_make_no_lattice() -> None:
    cells, darkness = lattice()
    assert not len(missing_cells(cells[:3], darkness))
    assert not len(missing_cells(np.zeros((0, 4), np.intp), darkness))
    grown = cells.copy()
    grown[:, 2:] += 12 * np.arange(len(cells))[:, None]
    assert equal_cells(grown) == []


def test_cells_in_groups_are_found_over_the_gap() -> None:
    cells, darkness = lattice(columns=2)
    both, tone = [], np.zeros((500, 600), np.uint8)
    for right in (0, 2 * PITCH + 20, 4 * PITCH + 40):
        both.append(cells + np.array((right, 0, 0, 0)))
        tone = np.maximum(tone, np.roll(darkness, right, axis=1))
    every = np.vstack(both)
    lost = [6, 7]  # the first row of the second group
    found = missing_cells(np.delete(every, lost, axis=0), tone)
    np.testing.assert_allclose(sorted(found.tolist()), every[lost], atol=2)


def test_a_part_cut_off_a_cell_does_not_take_its_place_and_small_regular_cells_do() -> None:
    cells, darkness = lattice()
    cut = cells.copy()
    cut[7, 2] = 25
    assert len(missing_cells(cut, darkness)) == 1
    halves = np.array([(100 + k * PITCH, y, SIZE, 18) for k in range(5) for y in (238, 260)])
    assert not len(missing_cells(np.vstack([cells, halves]), darkness))


def test_halves_of_many_cells_cut_by_1s_do_not_take_their_places() -> None:
    cells, darkness = lattice(columns=6, rows=4)
    cut = np.isin(np.arange(len(cells)), (0, 6, 12, 18))
    left, right = cells[cut], cells[cut] + (22, 0, 0, 0)
    for x, y in cells[cut, :2]:
        darkness[y : y + SIZE, x + 17 : x + 23] = 200
    left[:, 2] = right[:, 2] = 18
    found = missing_cells(np.vstack([cells[~cut], left, right]), darkness)
    np.testing.assert_allclose(sorted(found.tolist()), cells[cut], atol=2)


def test_cells_that_a_guide_s_stroke_narrows_are_found_whole() -> None:
    cells, darkness = lattice(columns=6, rows=4)
    cut = np.arange(len(cells)) % 3 == 0
    narrowed = cells[cut] + (12, 0, -12, 0)
    for x, y in cells[cut, :2]:
        darkness[y : y + SIZE, x + 8 : x + 12] = 100
    found = missing_cells(np.vstack([cells[~cut], narrowed]), darkness)
    np.testing.assert_allclose(sorted(found.tolist()), sorted(cells[cut].tolist()), atol=2)


def test_the_paper_around_a_cell_does_not_take_its_place() -> None:
    cells, darkness = lattice()
    around = cells[[7]] + (-12, -12, 24, 24)
    (found,) = missing_cells(np.vstack([np.delete(cells, 7, axis=0), around]), darkness)
    np.testing.assert_allclose(found, cells[7], atol=2)


def test_a_cell_with_a_part_of_the_next_does_not_take_its_place() -> None:
    cells, darkness = lattice()
    more = cells[[7]] + (-22, 0, 22, 0)
    (found,) = missing_cells(
        np.vstack([np.delete(cells, [6, 7], axis=0), cells[[6]], more]), darkness
    )
    np.testing.assert_allclose(found, cells[7], atol=2)


def test_the_commonest_size_comes_first_and_cut_cells_make_no_group_of_their_own() -> None:
    cells, _ = lattice()
    cut = cells[:6].copy()
    cut[:, 2] -= 10
    first, second = equal_cells(np.vstack([cut, cells[6:]]))
    assert (first[:, 2] == SIZE).all()
    assert (second[:, 2] == SIZE - 10).all()


def test_parts_of_a_found_cell_and_several_run_into_one_are_replaced() -> None:
    found = np.array([(100, 100, 40, 60), (100, 166, 40, 60)], np.intp)
    part, both = (104, 104, 20, 50), (100, 100, 41, 126)
    around, beside = (40, 40, 300, 300), (150, 100, 40, 60)
    cells = np.array([part, both, around, beside], np.intp)
    assert replaced(cells, found).tolist() == [True, True, False, False]
    assert replaced(cells, found[:1]).tolist() == [True, False, False, False], "half is not all"
