"""What the report page shows, and the ways through it, by keyboard and by pointer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect


def readings(page: Page) -> list[str]:
    """Read the rows of the table that exist, from the top."""
    return page.locator(".numbers .rows .reading").all_inner_texts()


def test_the_overview_counts(page: Page, small: str) -> None:
    page.goto(small)
    figures = [text.split("\n") for text in page.locator(".figures li").all_inner_texts()]
    assert [figure[:2] for figure in figures] == [
        ["2", "pages"],
        ["12", "numbers"],
        ["6", "accepted"],
        ["6", "for review"],
        ["6", "still to do"],
        ["0", "corrected"],
        ["3", "unread cells"],
        ["1", "failed"],
    ]
    bars = page.get_by_role("list", name="Numbers by confidence").get_by_role("link")
    expect(bars.first).to_have_accessible_name("0 to 50 %: 0 accepted, 1 for review")
    expect(page.get_by_role("list", name="Digits by class").get_by_role("link")).to_have_count(10)
    expect(page.get_by_role("table").first).to_contain_text("torn.png")
    expect(page.get_by_role("link", name="form 2.png")).to_have_attribute("href", "#page/2")
    expect(page.locator(".facts")).to_contain_text("d1e2f3")
    expect(page.locator(".facts")).to_contain_text("max-error")


def test_a_bar_of_the_histogram_leads_to_its_numbers(page: Page, small: str) -> None:
    page.goto(small)
    page.get_by_role("link", name="50 to 80 %: 0 accepted, 3 for review").press("Enter")
    expect(page.locator(".clear output")).to_have_text("3 of 12 numbers")
    assert readings(page) == ["77", "45", "90"]
    page.go_back()
    page.get_by_role("link", name=re.compile("^7: ")).press("Enter")
    expect(page.locator(".crop")).to_have_count(6)


FILTERS = [
    ("Reading", "77", ["77"]),
    ("Reading", "^7", ["7", "77"]),
    ("Reading", "^1?$", ["17"]),
    ("File", "FORM 2", ["17", "2"]),
    ("Page", "2", []),
    ("From %", "99", ["0123", "678", "7", "321"]),
    ("Under %", "60", ["77", "08"]),
    ("Kind", "printed", ["678"]),
    ("State", "waiting for review", ["45", "90", "77", "08", "55", "2"]),
]


def test_the_table_is_filtered(page: Page, small: str) -> None:
    page.goto(small + "#numbers")
    for name, value, found in FILTERS:
        field = page.get_by_label(name, exact=True)
        if name in {"Kind", "State"}:
            field.select_option(value)
        else:
            field.fill(value)
        expect(page.locator(".numbers .rows .row")).to_have_count(len(found))
        assert readings(page) == found, name
        page.get_by_role("button", name="Clear").press("Enter")
        expect(page.locator(".numbers .rows .row")).to_have_count(12)


def test_the_table_is_sorted_and_a_reload_keeps_it(page: Page, small: str) -> None:
    page.goto(small + "#numbers")
    page.get_by_role("button", name="Confidence").press("Enter")
    assert readings(page)[:3] == ["08", "77", "45"]
    page.get_by_role("button", name="Confidence").press("Enter")
    head = page.get_by_role("columnheader", name="Confidence")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert readings(page)[:2] == ["321", "7"]
    page.reload()
    assert readings(page)[:2] == ["321", "7"]


def test_the_filter_is_reached_and_left_by_keyboard(page: Page, small: str) -> None:
    page.goto(small)
    page.keyboard.press("/")
    expect(page.get_by_label("Reading", exact=True)).to_be_focused()
    page.keyboard.type("45")
    page.keyboard.press("Enter")
    expect(page.locator("[data-number='1']")).to_be_focused()


def test_arrows_go_through_rows_and_digits(page: Page, small: str) -> None:
    page.goto(small + "#numbers")
    page.keyboard.press("n")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-number='2']")).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator("[data-number='11']")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Digit 1: 0, 99.90 %")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-number='0']")).to_be_focused()


def test_a_box_shows_its_number_and_leads_to_its_row_and_back(page: Page, small: str) -> None:
    page.goto(small + "#page/1")
    expect(page.locator(".box")).to_have_count(10)
    panel = page.get_by_role("complementary")
    page.locator(".box[data-number='1']").hover()
    expect(panel).to_contain_text("Number 2")
    digit = panel.get_by_role("button", name="Digit 2: 5, 62.0 %, then 1 6.00 %, 9 2.00 %")
    expect(digit).to_be_visible()
    page.locator("h1").hover()
    expect(panel).to_contain_text("Number 1")
    page.locator(".box[data-number='1']").click()
    row = page.get_by_role("grid", name="Numbers of this page").locator("[data-number='1']")
    expect(row).to_be_focused()
    row.press("ArrowDown")
    page.locator(".list [data-number='2']").click()
    expect(page.locator(".box[data-number='2']")).to_be_focused()


def test_the_page_is_gone_through_by_keyboard(page: Page, small: str) -> None:
    page.goto(small + "#page/1/9")
    page.keyboard.press("n")
    expect(page.locator(".box[data-number='9']")).to_be_focused()
    page.keyboard.press("n")
    expect(page.get_by_label("Page shown")).to_have_value("1")
    expect(page.locator(".box[data-number='11']")).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator(".numbers [data-number='11']")).to_be_focused()
    page.keyboard.press("p")
    expect(page.locator(".box[data-number='11']")).to_be_focused()
    page.keyboard.press("[")
    expect(page.locator(".box")).to_have_count(10)


def test_the_scan_is_zoomed_and_moved(page: Page, small: str) -> None:
    page.goto(small + "#page/1/5")
    sheet, viewport = page.locator(".sheet"), page.locator(".viewport")
    expect(page.locator(".zoom")).to_have_text("221 %")

    def place(element: str) -> tuple[float, float]:
        box = page.locator(element).bounding_box()
        assert box is not None
        return box["x"], box["width"]

    page.keyboard.press("+")
    expect(page.locator(".zoom")).to_have_text("276 %")
    left, width = place(".sheet")
    assert width == pytest.approx(400 * 2.7625, abs=2)
    page.keyboard.press("Shift+ArrowRight")
    assert place(".sheet")[0] < left
    viewport.hover()
    page.mouse.down()
    page.mouse.move(900, 500, steps=3)
    page.mouse.up()
    moved = place(".sheet")[0]
    page.keyboard.down("Control")
    page.mouse.wheel(0, 200)
    page.keyboard.up("Control")
    expect(page.locator(".zoom")).not_to_have_text("276 %")
    assert place(".sheet")[1] < width
    assert moved != left
    page.keyboard.press("f")
    expect(page.locator(".zoom")).to_have_text("221 %")
    expect(sheet).to_be_visible()


def test_the_scan_is_pinched_and_boxes_are_tapped(page: Page, small: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(small + "#page/1")
    browser = page.context.new_cdp_session(page)

    def touch(kind: str, *fingers: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(fingers)]
        browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def tap(number: int) -> None:
        box = page.locator(f".box[data-number='{number}']").bounding_box()
        assert box is not None
        touch("touchStart", (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
        touch("touchEnd")
        expect(page.locator(".inspector h2")).to_contain_text(f"Number {number + 1} ")

    def pinch(gaps: range) -> float:
        touch("touchStart", (100 - gaps[0], 240), (100 + gaps[0], 240))
        for gap in gaps:
            touch("touchMove", (100 - gap, 240), (100 + gap, 240))
        touch("touchEnd")
        sheet = page.locator(".sheet").bounding_box()
        assert sheet is not None
        return sheet["width"]

    tap(2)
    assert pinch(range(30, 91, 6)) == pytest.approx(366 * 3, rel=0.05)
    assert page.evaluate("visualViewport.scale") == 1
    tap(1)
    assert pinch(range(90, 44, -5)) == pytest.approx(366 * 3 / 2, rel=0.05)
    tap(3)
    browser.detach()


def test_crops_stand_least_certain_first(page: Page, small: str) -> None:
    page.goto(small + "#digits/7")
    assert page.locator(".crop span").all_inner_texts() == sorted(
        page.locator(".crop span").all_inner_texts(), key=lambda text: float(text.split()[0])
    )
    expect(page.locator(".crop").first).to_have_accessible_name(
        "7, 55.0 %, digit 2 of 77, form 1.png"
    )
    page.keyboard.press("]")
    expect(page.get_by_role("grid", name="Crops read as 8")).to_be_visible()
    expect(page.locator(".classes a[aria-current]")).to_have_accessible_name("8: 2 crops")


def test_help_lists_the_keys_and_switches_single_ones_off(page: Page, small: str) -> None:
    page.goto(small + "#numbers")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("next for review")
    keys.get_by_label("Single letters work as keys").press("Space")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.locator("[data-number='0']").focus()
    page.keyboard.press("n")
    expect(page.locator("[data-number='0']")).to_be_focused()


def test_a_small_screen_shows_everything(page: Page, small: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for view in ("", "#page/1", "#numbers", "#digits/7"):
        page.goto(small + view)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide == 390, view
        for name in ("Next", "Save", "Help and keys"):
            expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport()
    page.locator(".crop").first.click()
    expect(page.get_by_role("button", name="Make what is chosen a 1")).to_be_in_viewport()
    # What is accepted there is seen, all of the number.
    expect(page.get_by_role("button", name="Accept")).to_be_in_viewport()
    expect(page.locator(".around")).to_be_in_viewport(ratio=1)


def test_a_long_number_is_shown_whole_on_a_small_screen(page: Page, small: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(small + "#numbers")
    row = page.locator("[data-number='6']")  # 1234567
    wide, room = (row.locator(one).bounding_box() for one in ("canvas", ".snippet"))
    assert wide is not None
    assert room is not None
    assert wide["width"] <= room["width"]


def test_what_was_read_is_hidden_from_the_scan_and_shown_again(page: Page, small: str) -> None:
    page.goto(small + "#page/1")
    page.keyboard.press("h")
    expect(page.locator(".layer")).to_have_css("opacity", "0")
    page.keyboard.press("h")
    expect(page.locator(".layer")).to_have_css("opacity", "1")
