"""The changes to FastMCP work, and each is still needed: a test fails when upstream has mended it."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import AsyncMock, Mock, patch

import anyio
import pytest
from fastmcp import Context
from fastmcp.server import low_level, telemetry
from fastmcp.utilities.async_utils import gather
from mcp.server import _streamable_http_modern, runner
from mcp.server.connection import Connection
from mcp_types import CallToolResult, JSONRPCResponse, TextContent, methods
from mcp_types.version import LATEST_MODERN_VERSION

from conftest import ConnectMCP
from mcp_server.server import mcp

pytestmark = pytest.mark.django_db(transaction=True)


async def test_fastmcp_makes_a_task_for_a_single_provider() -> None:
    async def task() -> object:
        return asyncio.current_task()

    assert await gather([task()], return_exceptions=True) != [asyncio.current_task()]


def test_fastmcp_collects_span_attributes_that_nobody_records() -> None:
    request: Any = low_level
    assert request.seam_span is not telemetry.seam_span
    with (
        patch.object(telemetry, "get_session_span_attributes", return_value={}) as collected,
        telemetry.seam_span("tools/call", "test"),
    ):
        pass
    collected.assert_called_once()


async def test_the_sdk_shields_the_closing_of_nothing() -> None:
    connection = Connection.from_envelope(LATEST_MODERN_VERSION, None, None)
    close: Any = runner.aclose_shielded
    with patch.object(anyio, "move_on_after", wraps=anyio.move_on_after) as shield:
        await close(connection)
        shield.assert_not_called()
        await close.__wrapped__(connection)
        shield.assert_called_once()


async def test_what_a_connection_holds_is_closed() -> None:
    connection = Connection.from_envelope(LATEST_MODERN_VERSION, None, None)
    close = Mock()
    connection.exit_stack.callback(close)
    await runner.aclose_shielded(connection)
    close.assert_called_once()


def test_the_sdk_validates_a_result_again_to_no_effect() -> None:
    made = CallToolResult(content=[TextContent(text="5")], structured_content={"result": 5})
    result = made.model_dump(by_alias=True, mode="json", exclude_none=True)
    serialize: Any = methods.serialize_server_result
    assert serialize("tools/call", LATEST_MODERN_VERSION, result) is result
    again = serialize.__wrapped__("tools/call", LATEST_MODERN_VERSION, result)
    assert again is not result
    assert again == result


async def test_the_sdk_makes_json_of_a_result_by_way_of_a_dictionary() -> None:
    message = JSONRPCResponse(jsonrpc="2.0", id=1, result={"text": "é"})
    write: Any = _streamable_http_modern._write  # noqa: SLF001
    with patch.object(json, "dumps", wraps=json.dumps) as dumps:
        sent, sent_before = AsyncMock(), AsyncMock()
        await write(message, {"type": "http"}, AsyncMock(), sent)
        dumps.assert_not_called()
        await write.__wrapped__(message, {"type": "http"}, AsyncMock(), sent_before)
        dumps.assert_called_once()
    body, body_before = (send.await_args_list[-1].args[0]["body"] for send in (sent, sent_before))
    assert json.loads(body) == json.loads(body_before)


@pytest.fixture
def hiding_tool() -> Iterator[None]:
    @mcp.tool
    async def hide_add_numbers(ctx: Context) -> None:
        await ctx.disable_components(names={"add_numbers"})

    yield
    mcp.local_provider.remove_tool("hide_add_numbers")


@pytest.mark.usefixtures("hiding_tool")
async def test_visibility_rules_work_from_the_first_one_on(mcp_client: ConnectMCP) -> None:
    async with mcp_client() as client:
        assert "add_numbers" in {tool.name for tool in await client.list_tools()}
        await client.call_tool("hide_add_numbers")
        assert "add_numbers" not in {tool.name for tool in await client.list_tools()}
