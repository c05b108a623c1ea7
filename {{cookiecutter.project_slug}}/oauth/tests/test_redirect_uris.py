"""Codes are sent only to addresses where nobody else can read them on the way."""

import json

import pytest
from django.test import Client
from oauth2_provider.models import Application

from oauth.tests.cimd import CLIENT_ID, publish
from oauth.tests.flow import authorize_url, consent, register

pytestmark = pytest.mark.django_db

GOOD = [
    "https://claude.ai/api/mcp/auth_callback",
    "http://localhost:33418/",
    "http://127.0.0.1/callback",
    "http://[::1]:8080/callback",
    "cursor://anysphere.cursor-mcp/oauth/callback",
]
BAD = [
    "http://evil.example/callback",
    "http://localhost.evil.example/callback",
    "http://127.0.0.1.evil.example/callback",
    "http://localhost@evil.example/callback",
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "https://app.example/callback#fragment",
    "https://app.example/call\x00back",
    "https://аpp.example/callback",  # noqa: RUF001 - Cyrillic
    "https://[app.example/callback",
    "https://evil.example\\@app.example/callback",
    "https://user:password@app.example/callback",
    "https://app.example%2eevil.example/callback",
    "http://localhost:port/callback",
    "https://app.example/ http://evil.example/",
    " https://app.example/callback",
    "/callback",
    "https://app.example/" + "x" * 2000,
    "",
]


@pytest.mark.parametrize("uri", GOOD)
def test_a_client_on_the_web_or_on_this_computer_registers(client: Client, uri: str) -> None:
    assert register(client, redirect_uris=[uri])["redirect_uris"] == [uri]


@pytest.mark.parametrize("uri", BAD)
def test_plain_http_beyond_loopback_and_other_schemes_are_refused_at_registration(
    client: Client, uri: str
) -> None:
    metadata = {"redirect_uris": ["https://app.example/callback", uri]}
    answer = client.post("/oauth/register", json.dumps(metadata), "application/json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_redirect_uri")
    assert not Application.objects.exists()


@pytest.mark.parametrize("uri", BAD)
def test_plain_http_beyond_loopback_and_other_schemes_are_refused_in_metadata_documents(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    publish(monkeypatch, redirect_uris=["https://app.example/callback", uri])
    assert signed_in.get(authorize_url(CLIENT_ID)).status_code == 400
    assert not Application.objects.exists()


def test_plain_http_that_an_administrator_entered_is_refused_when_it_is_used(signed_in: Client) -> None:
    client_id = register(signed_in)["client_id"]
    Application.objects.update(redirect_uris="http://evil.example/callback")
    answer = signed_in.get(authorize_url(client_id, redirect_uri="http://evil.example/callback"))
    assert answer.status_code == 400


@pytest.mark.parametrize("registered", ["http://localhost/callback", "http://127.0.0.1:1/callback"])
def test_a_client_on_this_computer_may_come_back_on_any_port(signed_in: Client, registered: str) -> None:
    client_id = register(signed_in, redirect_uris=[registered])["client_id"]
    host = registered.partition("//")[2].partition("/")[0].partition(":")[0]
    assert consent(signed_in, client_id, redirect_uri=f"http://{host}:54321/callback")["code"]


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/callback/deeper",
        "https://app.example:8443/callback",
        "https://evil.example/callback",
        "https://app.example/callback?next=https://evil.example",
        "https://app.example@evil.example/callback",
        "https://app.example/callback#",
    ],
)
def test_no_other_address_than_the_registered_is_ever_led_to(signed_in: Client, uri: str) -> None:
    client_id = register(signed_in)["client_id"]
    answer = signed_in.get(authorize_url(client_id, redirect_uri=uri))
    assert answer.status_code == 400
    assert "Location" not in answer
