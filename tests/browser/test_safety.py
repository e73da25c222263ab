"""Whatever stands in names, the page shows it as text, and it asks nobody for anything."""

from __future__ import annotations

from contextlib import nullcontext
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Watched
from browser.drawn import report_data, write_report

EVIL = "<img src=x onerror=\"document.title='run'\">"
VIEWS = ["", "#page/1/1", "#numbers", "#digits/7"]


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a report whose every word is markup."""
    data = report_data([("77", 0.5)], file=EVIL + "</script><script>document.title='run'</script>")
    data["failures"] = [{"file": EVIL, "page": 2, "error": EVIL, "message": EVIL}]
    data["run"].update(results=EVIL, model=EVIL, version=EVIL, settings={EVIL: EVIL})
    data["numbers"][0][data["number_columns"].index("kind")] = EVIL
    return write_report(tmp_path_factory.mktemp("evil"), data, title=EVIL).as_uri()


def test_markup_in_names_is_shown_as_it_is(page: Page, evil: str) -> None:
    for view in VIEWS:
        page.goto(evil + view)
        expect(page.locator(".view")).to_be_visible()
        expect(page.locator("body")).to_contain_text("<img src=x onerror=")
        assert page.title() == EVIL
        assert page.locator("img[src=x], script:not([id]):not([type=module])").count() == 0


def test_only_the_pictures_beside_it_are_asked_for(
    page: Page, small: str, watched: Watched
) -> None:
    folder = small.rsplit("/", 1)[0]
    for view in VIEWS:
        page.goto(small + view)
        # The overview has no pictures; crops and snippets are drawn once they are seen.
        with page.expect_request("**/sheet.png") if view else nullcontext():
            page.reload()
    asked = {url.split("#")[0] for url in watched.requests} - {"data:,"}
    assert asked == {small, f"{folder}/pictures/page.png", f"{folder}/pictures/sheet.png"}


FORBIDDEN = [
    "document.body.append(Object.assign(document.createElement('script'), {textContent: '0'}))",
    "document.body.setAttribute('onclick', '0'), document.body.click()",
    "document.body.append(Object.assign(new Image(), {src: 'https://127.0.0.1:9/'}))",
    "fetch('https://127.0.0.1:9/').catch(() => 0)",
    "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')",
]


def test_the_policy_forbids_all_else(page: Page, small: str, watched: Watched) -> None:
    page.goto(small)
    page.evaluate("addEventListener('securitypolicyviolation', () => (document.title = 'held'))")
    for script in FORBIDDEN:
        page.evaluate(f"() => {{ document.title = ''; {script} }}")
        expect(page).to_have_title("held")
    assert all("Content Security Policy" in complaint for complaint in watched.complaints)
    watched.complaints.clear()


def test_pictures_that_are_gone_are_told_of(
    page: Page, tmp_path: Path, small_data: dict[str, Any], watched: Watched
) -> None:
    data = deepcopy(small_data)
    data["pages"][0].update(picture="gone/page.jpg", sheet="gone/sheet.jpg")
    data["pages"][1].update(picture="", sheet="")
    address = write_report(tmp_path, data).as_uri()
    page.goto(address + "#numbers")
    expect(page.get_by_role("alert")).to_contain_text("Pictures of this report are missing")
    page.goto(address + "#page/2/1")
    expect(page.locator(".lost")).to_be_visible()
    expect(page.locator(".box")).to_have_count(2)
    assert all("ERR_FILE_NOT_FOUND" in complaint for complaint in watched.complaints)
    watched.complaints.clear()


def test_nothing_read_is_shown_too(page: Page, tmp_path: Path) -> None:
    address = write_report(tmp_path, report_data([])).as_uri()
    for view in VIEWS:
        page.goto(address + view)
        page.reload()
        for key in ("n", "Enter", "x", "7", "u", "+", "f", "]", "p", "t", "d", "o"):
            page.keyboard.press(key)
    expect(page.locator("#progress-text")).to_have_text("nothing for review")
