"""Every way to sign in leads through the consent of an MCP client to a tool call."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest
from playwright.sync_api import Page, expect

from oauth.client import Client
from oauth.people import press, sign_in
from oauth.profiles import PROFILES
from sign_in.conftest import PASSWORD, Places

ADMIN = "admin@example.com"
(CLAUDE_CODE,) = (profile for profile in PROFILES if profile.name == "Claude Code")


@pytest.fixture
def client(places: Places) -> Iterator[Client]:
    """An app that this site does not know yet, and that registers."""
    with httpx2.Client(timeout=30) as http:
        client = Client(replace(CLAUDE_CODE, document=""), places.mcp, http)
        client.discover()
        client.identify()
        yield client


def connect(client: Client, page: Page) -> None:
    """Press Connect on the consent page, where the browser is, and let the app take its tokens."""
    callback = press(page, "Connect", client.profile.redirect_uri)
    assert client.redeem(client.code(callback)).status_code == 200


def be_at_the_issuer(page: Page, person: str) -> None:
    """Sign in there, and let the site know who one is."""
    page.get_by_role("button", name="Sign in with Acme").click()
    page.locator("[name=login]").fill(person)
    page.locator("[name=password]").fill("anything")
    page.get_by_role("button").click()
    page.get_by_role("button", name="Continue").click()


def code(secret: str, later: int = 0) -> str:
    """What an authenticator app shows (RFC 6238), some periods from now."""
    key, counter = base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30 + later)
    digest = hmac.digest(key, counter, hashlib.sha1)
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


def test_the_company(places: Places, client: Client, page: Page) -> None:
    page.goto(client.authorization_url())
    be_at_the_issuer(page, "ada")
    expect(page.get_by_text("ada@example.com").first).to_be_visible()
    connect(client, page)

    assert client.call_tool("whoami").structured_content == {"email": "ada@example.com", "is_staff": False}
    page.goto(f"{places.web}/accounts/")
    expect(page.get_by_text("With Acme.")).to_be_visible()


def test_an_address_that_the_issuer_did_not_verify(places: Places, page: Page) -> None:
    page.goto(f"{places.web}/accounts/login/")
    be_at_the_issuer(page, "eve")

    expect(page.get_by_role("heading", name="No account yet")).to_be_visible()
    page.goto(f"{places.web}/accounts/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_second_factor_and_a_passkey(places: Places, client: Client, page: Page) -> None:
    """Staff set up an app, then need it for a consent; then a passkey does without the password."""
    page.goto(client.authorization_url())
    sign_in(page, ADMIN, PASSWORD)
    expect(page.get_by_text("This site requires a second factor")).to_be_visible()
    page.get_by_role("link", name="Activate").click()
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_label("Unused codes")).to_be_visible()
    page.goto(f"{places.web}/accounts/2fa/")
    page.get_by_role("link", name="Continue to the page that you asked for").click()
    expect(page.get_by_role("button", name="Connect")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    page.goto(client.authorization_url())
    sign_in(page, ADMIN, PASSWORD)
    page.get_by_label("Code").fill(code(secret, later=1))
    page.get_by_role("button", name="Sign In").click()
    connect(client, page)
    assert client.call_tool("whoami").structured_content == {"email": ADMIN, "is_staff": True}

    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    authenticator = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    authenticator |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    page.goto(f"{places.web}/accounts/2fa/webauthn/add/")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("You have added 1 security key.")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    page.goto(client.authorization_url())
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Connect")).to_be_visible()
