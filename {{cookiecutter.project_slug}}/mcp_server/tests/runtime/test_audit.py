"""What the audit records of each call."""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from fastmcp.exceptions import ToolError
from mcp import MCPError
from mcp_types import Implementation
from prometheus_client import REGISTRY
from pytest_django import Settings

from mcp_server.models import MCPToken, ToolCall
from mcp_server.permissions import permission_required
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP, ServeMCP
from mcp_server.tests.helpers import raw_call
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

CLIENT = Implementation(name="Test client", version="1.2.3")
SECRET = "mcp_" + "x" * 60


@pytest.fixture(autouse=True)
def audited_tools() -> Iterator[None]:
    """A tool that declares which arguments may be stored, and others with different outcomes."""

    @mcp.tool(meta={"audit": ["sku", "change", "user_token", "note", "details"]})
    def order(  # noqa: PLR0913, PLR0917 - one argument of each kind
        sku: str, change: int, user_token: str, note: str, details: dict[str, str], card: str
    ) -> str:
        return "ordered"

    @mcp.tool
    def refuse() -> None:
        raise ToolError("no")

    @mcp.tool(auth=permission_required("auth.delete_group"))
    def wipe() -> None:
        """A tool that needs a permission."""

    yield
    for name in ("order", "refuse", "wipe"):
        mcp.local_provider.remove_tool(name)


async def only_row() -> ToolCall:
    return await ToolCall.objects.aget()


async def test_a_row_says_who_called_what_when_and_from_where(mcp_client: ConnectMCP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="laptop")
    async with mcp_client(token, client_info=CLIENT) as client:
        await client.call_tool("whoami")
    row = await only_row()
    assert timezone.now() - timedelta(minutes=1) < row.time < timezone.now()
    assert row.duration_ms > 0
    assert (row.user_id, row.email) == (user.pk, user.email)
    assert (row.credential, row.credential_name) == (f"token-{token.pk}", "laptop")
    assert (row.tool, row.status, row.arguments) == ("whoami", "ok", {})
    assert (row.client_name, row.client_version) == ("Test client", "1.2.3")
    assert row.address == "127.0.0.1"


async def test_resources_and_prompts_have_rows_too(mcp_client: ConnectMCP) -> None:
    @mcp.resource("notes://all")
    def notes() -> str:
        return "text"

    @mcp.resource("notes://{key}/{secret}", meta={"audit": ["key"]})
    def note(key: str, secret: str) -> str:
        return key + secret

    @mcp.prompt
    def summarise(text: str) -> str:
        return text

    try:
        async with mcp_client() as client:
            await client.read_resource("notes://all")
            await client.read_resource("notes://7/x")
            await client.get_prompt("summarise", {"text": SECRET})
            with pytest.raises(MCPError):
                await client.read_resource("else://where")
    finally:
        mcp.local_provider.remove_resource("notes://all")
        mcp.local_provider.remove_template("notes://{key}/{secret}")
        mcp.local_provider.remove_prompt("summarise")
    rows = ToolCall.objects.order_by("time").values_list("tool", "status", "arguments")
    assert [row async for row in rows] == [
        ("notes://all", "ok", {}),
        ("notes://{key}/{secret}", "ok", {"key": "7"}),
        ("prompt:summarise", "ok", {}),
        ("else://where", "unknown", {}),
    ]
    assert REGISTRY.get_sample_value(
        "mcp_tool_invocations_total", {"tool": "notes://{key}/{secret}", "status": "ok"}
    )
    assert not REGISTRY.get_sample_value(
        "mcp_tool_invocations_total", {"tool": "else://where", "status": "unknown"}
    )


async def post_call(serve_mcp: ServeMCP, user: User, **params: Any) -> None:
    """Call a tool like a client without a session."""
    token = await MCPToken.objects.acreate(user=user, name="test")
    headers = {
        "Authorization": f"Bearer {token.token}",
        "Accept": "application/json, text/event-stream",
        "Content-Type": "application/json",
        "X-Request-ID": "0123456789abcdef",
        "User-Agent": "curl/8.5",
    }
    call = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    async with serve_mcp() as server, server.http_client() as http:
        await http.post("/mcp/", content=call, headers=headers)


async def test_the_row_has_the_id_of_the_request(serve_mcp: ServeMCP, user: User) -> None:
    await post_call(serve_mcp, user, name="whoami")
    row = await only_row()
    assert row.request_id == "0123456789abcdef"
    assert row.client_name == "curl/8.5", "a client without a session does not say its name"


@pytest.mark.parametrize(
    ("tool", "status"),
    [("whoami", "ok"), ("refuse", "error"), ("wipe", "denied"), ("no_such_tool", "unknown")],
)
@pytest.mark.parametrize("options", [{}, {"mode": "legacy"}, {"transport": "sse"}])
async def test_every_outcome_is_recorded_on_every_transport(
    mcp_client: ConnectMCP, user: User, tool: str, status: str, options: dict[str, Any]
) -> None:
    async with mcp_client(user, **options) as client:
        await client.call_tool(tool, raise_on_error=False)
    row = await only_row()
    assert (row.tool, row.status, row.email) == (tool, status, user.email)


async def test_calls_over_the_limit_are_recorded(mcp_client: ConnectMCP, settings: Settings) -> None:
    settings.MCP_RATE_LIMIT = "1/day"
    async with mcp_client() as client:
        await client.call_tool("whoami")
        with pytest.raises(MCPError):
            await client.call_tool("whoami")
    assert [row.status async for row in ToolCall.objects.order_by("time")] == ["ok", "limited"]


async def test_arguments_are_kept_where_the_tool_names_them_and_secrets_never(
    mcp_client: ConnectMCP,
) -> None:
    arguments = {
        "sku": "DESK-1",
        "change": -2,
        "user_token": "abc",
        "note": f"as {SECRET} said " + "x" * 300,
        "details": {"colour": "oak", "password": "hunter2"},
        "card": "4111 1111 1111 1111",
    }
    async with mcp_client() as client:
        await client.call_tool("order", arguments)
    row = await only_row()
    assert row.arguments.keys() == arguments.keys() - {"card"}
    assert row.arguments["sku"] == "DESK-1"
    assert row.arguments["change"] == -2
    assert "oak" in row.arguments["details"]
    assert len(row.arguments["note"]) == 200
    for secret in (SECRET, "hunter2", "abc"):
        assert secret not in str(row.arguments)


async def test_what_is_too_deep_takes_no_other_row_with_it(serve_mcp: ServeMCP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test")
    call = raw_call("order", {"note": "NOTE"})
    headers = call["headers"] | {"Authorization": f"Bearer {token.token}", "Content-Type": "application/json"}
    async with serve_mcp() as server, server.http_client(headers=headers) as http:
        for note in ('"before"', "[" * 1500 + "]" * 1500, '"after"'):
            await http.post("/mcp/", content=json.dumps(call["json"]).replace('"NOTE"', note))
    kept = [row.arguments["note"] async for row in ToolCall.objects.order_by("time")]
    # Python 3.12 cannot even read that, so there is no call.
    too_deep = ["(too deep)"] if sys.version_info >= (3, 13) else []
    assert kept == ["before", *too_deep, "after"]


async def test_text_of_clients_is_cut_and_cleaned(mcp_client: ConnectMCP) -> None:
    client_info = Implementation(name="\x00\x1b[2J" + "n" * 500, version="\n" + "1" * 500)
    async with mcp_client(client_info=client_info) as client:
        await client.call_tool("no\x00" + "x" * 500, raise_on_error=False)
    row = await only_row()
    assert row.tool == "no" + "x" * 125
    assert row.client_name == "[2J" + "n" * 95
    assert row.client_version == "1" * 49


async def test_a_token_is_kept_nowhere(mcp_client: ConnectMCP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test")
    client_info = Implementation(name=f"x {token.token}", version="1")
    async with mcp_client(token, client_info=client_info) as client:
        await client.call_tool(token.token, raise_on_error=False)
    row = await only_row()
    assert token.token[4:] not in row.tool + row.client_name


async def test_nul_which_postgresql_refuses_is_left_out(serve_mcp: ServeMCP, user: User) -> None:
    arguments = {
        "sku": "\x00DESK",
        "change": 1,
        "user_token": "",
        "note": "",
        "details": {},
        "card": "",
    }
    await post_call(serve_mcp, user, name="order", arguments=arguments)
    assert (await only_row()).arguments["sku"] == "DESK"


async def test_a_row_outlives_user_and_token(mcp_client: ConnectMCP, user: User) -> None:
    async with mcp_client(user) as client:
        await client.call_tool("whoami")
    await user.adelete()
    row = await only_row()
    assert (row.user_id, row.email, row.credential_name) == (None, "user@example.com", "test")
