"""axe-core finds nothing to complain of, in any view, light and dark, large and small."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

AXE = Axe()
ALL = {"resultTypes": ["violations"]}
BY_COLOUR = ALL | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules of axe that ask for colours; what all others ask for is the same light and dark."""
SIZES = [
    pytest.param(ViewportSize(width=1280, height=800), id="large"),
    pytest.param(ViewportSize(width=390, height=844), id="small"),
]


def complaints(page: Page) -> list[str]:
    """List what axe finds in the page as it stands, light and dark."""
    found = []
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    for scheme, rules in (("light", ALL), ("dark", BY_COLOUR)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        said = page.evaluate("async (rules) => (await axe.run(rules)).violations", rules)
        found += [f"{scheme}, {one['id']}: {node['html']}" for one in said for node in one["nodes"]]
    return found


@pytest.fixture(params=SIZES)
def edited(page: Page, small: str, request: pytest.FixtureRequest) -> Page:
    """Show every state a number can be in, at one size."""
    page.set_viewport_size(request.param)
    page.goto(small + "#numbers")
    for key in ("n", "Enter", "8", "Enter", "x", "n", "ArrowRight", "2", "n"):
        page.keyboard.press(key)
    expect(page.locator("#progress-text")).to_contain_text("4 of 6")
    return page


def test_views_have_no_violations(edited: Page, small: str) -> None:
    for view in ("numbers", "overview", "page", "digits"):
        edited.goto(f"{small}#{view}")
        if view == "digits":
            edited.locator(".crop").first.click()
            edited.keyboard.press("1")
            edited.keyboard.press("Space")
        assert complaints(edited) == [], view


def test_dialogs_and_messages_have_no_violations(edited: Page) -> None:
    edited.evaluate("dispatchEvent(new Event('missing'))")
    expect(edited.get_by_role("alert")).to_be_visible()
    for key in ("?", "s"):
        edited.keyboard.press(key)
        assert complaints(edited) == [], key
        edited.keyboard.press("Escape")
