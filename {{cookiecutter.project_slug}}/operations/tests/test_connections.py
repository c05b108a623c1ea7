"""Database connections of tools are given back, are separate, and survive a restart of the database."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.db import connections
from fastmcp import Client
from fastmcp.prompts import Message

from mcp_server.context import CurrentUser
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

used: list[Any] = []


def use_database() -> str:
    """Run a query, and remember its connection."""
    get_user_model().objects.count()
    used.append(connections["default"])
    return "done"


@pytest.fixture(autouse=True)
def components() -> Iterator[None]:
    """A component of each kind that uses the database, with and without injected parameters."""
    used.clear()

    @mcp.tool
    def sync_tool() -> str:
        return use_database()

    @mcp.tool
    def sync_tool_of_user(user: User = CurrentUser()) -> str:
        return use_database()

    @mcp.tool
    async def async_tool() -> str:
        await get_user_model().objects.acount()
        return await sync_to_async(use_database)()

    meeting = threading.Barrier(2, timeout=10)

    @mcp.tool
    async def meets_another_call() -> str:
        await sync_to_async(meeting.wait)()
        return "met"

    @mcp.tool
    async def keeps_a_connection() -> bool:
        await get_user_model().objects.acount()
        return await sync_to_async(lambda: connections["default"].connection is not None)()

    @mcp.resource("database://{key}")
    def resource(key: str, user: User = CurrentUser()) -> str:
        return use_database()

    @mcp.prompt
    def prompt(user: User = CurrentUser()) -> list[Message]:
        return [Message(use_database())]

    yield
    for name in ("sync_tool", "sync_tool_of_user", "async_tool", "meets_another_call", "keeps_a_connection"):
        mcp.local_provider.remove_tool(name)
    mcp.local_provider.remove_template("database://{key}")
    mcp.local_provider.remove_prompt("prompt")


async def use_everything(client: Client) -> None:
    for tool in ("sync_tool", "sync_tool_of_user", "async_tool"):
        assert (await client.call_tool(tool)).data == "done"
    assert (await client.read_resource("database://x"))[0].text == "done"
    assert (await client.get_prompt("prompt")).messages[0].content.text == "done"


async def test_every_kind_of_component_gives_its_connection_back(mcp_client: ConnectMCP) -> None:
    async with mcp_client() as client:
        await use_everything(client)
    assert len(used) == 5
    assert [wrapper for wrapper in used if wrapper.connection is not None] == []


async def test_async_tool_keeps_no_connection_from_others_while_it_awaits(mcp_client: ConnectMCP) -> None:
    async with mcp_client() as client:
        assert (await client.call_tool("keeps_a_connection")).data is False


async def test_async_tools_do_not_wait_for_each_other_in_one_thread(mcp_client: ConnectMCP) -> None:
    async with mcp_client() as client:
        results = await asyncio.gather(*(client.call_tool("meets_another_call") for _ in range(2)))
    assert [result.data for result in results] == ["met", "met"]
