"""How clients introduce themselves: by registration, or by a metadata document."""

import json
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from oauth2_provider.cimd import CIMDError
from oauth2_provider.models import AccessToken, Application
from pytest_django import Settings

from oauth.client_rules import MAX_NAME, clean_name
from oauth.metadata_fetcher import PoliteFetcher
from oauth.tests.cimd import CLIENT_ID, publish
from oauth.tests.flow import REDIRECT_URI, authorize_url, connect, consent, exchange, register

pytestmark = pytest.mark.django_db


def test_anyone_may_register_an_app(client: Client) -> None:
    answer = register(client, token_endpoint_auth_method="none", scope="mcp:read", software_id="x")
    assert answer["token_endpoint_auth_method"] == "none"
    assert answer["grant_types"] == ["authorization_code", "refresh_token"]
    assert "client_secret" not in answer
    # No registration token either, with which the app could change checked data later.
    assert "registration_access_token" not in answer
    assert not AccessToken.objects.exists()


def test_registration_is_not_limited_by_address(client: Client) -> None:
    """Catches a limit for each address, because hosted clients of many users share a few."""
    assert len({register(client)["client_id"] for _ in range(100)}) == 100


def test_a_flood_of_registrations_ends(client: Client, signed_in: Client, settings: Settings) -> None:
    settings.OAUTH_REGISTRATIONS_PER_HOUR = 3
    for _ in range(5):
        connect(signed_in)  # apps that people use do not count
    for _ in range(3):
        register(client)
    body = json.dumps({"redirect_uris": [REDIRECT_URI]})
    refused = client.post("/oauth/register", body, "application/json")
    assert (refused.status_code, refused.json()["error"]) == (429, "temporarily_unavailable")
    assert 3590 < int(refused["Retry-After"]) <= 3600
    assert Application.objects.count() == 8
    oldest = Application.objects.filter(connections=None).earliest("pk")
    Application.objects.filter(pk=oldest.pk).update(created=timezone.now() - timedelta(hours=1))
    register(client)
    assert client.post("/oauth/register", body, "application/json").status_code == 429


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_a_confidential_client_gets_a_secret_that_it_needs(signed_in: Client, method: str) -> None:
    answer = register(signed_in, token_endpoint_auth_method=method)
    assert answer["token_endpoint_auth_method"] == method
    assert answer["client_secret_expires_at"] == 0
    assert answer["client_secret"] not in Application.objects.get().client_secret
    code = consent(signed_in, answer["client_id"])["code"]
    assert exchange(signed_in, answer["client_id"], code).status_code == 401
    assert exchange(signed_in, answer["client_id"], code, client_secret="wrong").status_code == 401
    tokens = exchange(signed_in, answer["client_id"], code, client_secret=answer["client_secret"])
    assert tokens.status_code == 200


def test_a_client_that_can_do_more_than_this_server_offers_registers(client: Client) -> None:
    """Catches a refusal of VS Code, which also lists the device flow."""
    device = "urn:ietf:params:oauth:grant-type:device_code"
    grants = register(client, grant_types=["authorization_code", "refresh_token", device])["grant_types"]
    assert grants == ["authorization_code", "refresh_token"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 60_000,
        b"\xff",
        json.dumps({}),
        json.dumps({"redirect_uris": REDIRECT_URI}),
        json.dumps({"redirect_uris": [1]}),
        json.dumps({"redirect_uris": [REDIRECT_URI] * 21}),
        json.dumps({"redirect_uris": [f"{REDIRECT_URI}?{'x' * 1900}"] * 3}),
        json.dumps({"redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "private_key_jwt"}),
        json.dumps({"redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": ["none"]}),
        json.dumps({"redirect_uris": [REDIRECT_URI], "grant_types": ["password"]}),
        json.dumps({"redirect_uris": [REDIRECT_URI], "grant_types": "authorization_code"}),
    ],
    ids=lambda body: str(body)[:40],
)
def test_what_is_no_registration_is_refused_in_json(client: Client, body: str) -> None:
    answer = client.post("/oauth/register", body, "application/json")
    assert answer.status_code == 400
    assert answer.json()["error_description"]
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Claude\n\tCode  ", "Claude Code"),
        ("\u202eedualC\u202c", "edualC"),
        ("Clau\u200bde\x00\x1b[31m", "Claude[31m"),
        ("\ud800", ""),
        ("x" * 1000, "x" * MAX_NAME),
        ("<b>Claude</b>", "<b>Claude</b>"),
        (None, ""),
        (7, "7"),
        ("名前", "名前"),
    ],
)
def test_the_name_of_a_client_is_one_short_line_that_reads_left_to_right(name: Any, shown: str) -> None:
    assert clean_name(name) == shown


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {
            "grant_types": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ]
        },
        {
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        },
    ],
    ids=["plain", "claude.ai", "chatgpt.com"],
)
def test_a_client_that_describes_itself_at_its_address_needs_no_registration(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, metadata: dict[str, Any]
) -> None:
    publish(monkeypatch, **metadata)
    code = consent(signed_in, CLIENT_ID)["code"]
    assert exchange(signed_in, CLIENT_ID, code).status_code == 200


@pytest.mark.parametrize(
    "metadata",
    [
        {"grant_types": "authorization_code"},
        {"grant_types": ["password"]},
        {"grant_types": 7},
        {"redirect_uris": "https://app.example/callback"},
        {"redirect_uris": None},
        {"client_id": "https://other.example/oauth/client.json"},
        {"client_secret": "x"},
        {"token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_methods_supported": "none"},
    ],
    ids=str,
)
def test_a_document_that_is_not_good_enough_introduces_nobody(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, metadata: dict[str, Any]
) -> None:
    publish(monkeypatch, **metadata)
    assert signed_in.get(authorize_url(CLIENT_ID)).status_code == 400
    assert not Application.objects.exists()


def test_an_app_that_cannot_be_looked_up(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Catches an error that does not say what to change, on a server that cannot reach the internet."""
    cache.clear()
    monkeypatch.setattr(PoliteFetcher, "fetch", Mock(side_effect=CIMDError("no route")))
    page = signed_in.get(authorize_url(CLIENT_ID))
    assert page.status_code == 400
    assert f"could not fetch {CLIENT_ID}" in page.text
    assert "OAUTH_CIMD=False" in page.text
    assert ("WARNING", f"The description of the app '{CLIENT_ID}' could not be fetched: no route") in [
        (record.levelname, record.getMessage()) for record in caplog.records
    ]


def test_an_app_that_no_longer_describes_where_it_leads(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches the advice to add the server again, which only helps a registered app."""
    publish(monkeypatch)
    page = signed_in.get(authorize_url(CLIENT_ID, redirect_uri="https://app.example/other"))
    assert page.status_code == 400
    assert "https://app.example/other" in page.text
    assert "Tell the makers of the app" in page.text


def test_no_app_is_looked_up_where_that_is_switched_off(signed_in: Client, settings: Settings) -> None:
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "CIMD_ENABLED": False}
    metadata = signed_in.get("/.well-known/oauth-authorization-server").json()
    assert metadata["client_id_metadata_document_supported"] is False
    assert "does not fetch descriptions" in signed_in.get(authorize_url(CLIENT_ID)).text


def test_the_name_in_a_document_is_cleaned_too(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(monkeypatch, client_name="\u202eevil\x00" + "x" * 1000)
    consent(signed_in, CLIENT_ID)
    assert Application.objects.get().name == ("evil" + "x" * 1000)[:MAX_NAME]
