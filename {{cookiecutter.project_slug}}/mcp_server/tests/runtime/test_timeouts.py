"""Tools end in time, and their answers are short enough for a model."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.db import connection
from fastmcp.utilities.types import Image
from pytest_django import Settings

from mcp_server.runtime.timeouts import limit_statements
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import refusal

pytestmark = pytest.mark.django_db(transaction=True)

TOO_SLOW = "The tool took too long and was stopped: ask for less in one call."
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
SOON = {"timeout": 0.2}

release = threading.Event()
waited: list[bool] = []


@pytest.fixture(autouse=True)
def endless_tools() -> Iterator[None]:
    """Tools that never end by themselves, and some with too long answers."""
    release.clear()
    waited.clear()

    @mcp.tool(meta=SOON)
    async def wait() -> None:
        await asyncio.Event().wait()

    @mcp.tool(meta=SOON)
    async def wait_in_thread() -> None:
        await sync_to_async(release.wait)(20)
        waited.append(True)

    @mcp.tool(meta=SOON)
    def ask_once() -> None:
        with connection.cursor() as cursor:
            cursor.execute(ENDLESS)

    @mcp.tool(meta=SOON)
    def ask_again_and_again() -> None:
        while True:
            get_user_model().objects.count()

    @mcp.tool
    def wait_as_long_as_others(text: str) -> str:
        while True:
            get_user_model().objects.count()

    @mcp.tool
    def write(characters: int) -> str:
        return "x" * characters

    @mcp.tool
    def draw(characters: int) -> Image:
        return Image(data=b"x" * (characters * 3 // 4), format="png")

    yield
    for tool in (wait, wait_in_thread, ask_once, ask_again_and_again, wait_as_long_as_others, write, draw):
        mcp.local_provider.remove_tool(tool.__name__)


@pytest.mark.parametrize("usual", [60, 0])
@pytest.mark.parametrize("tool", ["wait", "ask_once", "ask_again_and_again"])
async def test_tool_is_stopped_after_the_time_in_its_meta(
    mcp_client: ConnectMCP, settings: Settings, tool: str, usual: int
) -> None:
    settings.MCP_TOOL_TIMEOUT = usual
    async with mcp_client() as client:
        assert await refusal(client, tool) == TOO_SLOW
        # Its connection is in order again.
        assert not (await client.call_tool("whoami")).is_error


async def test_tool_is_stopped_after_the_time_of_all_tools(
    mcp_client: ConnectMCP, settings: Settings
) -> None:
    settings.MCP_TOOL_TIMEOUT = 0.2
    async with mcp_client() as client:
        assert await refusal(client, "wait_as_long_as_others", text="") == TOO_SLOW


def test_postgresql_ends_statements_by_itself(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches statements that continue, also of async tools: no thread can be stopped."""
    settings.MCP_TOOL_TIMEOUT = 1.5
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"options": "-c search_path=shop"})
    limit_statements()
    limit_statements()
    assert connection.settings_dict["OPTIONS"] == {"options": "-c search_path=shop -c statement_timeout=1500"}


async def test_client_does_not_wait_for_a_thread_that_nobody_can_stop(mcp_client: ConnectMCP) -> None:
    async with mcp_client() as client:
        assert await refusal(client, "wait_in_thread") == TOO_SLOW
        assert waited == []
    release.set()


@pytest.mark.parametrize("tool", ["write", "draw"])
async def test_long_answer_becomes_an_error_that_says_so(
    mcp_client: ConnectMCP, settings: Settings, tool: str
) -> None:
    settings.MCP_MAX_RESPONSE_SIZE = 1000
    async with mcp_client() as client:
        assert not (await client.call_tool(tool, {"characters": 1000})).is_error
        assert "more than the 1,000 that are allowed" in await refusal(client, tool, characters=1004)
