"""The images of README.md and of the documentation. `make screenshots` puts them into docs/screenshots/."""

import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from testing.harness import ROOT

from .conftest import PHONE, Visitor

SIZE: ViewportSize = {"width": 880, "height": 540}
MOST = 60_000  # bytes of an image, because every clone contains all of them


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    asked = os.environ.get("SCREENSHOTS")
    return ROOT / asked if asked else tmp_path_factory.mktemp("screenshots")


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(viewport=SIZE, locale="en-US")
    visitor = Visitor(context.new_page(), site)
    visitor.sign_in()
    yield visitor.page
    context.close()


def consent_url(site: str) -> str:
    """Return the address to which an app sends its user."""
    redirect_uri = "https://assistant.example/callback"
    metadata = {
        "client_name": "Assistant",
        "redirect_uris": [redirect_uri],
        "token_endpoint_auth_method": "none",
    }
    request = urllib.request.Request(  # noqa: S310 - the site under test
        f"{site}/oauth/register", json.dumps(metadata).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        client_id = json.load(answer)["client_id"]
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": "a-state",
        "code_challenge": "A" * 43,
        "code_challenge_method": "S256",
    }
    return f"{site}/oauth/authorize?{urlencode(query)}"


def take(page: Page, path: Path) -> None:
    page.screenshot(path=path, animations="disabled")
    assert path.stat().st_size < MOST


def test_home(page: Page, site: str, folder: Path) -> None:
    page.goto(site)
    page.get_by_text("Claude Code", exact=True).first.click()
    take(page, folder / "home.png")


def test_consent(page: Page, site: str, folder: Path) -> None:
    page.goto(consent_url(site))
    take(page, folder / "consent.png")


def test_consent_on_a_phone_in_spanish(page: Page, site: str, folder: Path) -> None:
    """Choosing another language at the bottom of the page leads back to the same page."""
    page.set_viewport_size(PHONE)
    page.goto(consent_url(site))
    page.get_by_role("button", name="español").click()
    assert page.get_by_role("heading", name="¿Permitir que Assistant actúe en su nombre?").is_visible()
    take(page, folder / "consent-es.png")


def test_token(page: Page, site: str, folder: Path) -> None:
    page.goto(f"{site}/tokens/")
    page.locator(".tool-choice summary").click()
    take(page, folder / "tokens.png")
