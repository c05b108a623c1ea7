"""Every client connects in the way that its own documentation describes, with a person at a browser."""

import asyncio
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from typing import Any

import httpx2
import pytest
from fastmcp import Client as MCPClient
from fastmcp.client.auth import OAuth
from fastmcp.client.transports import StreamableHttpTransport
from playwright.sync_api import Browser, BrowserContext, Page, expect

from oauth.client import Client
from oauth.internet import Internet
from oauth.people import press, sign_in
from oauth.profiles import PROFILES, Profile
from stacks import PASSWORD
from testing.stack import Stack

ALICE = "alice@example.com"
BY_NAME = {profile.name: profile for profile in PROFILES}
ADJUSTMENT = {"product_id": 1, "change": 1, "reason": "counted"}


@pytest.fixture
def page(browser_of_alice: BrowserContext) -> Iterator[Page]:
    page = browser_of_alice.new_page()
    yield page
    page.close()


def introduced(profile: Profile, site: Stack, http: httpx2.Client, internet: Internet) -> Client:
    """Return a client that has identified itself to the server."""
    if profile.document:
        internet.publish(profile.document, {"client_id": profile.document} | profile.metadata)
    client = Client(profile, site.url, http)
    client.discover()
    client.identify()
    return client


@pytest.fixture
def cursor(site: Stack, http: httpx2.Client, played_internet: Internet) -> Client:
    """A typical client."""
    return introduced(BY_NAME["Cursor"], site, http, played_internet)


def connect(client: Client, page: Page) -> None:
    page.goto(client.authorization_url())
    callback = press(page, "Connect", client.profile.redirect_uri)
    assert client.redeem(client.code(callback)).status_code == 200


@pytest.mark.parametrize("profile", PROFILES, ids=BY_NAME)
def test_a_client(
    profile: Profile, site: Stack, http: httpx2.Client, played_internet: Internet, page: Page
) -> None:
    """From the 401 to a tool call, through a refresh, until the user disconnects the client."""
    client = introduced(profile, site, http, played_internet)
    connect(client, page)
    assert client.call_tool("whoami").structured_content == {"email": ALICE, "is_staff": False}
    assert not client.call_tool("adjust_stock", **ADJUSTMENT).is_error

    first = client.tokens
    assert client.refresh().status_code == 200
    assert client.tokens["access_token"] != first["access_token"]
    assert client.tokens["refresh_token"] != first["refresh_token"]
    assert client.call_tool("whoami").structured_content == {"email": ALICE, "is_staff": False}

    name = profile.metadata["client_name"]
    tokens = page.context.new_page()  # the first page may have been redirected to a desktop program
    tokens.goto(site.url + "/tokens/")
    tokens.get_by_label(f"Disconnect {name}", exact=True).click()
    tokens.get_by_role("button", name=f"Yes, disconnect {name}", exact=True).click()
    expect(tokens.get_by_role("status")).to_contain_text(name)
    tokens.close()
    assert client.list_tools().status_code == 401
    refused = client.refresh()
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


def test_all_twelve_of_the_facts_and_more() -> None:
    assert len(BY_NAME) == len(PROFILES) >= 12


@pytest.mark.filterwarnings("ignore:Using in-memory token storage")
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_that_is_a_library(mode: str, site: Stack, page: Page, trust: ssl.SSLContext) -> None:
    """FastMCP's client, which uses the official SDK, takes all steps without help."""
    addresses: Queue[str] = Queue()

    class App(OAuth):
        async def redirect_handler(self, authorization_url: str) -> None:
            addresses.put(authorization_url)

    async def call() -> Any:
        app = App(client_name=f"Library, {mode}")
        async with MCPClient(StreamableHttpTransport(site.url + "/mcp", auth=app), mode=mode) as client:
            return (await client.call_tool("whoami")).structured_content

    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(asyncio.run, call())
        page.goto(addresses.get(timeout=30))
        page.get_by_role("button", name="Connect").click()
        assert answer.result(timeout=30) == {"email": ALICE, "is_staff": False}


def test_who_is_not_signed_in_signs_in_first(cursor: Client, chromium: Browser) -> None:
    context = chromium.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(cursor.authorization_url())
    sign_in(page, ALICE, PASSWORD)
    callback = press(page, "Connect", cursor.profile.redirect_uri)
    context.close()
    assert cursor.redeem(cursor.code(callback)).status_code == 200


@pytest.mark.parametrize(
    ("profile", "verified"),
    [("claude.ai, CIMD", "claude.ai"), ("claude.ai, registered", ""), ("VS Code, CIMD", "vscode.dev")],
)
def test_a_person_is_told_who_asks(
    profile: str, verified: str, site: Stack, http: httpx2.Client, played_internet: Internet, page: Page
) -> None:
    """A published document proves the host of a client; a registration proves nothing."""
    client = introduced(BY_NAME[profile], site, http, played_internet)
    page.goto(client.authorization_url())
    expect(page.get_by_role("heading", level=1)).to_contain_text(client.profile.metadata["client_name"])
    expect(page.locator("#main").get_by_text(ALICE)).to_be_visible()
    if verified:
        expect(page.get_by_text("Verified:")).to_contain_text(verified)
    else:
        expect(page.get_by_text("Not verified:")).to_be_visible()


def test_a_person_narrows_the_tools(cursor: Client, page: Page) -> None:
    """The choice applies to lists and calls, and still after a refresh."""
    page.goto(cursor.authorization_url())
    page.get_by_label("Only those I tick").check()
    page.locator(".tool-choice summary").click()
    for box in page.get_by_role("checkbox").all():
        box.set_checked("whoami" in (box.get_attribute("value") or ""))
    callback = press(page, "Connect", cursor.profile.redirect_uri)
    assert cursor.redeem(cursor.code(callback)).status_code == 200
    for _ in range(2):
        assert cursor.tool_names() == {"whoami"}
        assert not cursor.call_tool("whoami").is_error
        assert cursor.call_tool("get_product_count").is_error
        assert cursor.refresh().status_code == 200


def test_a_person_declines(cursor: Client, page: Page) -> None:
    page.goto(cursor.authorization_url())
    answer = httpx2.URL(press(page, "Cancel", cursor.profile.redirect_uri)).params
    assert answer["error"] == "access_denied"
    assert answer["state"] == cursor.state
    assert answer["iss"] == cursor.server["issuer"]


def test_an_app_that_may_only_read(cursor: Client, page: Page) -> None:
    """The refusal names the missing scope, so that the app can ask for it (RFC 6750, section 3.1)."""
    page.goto(cursor.authorization_url(scope="mcp:read"))
    callback = press(page, "Connect", cursor.profile.redirect_uri)
    assert cursor.redeem(cursor.code(callback)).json()["scope"] == "mcp:read"
    assert "get_product_count" in cursor.tool_names()
    assert "adjust_stock" not in cursor.tool_names()
    refused = cursor.request("tools/call", name="adjust_stock", arguments=ADJUSTMENT)
    assert refused.status_code == 403
    challenge = refused.headers["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert "mcp:write" in challenge
    assert "resource_metadata=" in challenge


def test_two_refreshes_at_once(cursor: Client, page: Page) -> None:
    """Agents may refresh at the same time. The second refresh must not end the connection of both."""
    connect(cursor, page)
    first = cursor.tokens
    pairs = []
    for _ in range(2):
        cursor.tokens = first
        assert cursor.refresh().status_code == 200
        pairs.append(cursor.tokens)
    for cursor.tokens in pairs:
        assert cursor.list_tools().status_code == 200


def test_an_app_gives_its_tokens_back(cursor: Client, page: Page) -> None:
    """RFC 7009."""
    connect(cursor, page)
    form = cursor.identity | {"token": cursor.tokens["refresh_token"], "token_type_hint": "refresh_token"}
    assert cursor.http.post(cursor.server["revocation_endpoint"], data=form).status_code == 200
    assert cursor.list_tools().status_code == 401
    assert cursor.refresh().status_code == 400
