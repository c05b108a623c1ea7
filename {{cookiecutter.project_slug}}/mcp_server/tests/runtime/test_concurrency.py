"""One user whose calls are slow does not keep others waiting."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from fastmcp import Client, Context
from httpx2 import AsyncClient
from mcp import MCPError
from prometheus_client import REGISTRY
from pytest_django import Settings

from mcp_server.models import MCPToken
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP, ServeMCP
from mcp_server.tests.helpers import eventually, raw_call, requests_in_flight
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

REFUSAL = "Too many calls are running: retry in 5 s."

release = threading.Event()
ran: list[str] = []


@pytest.fixture(autouse=True)
def slow_tools(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Calls that run until the test ends them, or for 20 seconds."""
    settings.MCP_USER_CONCURRENCY = 2
    # The server notices at once that a client has gone.
    monkeypatch.setattr("mcp_server.runtime.express.answer.SECONDS_UNWATCHED", 0)
    release.clear()
    ran.clear()

    @mcp.tool
    def wait_in_thread(text: str = "") -> str:
        ran.append("tool")
        release.wait(20)
        return text

    @mcp.tool(meta={"timeout": 0.3})
    async def wait_in_orm_thread() -> None:
        ran.append("orm")
        await sync_to_async(release.wait)(20)

    @mcp.tool
    async def wait_for_test() -> None:
        ran.append("async")
        await eventually(release.is_set)

    @mcp.tool(meta={"timeout": 0.3})
    async def answer_soon() -> str:
        return "here"

    @mcp.tool(meta={"timeout": 20})
    async def answer_in_its_turn() -> str:
        return "here"

    @mcp.tool
    async def call_another(ctx: Context) -> Any:
        results = await asyncio.gather(*(ctx.fastmcp.call_tool("answer_in_its_turn", {}) for _ in range(3)))
        return [result.content[0].text for result in results]

    @mcp.resource("slow://resource")
    def slow_resource() -> str:
        ran.append("resource")
        release.wait(20)
        return "read"

    @mcp.prompt
    def slow_prompt() -> str:
        ran.append("prompt")
        release.wait(20)
        return "made"

    yield
    release.set()
    for name in ("wait_in_thread", "wait_in_orm_thread", "wait_for_test"):
        mcp.local_provider.remove_tool(name)
    for name in ("answer_soon", "answer_in_its_turn", "call_another"):
        mcp.local_provider.remove_tool(name)
    mcp.local_provider.remove_resource("slow://resource")
    mcp.local_provider.remove_prompt("slow_prompt")


async def until(count: int) -> None:
    """Wait until that many slow functions have begun, and briefly for one that should not begin."""
    await eventually(lambda: len(ran) >= count)
    await asyncio.sleep(0.2)
    assert len(ran) == count


@asynccontextmanager
async def running(*calls: Any) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Run calls during the block, and end them after it."""
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        yield tasks
    finally:
        release.set()
        await asyncio.gather(*tasks, return_exceptions=True)


async def outcome(client: Client[Any], tool: str) -> str:
    try:
        result = await client.call_tool(tool, raise_on_error=False)
    except MCPError as error:
        return error.error.message
    return str(result.content[0].text)


ERAS: list[dict[str, Any]] = [{}, {"mode": "legacy"}, {"transport": "sse"}]


@pytest.mark.parametrize("options", ERAS, ids=["2026-07-28", "2025-11-25", "sse"])
@pytest.mark.parametrize("tool", ["wait_in_thread", "wait_for_test"])
async def test_more_calls_wait_and_are_refused_in_time(
    mcp_client: ConnectMCP, user: User, options: dict[str, Any], tool: str
) -> None:
    async with mcp_client(user, **options) as client, mcp_client(**options) as other:
        async with running(*(client.call_tool(tool) for _ in range(5))) as calls:
            await until(2)
            assert await outcome(client, "answer_soon") == REFUSAL
            assert await outcome(other, "answer_in_its_turn") == "here"
            release.set()
            assert not any(call.is_error for call in await asyncio.gather(*calls))
        assert await outcome(client, "answer_in_its_turn") == "here"
    labels = {"tool": "answer_soon", "status": "limited"}
    assert REGISTRY.get_sample_value("mcp_tool_invocations_total", labels)


async def test_client_of_today_gets_status_429_with_retry_after(
    mcp_client: ConnectMCP, serve_mcp: ServeMCP, admin: User
) -> None:
    token = await MCPToken.objects.acreate(user=admin, name="test")
    headers = {"Authorization": f"Bearer {token.token}"}
    async with mcp_client() as client, running(*(client.call_tool("wait_in_thread") for _ in range(2))):
        await until(2)
        async with serve_mcp() as server, server.http_client(headers=headers) as http:
            answer = await http.post("/mcp/", **raw_call("answer_soon"))
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")


async def test_resources_and_prompts_count_too(mcp_client: ConnectMCP, settings: Settings) -> None:
    settings.MCP_TOOL_TIMEOUT = 0.3
    async with mcp_client() as client:
        async with running(client.read_resource("slow://resource"), client.get_prompt("slow_prompt")):
            await until(2)
            assert await outcome(client, "answer_soon") == REFUSAL
            for more in (client.read_resource("slow://resource"), client.get_prompt("slow_prompt")):
                with pytest.raises(MCPError, match="Too many calls are running"):
                    await more
        assert await outcome(client, "answer_in_its_turn") == "here"


async def test_who_stops_waiting_leaves_the_turn_to_others(
    mcp_client: ConnectMCP, settings: Settings
) -> None:
    settings.MCP_USER_CONCURRENCY = 1
    async with mcp_client() as client, running(client.call_tool("wait_in_thread")):
        await until(1)
        before = requests_in_flight()
        waiting = asyncio.ensure_future(client.call_tool("wait_for_test"))
        await eventually(lambda: requests_in_flight() > before)
        await asyncio.sleep(0.1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await eventually(lambda: requests_in_flight() == before)
        release.set()
        assert await outcome(client, "answer_in_its_turn") == "here"
    assert ran == ["tool"]


@pytest.mark.parametrize("tool", ["wait_in_thread", "wait_in_orm_thread"])
async def test_thread_that_nobody_waits_for_keeps_its_place(
    mcp_client: ConnectMCP, settings: Settings, tool: str
) -> None:
    """Catches a cancelled call that frees its place while its thread still runs."""
    async with mcp_client() as client:
        before = requests_in_flight()
        calls = [asyncio.ensure_future(client.call_tool(tool, raise_on_error=False)) for _ in range(2)]
        await until(2)
        if tool == "wait_in_thread":
            for call in calls:
                call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await eventually(lambda: requests_in_flight() == before)
        assert await outcome(client, "answer_soon") == REFUSAL
        release.set()
        assert await outcome(client, "answer_in_its_turn") == "here"


async def test_call_that_calls_needs_one_place(mcp_client: ConnectMCP, settings: Settings) -> None:
    settings.MCP_USER_CONCURRENCY = 1
    async with mcp_client() as client:
        assert await outcome(client, "call_another") == '["here","here","here"]'


@pytest.mark.parametrize("stateless", [True, False])
@pytest.mark.parametrize("version", ["2026-07-28", "2025-11-25"])
async def test_large_bodies_wait_outside(
    serve_mcp: ServeMCP, settings: Settings, user: User, version: str, stateless: bool
) -> None:
    """Catches waiting requests that are all in memory, and one that needs a second place after it waited."""
    settings.MCP_STATELESS = stateless
    settings.MCP_USER_CONCURRENCY = 1
    settings.MCP_TOOL_TIMEOUT = 0.5
    token = await MCPToken.objects.acreate(user=user, name="test")
    headers = {"Authorization": f"Bearer {token.token}"}
    call = raw_call("wait_in_thread", {"text": "x" * 200_000}, version=version)
    async with serve_mcp() as server, server.http_client(headers=headers, timeout=None) as http:
        if version < "2026" and not stateless:
            call["headers"] |= await open_session(http)
        async with running(http.post("/mcp/", **call)) as (first,):
            await until(1)
            # This is not JSON, and nothing has parsed it.
            answer = await http.post("/mcp/", content=b" " * 200_000, headers=call["headers"])
            assert (answer.status_code, answer.json()["error"]["message"]) == (429, REFUSAL)
            release.set()
            assert (await first).status_code == 200


async def open_session(http: AsyncClient) -> dict[str, str]:
    """Return the headers that an older client sends in its session."""
    headers = {"Accept": "application/json, text/event-stream"}
    client = {"name": "test", "version": "1"}
    params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}
    message = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
    answer = await http.post("/mcp/", json=message, headers=headers)
    return {"Mcp-Session-Id": answer.headers["Mcp-Session-Id"]}
