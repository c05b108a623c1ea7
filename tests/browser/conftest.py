"""A generated project in production, and a browser whose warnings make tests fail."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, ViewportSize

from sites import MakeSite

PASSWORD = secrets.token_urlsafe()
SET_PASSWORD = f"""
from accounts.models import User
admin = User.objects.get()
admin.set_password({PASSWORD!r})
admin.save()
"""
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def site(make_site: MakeSite) -> Iterator[str]:
    """The URL of a running site with the superuser admin@example.com."""
    site = make_site(DEBUG="False")
    site.manage("shell", "--no-imports", "--command", SET_PASSWORD)
    with site.serve_web() as server:
        yield server.url


@dataclass
class Visitor:
    """A user with a browser. `complaints` contains errors, warnings and failed requests."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.url}: {response.status}")

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def sign_in(self) -> None:
        self.open("/accounts/login/")
        self.page.get_by_label("E-mail address").fill("admin@example.com")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()


@pytest.fixture(params=[(PHONE, "light"), (DESKTOP, "dark")], ids=["phone-light", "desktop-dark"])
def visitor(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Visitor]:
    """A visitor whose browser must have no complaints at the end of the test."""
    size, scheme = request.param
    context = chromium.new_context(
        viewport=size, color_scheme=scheme, permissions=["clipboard-read", "clipboard-write"]
    )
    visitor = Visitor(context.new_page(), site)
    yield visitor
    context.close()
    assert visitor.complaints == []
