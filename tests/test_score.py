"""Scores by hand: tiny tables against tiny truths."""

from pathlib import Path
from typing import Any

import pytest

from digitscan.errors import UsageError
from digitscan.scoring.figures import Figures
from digitscan.scoring.report import compare
from digitscan.scoring.tables import Row, read_results, read_truth
from digitscan.types import Box

HEADER = "file,page,number,position,digit,confidence,kind,x,y,width,height,review\n"


def row(digit: str, x: int, number: int = 1, position: int = 1, review: bool = False) -> Row:
    return Row(1, number, position, digit, 0.9, Box(x, 10, 10, 20), review)


def score(results: dict[str, list[Row]], truth: dict[str, Any]) -> Figures:
    return compare({name: tuple(rows) for name, rows in results.items()}, truth).figures


def truth_digit(digit: int, x: int) -> dict[str, int]:
    return {"digit": digit, "x": x, "y": 10, "width": 10, "height": 20}


def test_digits_need_the_place_and_the_value() -> None:
    figures = score(
        {"a.png": [row("1", 0), row("7", 20), row("5", 100)]},
        {"a.png": [truth_digit(1, 0), truth_digit(2, 20)]},
    )
    assert figures["digit_box_recall"] == 1
    assert figures["digit_recall"] == 0.5
    assert figures["digit_precision"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["strings_exact"] == 0


def test_a_string_is_exact_whatever_the_order_of_rows() -> None:
    rows = [row("2", 20, position=2), row("1", 0)]
    figures = score({"a.png": rows}, {"a.png": [truth_digit(2, 20), truth_digit(1, 0)]})
    assert figures["strings_exact"] == figures["digit_f1"] == 1


def test_fields_take_what_lies_in_them_and_the_rest_counts_as_beside() -> None:
    field = {"x": 0, "y": 0, "width": 50, "height": 40, "text": "1-2"}
    ignore = {"x": 200, "y": 0, "width": 50, "height": 40}
    rows = [row("1", 5), row("2", 25), row("9", 120), row("8", 210)]
    figures = score({"a.png": rows}, {"a.png": {"fields": [field], "ignore": [ignore]}})
    assert figures["fields_exact"] == 1
    assert figures["extra_digits_per_page"] == 1


def test_numbers_are_compared_as_a_multiset() -> None:
    rows = [row("1", 0, 1, 1), row("2", 10, 1, 2), row("7", 50, 2, 1)]
    figures = score({"a.png": rows}, {"a.png": {"numbers": ["12", "12"]}})
    assert figures["number_recall"] == 0.5
    assert figures["number_precision"] == 0.5
    figures = score({}, {"a.png": {"numbers": ["12", "12"]}})
    assert (figures["number_recall"], figures["number_precision"]) == (0, 0)


def test_what_is_marked_for_review_is_not_accepted() -> None:
    truth = {"a.png": [truth_digit(1, 0)], "b.png": [truth_digit(1, 0)]}
    figures = score({"a.png": [row("7", 0, review=True)], "b.png": [row("7", 0)]}, truth)
    assert figures["accepted"] == 0.5
    assert figures["error_among_accepted"] == 1


def test_a_share_of_nothing_is_none() -> None:
    figures = score({"a.png": [row("1", 0, review=True)]}, {"a.png": [truth_digit(1, 0)]})
    assert figures["accepted"] == 0
    assert figures["error_among_accepted"] is None


def test_an_empty_page_should_stay_empty() -> None:
    truth = {name: {"empty": True} for name in ("a.png", "b.png", "c.png")}
    figures = score({"a.png": [row("1", 0)]}, truth)
    assert figures["empty_pages"] == 3
    assert figures["digits_per_empty_page"] == 0.33


def test_results_are_read_by_kind_and_by_name_without_folder(tmp_path: Path) -> None:
    table = tmp_path / "results.csv"
    table.write_text(
        HEADER
        + "b/a.png,1,1,1,7,0.9900,handwritten,3,4,5,6,true\n"
        + "b/a.png,1,2,1,8,0.9900,printed,3,4,5,6,false\n"
    )
    assert read_results(table) == {"a.png": (Row(1, 1, 1, "7", 0.99, Box(3, 4, 5, 6), True),)}


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", HEADER + "a,x,1,1,1,1,handwritten,0,0,1,1,true\n"]
)
def test_another_table_is_refused_by_name(tmp_path: Path, text: str) -> None:
    table = tmp_path / "other.csv"
    table.write_text(text)
    with pytest.raises(UsageError, match=r"other\.csv"):
        read_results(table)


@pytest.mark.parametrize("text", ["[1]", "{}", "null", "", "{", "[" * 100_000, "\xff"])
def test_a_truth_that_is_none_is_refused_by_name(tmp_path: Path, text: str) -> None:
    truth = tmp_path / "truth.json"
    truth.write_text(text, "latin-1")
    with pytest.raises(UsageError, match=r"truth\.json is not a truth file"):
        read_truth(truth)
