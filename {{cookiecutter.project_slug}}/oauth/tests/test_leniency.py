"""Unusual requests of real apps, and the errors for those that cannot be accepted."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken

from oauth.tests.flow import authorize_url, connect, consent, exchange, refresh, register

pytestmark = pytest.mark.django_db

BOTH = "mcp:read mcp:write"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("mcp:read mcp:write offline_access", BOTH),
        ("mcp:read openid profile", "mcp:read"),
        ("offline_access", BOTH),
        ("", BOTH),
        (None, BOTH),
    ],
)
def test_scopes_that_are_unknown_are_left_out(signed_in: Client, asked: str | None, given: str) -> None:
    """RFC 6749, section 3.3. Without a known scope, the app gets the default ones, and its user decides."""
    client_id = register(signed_in)["client_id"]
    code = consent(signed_in, client_id, scope=asked)["code"]
    assert exchange(signed_in, client_id, code).json()["scope"] == given


@pytest.mark.parametrize("asked", ["mcp:read offline_access", "offline_access", ""])
def test_and_in_a_refresh(signed_in: Client, asked: str) -> None:
    tokens = connect(signed_in)
    answer = refresh(signed_in, tokens["client_id"], tokens["refresh_token"], scope=asked)
    assert answer.json()["scope"] == ("mcp:read" if "mcp" in asked else BOTH)


def test_a_refresh_widens_nothing(signed_in: Client) -> None:
    tokens = connect(signed_in, scope="mcp:read")
    answer = refresh(signed_in, tokens["client_id"], tokens["refresh_token"], scope=f"{BOTH} openid")
    assert answer.json()["error"] == "invalid_scope"
    assert set(AccessToken.objects.values_list("scope", flat=True)) == {"mcp:read"}


@pytest.mark.parametrize("scheme", ["claude", "cursor", "vscode", "vscode-insiders"])
def test_known_apps_are_called_back_by_their_schemes(client: Client, scheme: str) -> None:
    uris = [f"{scheme}://callback/sdk", "https://app.example/callback"]
    assert register(client, redirect_uris=uris)["redirect_uris"] == uris


def test_another_scheme_is_refused_with_the_variable_that_takes_it(client: Client) -> None:
    metadata = json.dumps({"redirect_uris": ["myapp://callback"]})
    answer = client.post("/oauth/register", metadata, "application/json")
    assert answer.status_code == 400
    text = answer.json()["error_description"]
    assert "myapp://callback" in text
    assert "OAUTH_APP_SCHEMES" in text


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
def test_json_instead_of_a_form_is_named(client: Client, path: str) -> None:
    body = json.dumps({"grant_type": "authorization_code"})
    answer = client.post(path, body, "application/json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert "Send a form" in answer.json()["error_description"]


def test_a_request_too_long_for_the_log_in_is_not_lost_in_silence(client: Client, signed_in: Client) -> None:
    state = "x" * 3000
    client_id = register(signed_in)["client_id"]
    page = Client().get(authorize_url(client_id, state=state))
    assert page.status_code == 400
    assert "Sign in to this site first" in page.text
    assert consent(signed_in, client_id, state=state)["state"] == state


def test_one_that_is_kept_comes_back_whole(user: object) -> None:
    browser = Client()
    client_id = register(browser)["client_id"]
    asked = authorize_url(client_id, state="x" * 1000)
    login = browser.get(asked)["Location"]
    assert parse_qs(urlsplit(login).query)["next"] == [asked]
