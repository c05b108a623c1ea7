"""The client's user, in Chromium: signs in and allows what the client asks for."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from clients.place import EMAIL, PASSWORD

# Like those in tests/browsers.py.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
           "--disable-sync", "--no-first-run"]  # fmt: skip


@dataclass
class Person:
    browser: Browser

    def allow(self, url: str) -> str:
        """Follow an authorization URL to its end, and return the text of the last page."""
        context = self.browser.new_context()
        try:
            page = context.new_page()
            page.goto(url)
            allow(page)
            page.wait_for_load_state()
            page.wait_for_timeout(500)
            return page.inner_text("body")
        finally:
            context.close()


def allow(page: Page) -> None:
    """Sign in where the page asks for it, and press Allow."""
    if "/login" in page.url:
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("button[name=allow]").click()


@contextmanager
def person() -> Iterator[Person]:
    program = shutil.which("chromium")
    if not program:
        raise RuntimeError("Chromium is missing: run scripts/install-test-servers.sh.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield Person(browser)
        browser.close()
