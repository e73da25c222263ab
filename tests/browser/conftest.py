"""The browser: Debian's Chromium, driven by Playwright, one for all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from browser.drawn import report_data, write_report

REQUIRED = os.environ.get("DIGITSCAN_BROWSER") == "required"
"""Where CI runs, a missing browser is a failure."""


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

    def watch(self, page: Page) -> None:
        def heard(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.complaints.append(message.text)

        def asked(request: Request) -> None:
            self.requests.append(request.url)

        page.on("console", heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", asked)


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def page(browser: Browser, watched: Watched) -> Iterator[Page]:
    """Open an empty tab with storage of its own; whatever it complains of fails the test."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", accept_downloads=True
    )
    context.set_default_timeout(5000)
    page = context.new_page()
    watched.watch(page)
    yield page
    context.close()
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
