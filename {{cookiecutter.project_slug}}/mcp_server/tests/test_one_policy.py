"""A rule that an owner adds to `auth.reason_to_refuse` applies to every entrance. See `paused.py`."""

from io import StringIO
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fastmcp.server.middleware import MiddlewareContext
from mcp import MCPError

from mcp_server import auth
from mcp_server.models import Credential, MCPToken
from mcp_server.stdio import TokenMiddleware
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.paused import EXISTING_RULES, check_doors, pause, paused_stay_out
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

TOKENS = reverse("mcp_server:tokens")


@pytest.fixture(autouse=True)
def rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "reason_to_refuse", paused_stay_out)


@pytest.fixture
def token(user: User) -> MCPToken:
    return MCPToken.objects.create(user=user, name="laptop")


async def test_personal_tokens_over_http(serve_mcp: ServeMCP, user: User, token: MCPToken) -> None:
    await check_doors(serve_mcp, token.token, user)


async def test_a_client_of_the_legacy_transport(serve_mcp: ServeMCP, user: User, token: MCPToken) -> None:
    async with serve_mcp("sse") as server:
        async with server.client(auth=token.token) as client:
            await client.ping()
        await sync_to_async(pause)(user)
        with pytest.raises(Exception, match="401"):
            async with server.client(auth=token.token):
                pass


def test_stdio_does_not_start(user: User, token: MCPToken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCP_TOKEN", token.token)
    pause(user)
    with pytest.raises(auth.MCPAuthError, match="paused"):
        auth.resolve_mcp_user(token.token)
    with pytest.raises(CommandError, match="refused: paused"):
        call_command("mcp_stdio")


async def test_stdio_ends(user: User, token: MCPToken) -> None:
    async def answer(context: MiddlewareContext[Any]) -> str:
        return str(context.message)

    door = TokenMiddleware(token.token)
    context = MiddlewareContext(message="ok")
    try:
        assert await door(context, answer) == "ok"
        await sync_to_async(pause)(user)
        with pytest.raises(MCPError, match="not valid any more"):
            await door(context, answer)
    finally:
        await door.verifier.close()


def test_lists_say_so(client: Client, admin: User, user: User, token: MCPToken) -> None:
    """Catches a list that hides a paused token, which must still be revocable: page, admin and command."""
    pause(user)
    client.force_login(user)
    page = client.get(TOKENS)
    assert (page.context["tokens"], page.context["old_tokens"]) == ([], [token])
    assert '<span class="badge">paused</span>' in page.content.decode()
    assert reverse("mcp_server:revoke_token", args=[token.pk]) in page.content.decode()
    client.force_login(admin)
    assert '<td class="field-state">paused</td>' in client.get("/admin/mcp_server/mcptoken/").content.decode()
    call_command("list_mcp_tokens", stdout=(table := StringIO()))
    assert " paused " in table.getvalue()
    token.refresh_from_db()
    assert not token.is_valid


def test_no_token_is_made_that_would_not_be_let_in(client: Client, admin: User, user: User) -> None:
    pause(user)
    client.force_login(user)
    refusal = client.post(TOKENS, {"name": "new"}).content.decode()
    assert "Requests with it would be refused: paused." in refusal
    client.force_login(admin)
    form = {"user": user.pk, "name": "new"}
    page = client.post("/admin/mcp_server/mcptoken/add/", form).content.decode()
    assert "Requests with it would be refused: paused." in page
    with pytest.raises(CommandError, match=r"Requests with it would be refused: paused\."):
        call_command("create_mcp_token", user=user.email, name="new")
    assert not MCPToken.objects.exists()


def test_a_rule_may_ask_for_the_end_and_the_age_of_a_token(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rule(credential: Credential | None) -> str | None:
        if isinstance(credential, MCPToken):
            assert credential.created_at <= timezone.now()
            return None if credential.expires_at else "no_end"
        return EXISTING_RULES(credential)

    monkeypatch.setattr(auth, "reason_to_refuse", rule)
    client.force_login(user)
    form = {"name": "new", "lifetime": ""}
    assert "Requests with it would be refused: no end." in client.post(TOKENS, form).content.decode()
    client.post(TOKENS, form | {"lifetime": "30"})
    assert MCPToken.objects.get().is_valid
