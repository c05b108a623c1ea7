"""A stored list is the one that FastMCP would write for the caller at that time."""

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from asgiref.sync import sync_to_async
from fastmcp import Context, FastMCP
from fastmcp.apps import UI_EXTENSION_ID
from fastmcp.server.middleware import Middleware
from fastmcp.utilities.tests import ASGIServer
from httpx2 import Response
from pytest_django import Settings

from mcp_server.models import MCPToken
from mcp_server.permissions import everyone, permission_required
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.helpers import message_of, permit, raw_call
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

VERSIONS = ["2026-07-28", "2025-11-25", "2024-11-05"]
META = "io.modelcontextprotocol"


@pytest.fixture(autouse=True)
def tools() -> Iterator[None]:
    @mcp.tool(auth=permission_required("auth.change_group"), meta={"audit": False, "mine": 1})
    def guarded(number: int = 0) -> list[int]:
        """Do what needs a permission: größer 🦆."""
        return [number]

    @mcp.tool(auth=everyone)
    async def hide(ctx: Context) -> None:
        """Hide a tool."""
        await ctx.disable_components(names={"whoami"})

    yield
    for name in ("guarded", "hide"):
        mcp.local_provider.remove_tool(name)


def request(token: str, version: str = VERSIONS[0], *, views: bool = False, **params: Any) -> dict[str, Any]:
    """Return the arguments of `http.post` for the list."""
    asked = raw_call("x", version=version)
    asked["json"]["method"] = "tools/list"
    meta = asked["json"]["params"]["_meta"]
    if views:
        meta[f"{META}/clientCapabilities"] = {"extensions": {UI_EXTENSION_ID: {}}}
    asked["json"]["params"] = {"_meta": meta, **params}
    asked["headers"] |= {"Authorization": f"Bearer {token}"}
    if version == VERSIONS[0]:
        asked["headers"] |= {"Mcp-Method": "tools/list"}
        del asked["headers"]["Mcp-Name"]
    return asked


async def ask(server: ASGIServer, token: str, *args: Any, **params: Any) -> Response:
    async with server.http_client() as http:
        return await http.post("/mcp/", **request(token, *args, **params))


async def names(server: ASGIServer, token: str) -> list[str]:
    found = message_of((await ask(server, token)).text)["result"]["tools"]
    return [tool["name"] for tool in found]


def token_of(user: User, *tools: str) -> str:
    return MCPToken.objects.create(user=user, name="test", allowed_tools=list(tools)).token


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("views", [True, False])
async def test_the_answer_is_that_of_fastmcp(
    admin: User, serve_mcp: ServeMCP, settings: Settings, version: str, views: bool
) -> None:
    token = await sync_to_async(token_of)(admin)
    settings.MCP_EXPRESS = False
    async with serve_mcp() as server:
        without = await ask(server, token, version, views=views)
    settings.MCP_EXPRESS = True
    async with serve_mcp() as server:
        first = await ask(server, token, version, views=views)
        with patch.object(FastMCP, "list_tools", side_effect=AssertionError):
            again = await ask(server, token, version, views=views)
    assert "guarded" in without.text
    for answer in (first, again):
        assert answer.status_code == without.status_code
        assert message_of(answer.text) == message_of(without.text)
        assert answer.headers.keys() == without.headers.keys()
        assert int(answer.headers.get("content-length", len(answer.content))) == len(answer.content)


async def test_each_sees_what_they_may_use_at_that_time(admin: User, user: User, serve_mcp: ServeMCP) -> None:
    of_admin, of_user = await sync_to_async(token_of)(admin), await sync_to_async(token_of)(user)
    narrow = await sync_to_async(token_of)(admin, "whoami")
    async with serve_mcp() as server:
        for _ in range(2):
            assert "guarded" in await names(server, of_admin)
            assert "guarded" not in await names(server, of_user)
            assert await names(server, narrow) == ["whoami"]
        await sync_to_async(permit)(user, "auth.change_group")
        assert "guarded" in await names(server, of_user)
        await user.user_permissions.aclear()
        assert "guarded" not in await names(server, of_user)


async def test_tools_that_change_are_seen_at_once(admin: User, serve_mcp: ServeMCP) -> None:
    token = await sync_to_async(token_of)(admin)
    async with serve_mcp() as server:
        await ask(server, token)
        await ask(server, token)

        @mcp.tool(auth=everyone)
        def late() -> None:
            """Come later."""

        assert "late" in await names(server, token)
        tool = await mcp.local_provider.get_tool("late")
        assert tool
        tool.description = "Say something else."
        assert "Say something else." in (await ask(server, token)).text
        tool.auth = permission_required("no.body")
        await admin.__class__.objects.aupdate(is_superuser=False)
        assert "late" not in await names(server, token)
        mcp.local_provider.remove_tool("late")
        await admin.__class__.objects.aupdate(is_superuser=True)
        assert "late" not in await names(server, token)


async def test_who_adds_a_middleware_is_asked(admin: User, serve_mcp: ServeMCP) -> None:
    class Nothing(Middleware):
        express = True

        async def on_list_tools(self, *_: Any, **_options: Any) -> list[Any]:
            return []

    token = await sync_to_async(token_of)(admin)
    async with serve_mcp() as server:
        assert await names(server, token)
        mcp.middleware.append(added := Nothing())
        try:
            assert await names(server, token) == []
        finally:
            mcp.middleware.remove(added)


async def test_a_tool_that_was_hidden_by_a_tool_stays_hidden(
    admin: User, serve_mcp: ServeMCP, settings: Settings
) -> None:
    token = await sync_to_async(token_of)(admin)
    seen = []
    for settings.MCP_EXPRESS in (False, True):
        async with serve_mcp() as server:
            await names(server, token)
            async with server.http_client() as http:
                call = raw_call("hide")
                call["headers"] |= {"Authorization": f"Bearer {token}"}
                await http.post("/mcp/", **call)
            seen.append("whoami" in await names(server, token))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("params", [{"cursor": "x"}, {"cursor": 1}, {"other": 1}])
async def test_fastmcp_answers_all_other_requests_for_lists(
    admin: User, serve_mcp: ServeMCP, settings: Settings, params: dict[str, Any]
) -> None:
    token = await sync_to_async(token_of)(admin)
    answers = []
    for settings.MCP_EXPRESS in (False, True):
        async with serve_mcp() as server:
            await ask(server, token)
            answers.append((await ask(server, token, **params)).text)
    assert answers[0] == answers[1]
    assert json.loads(answers[0])
