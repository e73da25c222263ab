"""Correcting on the report page, by keyboard alone unless a test says otherwise."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect


def saved(page: Page, who: str = "") -> list[list[str]]:
    """Save with `s`; the rows of corrections.csv, its header first, times left out."""
    page.keyboard.press("s")
    page.keyboard.type(who)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "corrections.csv"
    with Path(download.value.path()).open(newline="", encoding="utf-8") as file:
        return [line[:-1] for line in csv.reader(file)]


HEADER = ["file", "page", "number", "position", "old", "new", "who"]


@pytest.fixture
def numbers(page: Page, small: str) -> Page:
    page.goto(small + "#numbers")
    return page


def test_next_goes_through_what_is_for_review_and_enter_accepts(numbers: Page) -> None:
    numbers.keyboard.press("n")
    expect(numbers.locator("#field")).to_have_value("45")
    expect(numbers.locator("[data-number='1']")).to_be_focused()
    numbers.keyboard.press("Enter")
    expect(numbers.locator("[data-number='1'] .chip")).to_have_text("accepted")
    expect(numbers.locator("[data-number='3']")).to_be_focused()
    expect(numbers.locator("#progress-text")).to_have_text("1 of 6 reviewed")
    numbers.keyboard.press("b")
    expect(numbers.locator("#field")).to_have_value("2")


def test_a_number_is_typed_over(numbers: Page) -> None:
    numbers.keyboard.press("n")
    numbers.keyboard.type("48")
    numbers.keyboard.press("Enter")
    expect(numbers.locator("[data-number='1'] ins")).to_have_text("48")
    expect(numbers.locator("[data-number='1'] del")).to_have_text("45")
    expect(numbers.locator("[data-number='3']")).to_be_focused()
    assert saved(numbers, "Ada") == [HEADER, ["form 1.png", "1", "2", "", "45", "48", "Ada"]]


def test_only_digits_can_be_typed_and_escape_takes_back(numbers: Page) -> None:
    numbers.keyboard.press("n")
    numbers.keyboard.type("4")
    numbers.keyboard.type("g .-")
    expect(numbers.locator("#field")).to_have_value("4")
    numbers.keyboard.press("Escape")
    expect(numbers.locator("#field")).to_have_value("45")
    expect(numbers.locator("[data-number='1']")).to_be_focused()


def test_a_digit_is_typed_over_and_marked_as_none(numbers: Page) -> None:
    numbers.keyboard.press("n")
    numbers.keyboard.press("ArrowRight")
    numbers.keyboard.press("ArrowRight")
    numbers.keyboard.type("6")
    expect(numbers.locator("#field")).to_have_value("46")
    numbers.keyboard.press("ArrowLeft")
    numbers.keyboard.press("Delete")
    expect(numbers.locator("#field")).to_have_value("6")
    assert saved(numbers) == [
        HEADER,
        ["form 1.png", "1", "2", "1", "4", "", ""],
        ["form 1.png", "1", "2", "2", "5", "6", ""],
    ]


def test_a_runner_up_is_one_press(numbers: Page) -> None:
    numbers.keyboard.press("n")
    numbers.get_by_role("button", name="Make digit 2 a 1").press("Enter")
    expect(numbers.locator("#field")).to_have_value("41")


def test_no_number_and_undo(numbers: Page) -> None:
    numbers.keyboard.press("n")
    numbers.keyboard.press("x")
    expect(numbers.locator("[data-number='1'] .chip")).to_have_text("no number")
    assert saved(numbers) == [HEADER, ["form 1.png", "1", "2", "", "45", "", ""]]
    numbers.keyboard.press("u")
    expect(numbers.locator("[data-number='1'] .chip")).to_have_text("for review")
    numbers.keyboard.press("r")
    expect(numbers.locator("[data-number='1'] .chip")).to_have_text("no number")
    numbers.keyboard.press("Control+z")
    expect(numbers.locator("[data-number='1'] .chip")).to_have_text("for review")
    assert saved(numbers) == [HEADER]


def test_what_is_corrected_outlives_the_tab(numbers: Page, small: str) -> None:
    numbers.keyboard.press("n")
    numbers.keyboard.type("48")
    numbers.keyboard.press("Enter")
    numbers.keyboard.press("Enter")
    tab = numbers.context.new_page()
    numbers.close()
    tab.goto(small + "#numbers")
    expect(tab.locator("[data-number='1'] ins")).to_have_text("48")
    expect(tab.locator("[data-number='3'] .chip")).to_have_text("accepted")
    expect(tab.locator("#progress-text")).to_have_text("2 of 6 reviewed")


def test_two_tabs_of_a_run_show_the_same(numbers: Page, small: str) -> None:
    other = numbers.context.new_page()
    other.goto(small + "#numbers")
    numbers.bring_to_front()
    numbers.keyboard.press("n")
    numbers.keyboard.press("Enter")
    expect(other.locator("#progress-text")).to_have_text("1 of 6 reviewed")


def test_many_crops_are_retyped_and_taken_back_at_once(page: Page, small: str) -> None:
    page.goto(small + "#digits/7")
    crops = page.locator(".crop")
    expect(crops).to_have_count(6)
    page.keyboard.press("d")
    crops.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("1")
    expect(page.locator(".crop.changed > b")).to_have_text(["1", "1"])
    page.keyboard.press("u")
    expect(page.locator(".crop.changed")).to_have_count(0)


def test_all_done_is_said(numbers: Page) -> None:
    numbers.keyboard.press("n")
    for _ in range(6):
        numbers.keyboard.press("Enter")
    expect(numbers.locator("#progress-text")).to_have_text("6 of 6 reviewed")
    expect(numbers.locator("#said")).to_contain_text("All numbers for review are done")
    lines = saved(numbers)[1:]
    assert [line[4] for line in lines] == [line[5] for line in lines]
    assert len(lines) == 6


def test_a_browser_that_keeps_nothing_is_told_of(page: Page, small: str) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    page.goto(small + "#numbers")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("save the corrections")
