"""Tokens are valid only for this MCP server (RFC 8707)."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken
from prometheus_client import REGISTRY

from mcp_server.tests.fixtures import ServeMCP
from oauth.tests.fixtures import MakeAppToken
from oauth.tests.flow import authorize_url, consent, exchange, refresh, register
from oauth.tests.on_server import status_with
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


def failures(reason: str) -> float:
    return REGISTRY.get_sample_value("mcp_auth_failures_total", {"reason": reason}) or 0


FOREIGN = ["https://other.example/mcp/", "http://localhost:8001", "http://localhost:8001/mcp-evil", "mcp"]
FOREIGN += ["http://localhost:8001/MCP/", "http://localhost:8001@other.example/mcp/", "http://[/mcp/"]


def test_a_missing_resource_is_filled_in(signed_in: Client) -> None:
    client_id = register(signed_in)["client_id"]
    code = consent(signed_in, client_id, resource=None)["code"]
    tokens = exchange(signed_in, client_id, code, resource=None).json()
    refresh(signed_in, client_id, tokens["refresh_token"])
    assert [token.resource for token in AccessToken.objects.all()] == [[settings.MCP_URL]]


def test_a_resource_without_a_value_is_one_that_is_missing(signed_in: Client) -> None:
    client_id = register(signed_in)["client_id"]
    code = consent(signed_in, client_id, resource="")["code"]
    assert exchange(signed_in, client_id, code, resource="").status_code == 200


@pytest.mark.parametrize("spelling", ["/mcp", "/mcp/", "/mcp/sse", "/mcp/sse/"])
def test_every_spelling_of_the_address_is_the_same_resource(signed_in: Client, spelling: str) -> None:
    client_id = register(signed_in)["client_id"]
    resource = settings.PUBLIC_BASE_URL + spelling
    code = consent(signed_in, client_id, resource=resource)["code"]
    assert exchange(signed_in, client_id, code, resource=resource).status_code == 200
    assert AccessToken.objects.get().resource == [settings.MCP_URL]


def test_scheme_and_host_may_be_in_capitals(signed_in: Client) -> None:
    """MCP 2026-07-28, Canonical Server URI: servers should accept this. The path must match exactly."""
    client_id = register(signed_in)["client_id"]
    resource = "HTTP://LocalHost:8001/mcp/"
    code = consent(signed_in, client_id, resource=resource)["code"]
    assert exchange(signed_in, client_id, code, resource=resource).status_code == 200
    assert AccessToken.objects.get().resource == [settings.MCP_URL]


@pytest.mark.parametrize("resource", FOREIGN)
def test_any_other_resource_is_refused_when_a_client_asks_for_access(
    signed_in: Client, resource: str
) -> None:
    client_id = register(signed_in)["client_id"]
    answer = signed_in.get(authorize_url(client_id, resource=[settings.MCP_URL, resource]))
    assert answer["Location"].startswith("https://app.example/callback?error=invalid_target")
    assert "state=a-state" in answer["Location"]


@pytest.mark.parametrize("resource", FOREIGN)
def test_any_other_resource_is_refused_when_a_client_asks_for_a_token(
    signed_in: Client, resource: str
) -> None:
    client_id = register(signed_in)["client_id"]
    code = consent(signed_in, client_id)["code"]
    answer = exchange(signed_in, client_id, code, resource=resource)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_target")
    tokens = exchange(signed_in, client_id, code).json()
    answer = refresh(signed_in, client_id, tokens["refresh_token"], resource=resource)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_target")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"resource": []}, "audience"),  # which the library accepts for every server
        ({"resource": ["https://other.example/mcp/"]}, "audience"),
        ({"resource": ["http://localhost:8001/mcp/", "https://other.example/"]}, "audience"),
        ({"scope": "oauth2_provider:registration"}, "scope"),
        ({"expires": timezone.now() - timedelta(seconds=1)}, "expired"),
    ],
)
async def test_the_token_of_another_api_is_refused(
    fields: dict[str, Any], reason: str, make_app_token: MakeAppToken, user: User, serve_mcp: ServeMCP
) -> None:
    token = await sync_to_async(make_app_token)(user, **fields)
    before = failures(reason)
    async with serve_mcp() as server:
        assert await status_with(server, token) == 401
    assert failures(reason) == before + 1
