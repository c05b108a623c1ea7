"""What an app may do with the scope to read, or with only some of the tools."""

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from fastmcp import Client
from fastmcp.exceptions import ToolError
from fastmcp.tools.base import Tool
from mcp import MCPError
from pydantic import AnyUrl

from mcp_server.server import mcp
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.toolkit.tool_views import View
from oauth.scopes import READ, WRITE
from oauth.tests.fixtures import MakeAppToken
from oauth.tests.on_server import HEADERS, post
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def tools() -> Iterator[None]:
    """A tool that writes, and one without annotations."""

    @mcp.tool(annotations={"readOnlyHint": False})
    def write() -> str:
        return "written"

    @mcp.tool
    def silent() -> str:
        return "done"

    yield
    for tool in ("write", "silent"):
        mcp.local_provider.remove_tool(tool)


async def names(client: Client[Any]) -> set[str]:
    return {tool.name for tool in await client.list_tools()}


async def test_an_app_that_may_only_read_does_not_see_tools_that_write(
    make_app_token: MakeAppToken, user: User, serve_mcp: ServeMCP
) -> None:
    token = await sync_to_async(make_app_token)(user, READ)
    async with serve_mcp() as server, server.client(auth=token) as client:
        found = await names(client)
        assert "whoami" in found
        assert not found & {"write", "silent"}
        assert (await client.call_tool("whoami")).data.email == user.email


async def test_an_app_that_may_only_read_does_not_read_the_view_of_a_tool_that_writes(
    make_app_token: MakeAppToken, user: User, serve_mcp: ServeMCP
) -> None:
    async def tools() -> list[Tool]:
        return [tool for tool in await mcp.local_provider.list_tools() if tool.name == "write"]

    uri = "ui://views/write.html"
    mcp.add_resource(View(uri=AnyUrl(uri), name="write", text="drawn", tools=tools))
    reading = await sync_to_async(make_app_token)(user, READ)
    writing = await sync_to_async(make_app_token)(user)
    try:
        async with serve_mcp() as server:
            async with server.client(auth=reading) as client:
                with pytest.raises(MCPError, match="not found"):
                    await client.read_resource(uri)
            async with server.client(auth=writing) as client:
                assert (await client.read_resource(uri))[0].text == "drawn"
    finally:
        mcp.local_provider.remove_resource(uri)


async def test_calling_a_tool_that_writes_says_what_it_would_need(
    make_app_token: MakeAppToken, user: User, serve_mcp: ServeMCP
) -> None:
    token = await sync_to_async(make_app_token)(user, READ)
    async with serve_mcp() as server:
        for tool in ("write", "silent"):
            answer = await post(server, token, "tools/call", name=tool, arguments={})
            error = answer.json()["error"]
            assert (answer.status_code, error["data"]["error"]) == (403, "insufficient_scope")
            assert f"The tool {tool} changes data" in error["message"]
            challenge = answer.headers["WWW-Authenticate"]
            assert challenge.startswith('Bearer error="insufficient_scope"')
            assert f'scope="{READ} {WRITE}"' in challenge
            assert "/.well-known/oauth-protected-resource/mcp/" in challenge


async def test_a_tool_that_the_user_may_not_use_stays_hidden(
    make_app_token: MakeAppToken, user: User, serve_mcp: ServeMCP
) -> None:
    """Catches an app that asks its user for a scope which changes nothing."""
    narrow = await sync_to_async(make_app_token)(user, READ, ["whoami"])
    async with serve_mcp() as server:
        for tool in ("write", "no_such_tool"):
            assert (await post(server, narrow, "tools/call", name=tool, arguments={})).status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 100_000, b"null", b"[1]", b'{"method": "tools/call", "params": 1}']
)
async def test_what_is_no_message_is_answered_by_mcp(
    make_app_token: MakeAppToken, user: User, serve_mcp: ServeMCP, body: bytes
) -> None:
    reading = await sync_to_async(make_app_token)(user, READ)
    writing = await sync_to_async(make_app_token)(user)
    answers = []
    async with serve_mcp() as server, server.http_client() as http:
        for token in (reading, writing):
            headers = HEADERS | {"Authorization": f"Bearer {token}"}
            answer = await http.post("/mcp/", content=body, headers=headers)
            answers.append((answer.status_code, answer.text))
    assert answers[0] == answers[1]


async def test_an_app_that_may_write_writes(
    make_app_token: MakeAppToken, user: User, serve_mcp: ServeMCP
) -> None:
    token = await sync_to_async(make_app_token)(user)
    async with serve_mcp() as server, server.client(auth=token) as client:
        assert {"write", "silent"} <= await names(client)
        assert (await client.call_tool("write")).data == "written"


@pytest.mark.parametrize("transport", ["http", "sse"])
async def test_an_app_has_the_tools_that_its_user_ticked(
    make_app_token: MakeAppToken, user: User, serve_mcp: ServeMCP, transport: str
) -> None:
    token = await sync_to_async(make_app_token)(user, tools=["whoami"])
    async with serve_mcp(transport) as server, server.client(auth=token) as client:
        assert await names(client) == {"whoami"}
        with pytest.raises(ToolError, match="Unknown tool"):
            await client.call_tool("write")
        # The choice also limits a token that was issued before.
        await user.connections.aupdate(allowed_tools=["add_numbers"])
        assert await names(client) == {"add_numbers"}
