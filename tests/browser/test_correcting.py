"""Correcting on the report page, by keyboard alone unless a test says otherwise."""

from __future__ import annotations

import csv
import re
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
    expect(numbers.locator("#progress-text")).to_have_text("1 of 6 reviewed")
    assert saved(numbers) == [
        HEADER,
        ["form 1.png", "1", "2", "", "45", "6", ""],
        ["form 1.png", "1", "2", "1", "4", "", ""],
        ["form 1.png", "1", "2", "2", "5", "6", ""],
    ]


def test_a_runner_up_is_one_press(numbers: Page) -> None:
    numbers.keyboard.press("n")
    numbers.get_by_role("button", name="Make digit 2 a 1").press("Enter")
    expect(numbers.locator("#field")).to_have_value("41")
    expect(numbers.locator(".digit:focus")).to_have_accessible_name(re.compile("^Digit 2: 1"))


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


def test_what_is_corrected_is_in_all_tabs_and_outlives_them(
    page: Page, second: Page, small: str
) -> None:
    page.goto(small + "#numbers")
    second.goto(small + "#numbers")
    second.keyboard.press("n")
    second.keyboard.type("48")
    second.keyboard.press("Enter")
    second.keyboard.press("Enter")
    expect(page.locator("#progress-text")).to_have_text("2 of 6 reviewed")
    second.close()
    page.reload()
    expect(page.locator("[data-number='1'] ins")).to_have_text("48")
    expect(page.locator("[data-number='3'] .chip")).to_have_text("accepted")
    expect(page.locator("#progress-text")).to_have_text("2 of 6 reviewed")


def test_many_crops_are_retyped_and_taken_back_at_once(page: Page, small: str) -> None:
    page.goto(small + "#digits/7")
    crops = page.locator(".crop")
    expect(crops).to_have_count(6)
    crops.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("1")
    expect(page.locator(".crop.changed > b")).to_have_text(["1", "1"])
    page.keyboard.press("u")
    expect(page.locator(".crop.changed")).to_have_count(0)


def test_a_crop_retyped_leaves_its_number_for_review_until_that_is_accepted(
    page: Page, small: str
) -> None:
    page.goto(small + "#digits/7")
    page.get_by_role("gridcell", name="digit 2 of 77").focus()
    page.keyboard.press("1")
    line = ["form 1.png", "1", "6"]
    assert saved(page) == [HEADER, [*line, "2", "7", "1", ""]]
    expect(page.locator("#said")).to_contain_text("77 is 71; the number is still for review")
    expect(page.locator(".inspector .chip")).to_have_text("for review")
    expect(page.locator("#progress-text")).to_have_text("0 of 6 reviewed")
    page.keyboard.press("t")
    expect(page.locator("[data-number='5'] ins")).to_have_text("71")
    page.keyboard.press("Enter")
    expect(page.locator("[data-number='5'] .chip")).to_have_text("corrected")
    expect(page.locator("#progress-text")).to_have_text("1 of 6 reviewed")
    assert saved(page) == [HEADER, [*line, "", "77", "71", ""]]


def test_crops_are_chosen_by_pointer_too(page: Page, small: str) -> None:
    page.goto(small + "#digits/7")
    page.locator(".crop").nth(1).click()
    page.locator(".crop").nth(3).click(modifiers=["Shift"])
    expect(page.locator(".tools.chosen")).to_contain_text("3 crops chosen")
    page.get_by_role("button", name="Mark what is chosen as no digit").click()
    expect(page.locator(".crop.changed > b")).to_have_count(3)


def test_enter_on_a_crop_accepts_its_number_and_goes_on(page: Page, small: str) -> None:
    page.goto(small + "#digits/5")
    page.locator(".crop").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#progress-text")).to_have_text("1 of 6 reviewed")
    expect(page.locator(".crop:focus")).to_have_accessible_name(
        "5, 85.0 %, digit 2 of 55, form 1.png"
    )


def test_beside_the_crops_a_key_means_the_digit_that_has_the_keyboard(
    page: Page, small: str
) -> None:
    page.goto(small + "#digits/7")
    expect(page.locator("#field")).to_have_value("77")
    page.get_by_role("button", name="Digit 1: 7").focus()
    page.keyboard.press("4")
    expect(page.locator("#field")).to_have_value("47")


def test_all_done_is_said(numbers: Page) -> None:
    numbers.keyboard.press("n")
    for _ in range(6):
        numbers.keyboard.press("Enter")
    expect(numbers.locator("#progress-text")).to_have_text("6 of 6 reviewed")
    expect(numbers.locator("#said")).to_contain_text("All numbers for review are done")
    lines = saved(numbers)[1:]
    assert [line[4] for line in lines] == [line[5] for line in lines]
    assert len(lines) == 6


@pytest.mark.parametrize(
    "script",
    [
        "Storage.prototype.setItem = () => { throw new Error('full') }",
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('forbidden') }})",
    ],
)
def test_a_browser_that_keeps_nothing_is_told_of(second: Page, small: str, script: str) -> None:
    second.add_init_script(script)
    second.goto(small + "#numbers")
    second.keyboard.press("n")
    second.keyboard.press("Enter")
    expect(second.get_by_role("alert")).to_contain_text("save the corrections")
