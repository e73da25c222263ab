"""The browser: Debian's Chromium, driven by Playwright, one for all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

from browser.drawn import report_data, write_report

REQUIRED = os.environ.get("DIGITSCAN_BROWSER") == "required"
"""Where CI runs, a missing browser is a failure."""


VIEWPORT: ViewportSize = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        message = "no chromium on the path: apt-get install chromium"
        pytest.fail(message) if REQUIRED else pytest.skip(message)
    # Chromium's own sandbox refuses to run as root; the pages are ours.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@dataclass
class Watched:
    """What a page did beside being looked at: complaints in its console, and requests."""

    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @contextmanager
    def watching(self, page: Page) -> Iterator[None]:
        def heard(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.complaints.append(message.text)

        def failed(error: Error) -> None:
            self.complaints.append(str(error))

        def asked(request: Request) -> None:
            self.requests.append(request.url)

        page.on("console", heard)
        page.on("pageerror", failed)
        page.on("request", asked)
        yield
        page.remove_listener("console", heard)
        page.remove_listener("pageerror", failed)
        page.remove_listener("request", asked)


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Page:
    """Open the tab that tests share, since each of its own costs half a second."""
    context = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce")
    context.set_default_timeout(5000)
    return context.new_page()


@pytest.fixture(scope="session")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of an empty page: a file, so that no new process begins for reports."""
    path = tmp_path_factory.mktemp("nothing") / "nothing.html"
    path.write_text("<!doctype html><title>Nothing</title><link rel=icon href=data:,>")
    return path.as_uri()


@pytest.fixture
def page(tab: Page, nothing: str, watched: Watched) -> Iterator[Page]:
    """Give the shared tab, its storage empty; whatever it complains of fails the test."""
    tab.set_viewport_size(VIEWPORT)
    tab.emulate_media(color_scheme="light")
    with watched.watching(tab):
        yield tab
        if tab.url != nothing:
            tab.goto(nothing)
            tab.evaluate("localStorage.clear()")
    assert watched.complaints == []


@pytest.fixture
def second(tab: Page, watched: Watched) -> Iterator[Page]:
    """Give a tab of one test beside `page`, with the same storage; it may be closed."""
    page = tab.context.new_page()
    with watched.watching(page):
        yield page
    page.close()
    assert watched.complaints == []


TEXTS = [
    *[("0123", 0.99), ("45", 0.62), ("678", 0.995), ("90", 0.71), ("7", 0.999)],
    *[("77", 0.55), ("1234567", 0.98), ("08", 0.3), ("321", 0.9999), ("55", 0.85)],
    *[("17", 0.97), ("2", 0.8)],
]
"""Twelve numbers on two pages, six of them for review: 45, 90, 77, 08, 55 and 2."""


@pytest.fixture(scope="session")
def small_data() -> dict[str, Any]:
    return report_data(TEXTS)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, small_data: dict[str, Any]) -> str:
    """Return the address of a report of twelve numbers."""
    return write_report(tmp_path_factory.mktemp("small"), small_data).as_uri()
