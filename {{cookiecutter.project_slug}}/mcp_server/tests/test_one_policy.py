"""One rule that an owner adds to `auth.reason_to_refuse` holds at every door. It reads the database."""

from io import StringIO
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from fastmcp.server.middleware import MiddlewareContext
from mcp import MCPError
from prometheus_client import REGISTRY

from mcp_server import auth
from mcp_server.models import Credential, MCPToken
from mcp_server.stdio import TokenMiddleware
from mcp_server.tests.fixtures import ServeMCP
# % if cookiecutter.oauth
from mcp_server.tests.helpers import raw_call
from oauth.models import Connection
from oauth.tests import flow
from oauth.tests.fixtures import MakeAppToken
from operations.users import User

# % else
from mcp_server.tests.helpers import raw_call
from operations.users import User

# % endif
pytestmark = pytest.mark.django_db(transaction=True)

EXISTING_RULES = auth.reason_to_refuse


def paused_stay_out(credential: Credential | None) -> str | None:
    if credential and credential.user.groups.filter(name="paused").exists():
        return "paused"
    return EXISTING_RULES(credential)


@pytest.fixture(autouse=True)
def rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "reason_to_refuse", paused_stay_out)


@pytest.fixture
def token(user: User) -> MCPToken:
    return MCPToken.objects.create(user=user, name="laptop")


def pause(user: User) -> None:
    user.groups.add(Group.objects.get_or_create(name="paused")[0])


async def statuses(serve_mcp: ServeMCP, token: str) -> dict[str, int]:
    """Knock at each door that needs HTTP, and return what it answered."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}
    found = {}
    async with serve_mcp() as server, server.http_client(headers=headers) as http:
        for version in ("2026-07-28", "2025-06-18"):
            found[version] = (await http.post("/mcp/", **raw_call("whoami", version=version))).status_code
        # A session that does not exist, hence no stream that stays open.
        message = await http.post(f"/mcp/sse/messages/?session_id={'0' * 32}", json={})
        found["sse"] = message.status_code
        # % if cookiecutter.http_api
        found["http_api"] = (await http.post("/api/mcp/tools/whoami", json={})).status_code
        # % endif
    return found


async def check_doors(serve_mcp: ServeMCP, token: str, user: User) -> None:
    """See that `token` is let in until its user is paused, and nowhere from then on."""
    open_doors = await statuses(serve_mcp, token)
    assert 401 not in open_doors.values(), open_doors
    await sync_to_async(pause)(user)
    before = REGISTRY.get_sample_value("mcp_auth_failures_total", {"reason": "paused"}) or 0
    closed_doors = await statuses(serve_mcp, token)
    assert set(closed_doors.values()) == {401}, closed_doors
    after = REGISTRY.get_sample_value("mcp_auth_failures_total", {"reason": "paused"})
    assert after == before + len(closed_doors)
    await user.groups.aclear()
    assert await statuses(serve_mcp, token) == open_doors


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
    """The page Tokens, from which a paused token can still be revoked; the admin; and the command."""
    pause(user)
    client.force_login(user)
    page = client.get("/tokens/")
    assert (page.context["tokens"], page.context["old_tokens"]) == ([], [token])
    assert '<span class="badge">paused</span>' in page.content.decode()
    assert f"/tokens/{token.pk}/revoke/" in page.content.decode()
    client.force_login(admin)
    assert '<td class="field-state">paused</td>' in client.get("/admin/mcp_server/mcptoken/").content.decode()
    call_command("list_mcp_tokens", stdout=(table := StringIO()))
    assert " paused " in table.getvalue()
    token.refresh_from_db()
    assert not token.is_valid


def test_no_token_is_made_that_would_not_be_let_in(client: Client, admin: User, user: User) -> None:
    pause(user)
    client.force_login(user)
    assert "It would not be let in: paused." in client.post("/tokens/", {"name": "new"}).content.decode()
    client.force_login(admin)
    form = {"user": user.pk, "name": "new"}
    page = client.post("/admin/mcp_server/mcptoken/add/", form).content.decode()
    assert "It would not be let in: paused." in page
    with pytest.raises(CommandError, match=r"It would not be let in: paused\."):
        call_command("create_mcp_token", user=user.email, name="new")
    assert not MCPToken.objects.exists()


# % if cookiecutter.oauth
async def test_connected_apps_over_http(
    serve_mcp: ServeMCP, user: User, make_app_token: MakeAppToken
) -> None:
    await check_doors(serve_mcp, await sync_to_async(make_app_token)(user), user)


def test_connected_apps_in_lists(
    client: Client, admin: User, user: User, make_app_token: MakeAppToken
) -> None:
    make_app_token(user)
    pause(user)
    client.force_login(user)
    page = client.get("/tokens/").content.decode()
    assert '<span class="badge">paused</span>' in page
    assert f"/tokens/apps/{user.connections.get().pk}/disconnect/" in page
    client.force_login(admin)
    assert '<td class="field-state">paused</td>' in client.get("/admin/oauth/connection/").content.decode()


def test_apps_get_no_token(signed_in: Client, user: User) -> None:
    app = flow.connect(signed_in)
    code = flow.consent(signed_in, app["client_id"])["code"]
    pause(user)
    for answer in (
        flow.exchange(signed_in, app["client_id"], code),
        flow.refresh(signed_in, app["client_id"], app["refresh_token"]),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_no_app_is_connected(signed_in: Client, user: User) -> None:
    pause(user)
    address = flow.authorize_url(flow.register(signed_in)["client_id"])
    page = signed_in.post(address, {"allow": "1", "limit": "all"})
    assert (page.status_code, "Location" in page) == (200, False)
    assert "The app would not be let in: paused." in page.content.decode()
    assert not Connection.objects.exists()


# % endif
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
    assert "It would not be let in: no end." in client.post("/tokens/", form).content.decode()
    client.post("/tokens/", form | {"lifetime": "30"})
    assert MCPToken.objects.get().is_valid
