"""axe-core finds nothing to complain of, in any view, light and dark, large and small."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

AXE = Axe()
RULES = {"resultTypes": ["violations"]}


def complaints(page: Page) -> list[str]:
    found = AXE.run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def edited(page: Page, small: str, scheme: str) -> None:
    """Show every state a number can be in, in one colour scheme."""
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    page.goto(small + "#numbers")
    for key in ("n", "Enter", "8", "Enter", "x", "n", "ArrowRight", "2", "n"):
        page.keyboard.press(key)
    expect(page.locator("#progress-text")).to_have_text("4 of 6 reviewed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_views_have_no_violations(page: Page, small: str, scheme: str) -> None:
    edited(page, small, scheme)
    for view in ("numbers", "overview", "page", "digits"):
        page.goto(f"{small}#{view}")
        if view == "digits":
            page.locator(".crop").first.click()
            page.keyboard.press("1")
            page.keyboard.press("Space")
        assert complaints(page) == [], view


def test_a_small_screen_has_no_violations(page: Page, small: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    edited(page, small, "light")
    for view in ("numbers", "page", "digits"):
        page.goto(f"{small}#{view}")
        assert complaints(page) == [], view


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dialogs_and_messages_have_no_violations(page: Page, small: str, scheme: str) -> None:
    edited(page, small, scheme)
    page.evaluate("dispatchEvent(new Event('missing'))")
    expect(page.get_by_role("alert")).to_be_visible()
    for key in ("?", "s"):
        page.keyboard.press(key)
        assert complaints(page) == [], key
        page.keyboard.press("Escape")
