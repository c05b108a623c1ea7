"""The express lane answers with JSON until a tool streams something, for clients of every revision."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from fastmcp.server.dependencies import get_context
from httpx2 import AsyncClient

from mcp_server.models import MCPToken
from mcp_server.runtime.express import answer
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.helpers import raw_call
from operations.users import User

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("version", ["2026-07-28", "2025-11-25", "2024-11-05"]),
]

JSON, STREAM = "application/json", "text/event-stream"
DONE = {"result": "done"}


class Stage:
    """Signals between the tools below and the tests."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.cancelled = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.left_running: asyncio.Task[None] | None = None


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Tools that stream, wait, and leave a task running."""
    stage = Stage()

    async def talkative() -> str:
        ctx = get_context()
        await ctx.report_progress(1, 2, "half")
        await ctx.info("a message")
        return "done"

    async def slow() -> str:
        stage.begun.set()
        try:
            await stage.go_on.wait()
        except asyncio.CancelledError:
            stage.cancelled.set()
            raise
        return "done"

    async def unfinished() -> str:
        ctx = get_context()

        async def report() -> None:
            await stage.go_on.wait()
            await ctx.report_progress(2, 2)

        stage.left_running = asyncio.create_task(report())
        return "done"

    def broken_text() -> str:
        return "\ud800"

    def broken_value() -> str:
        return "\ud800"

    mcp.tool(broken_text, output_schema=None)
    for tool in (talkative, slow, unfinished, broken_value):
        mcp.tool(tool)
    yield stage
    for tool in (talkative, slow, unfinished, broken_value, broken_text):
        mcp.local_provider.remove_tool(tool.__name__)


@pytest.fixture
async def http(serve_mcp: ServeMCP, admin: User, stage: Stage) -> AsyncIterator[AsyncClient]:
    """An HTTP client with a token, which accepts JSON and streams."""
    token = await MCPToken.objects.acreate(user=admin, name="test")
    headers = {"Authorization": f"Bearer {token.token}", "Accept": f"{JSON}, {STREAM}"}
    async with serve_mcp() as server, server.http_client(headers=headers) as client:
        yield client


def call(tool: str, version: str) -> dict[str, Any]:
    """Return the headers and the body of a call that asks for progress and log messages."""
    level = {"io.modelcontextprotocol/logLevel": "info"} if version >= "2026" else {}
    return raw_call(tool, version=version, number=7, meta={"progressToken": "p"} | level)


def data(lines: list[str]) -> list[dict[str, Any]]:
    """Return the messages of a stream."""
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


async def test_a_result_alone_is_plain_json(http: AsyncClient, stage: Stage, version: str) -> None:
    stage.go_on.set()
    response = await http.post("/mcp/", **call("slow", version))
    assert response.headers["Content-Type"] == JSON
    assert response.json()["id"] == 7
    assert response.json()["result"]["structuredContent"] == DONE


async def test_text_that_is_no_valid_unicode_arrives(http: AsyncClient, version: str) -> None:
    response = await http.post("/mcp/", **call("broken_text", version))
    assert response.json()["result"]["content"] == [{"type": "text", "text": "\ud800"}]


async def test_a_structured_result_that_is_no_valid_unicode_is_an_error_that_says_so(
    http: AsyncClient, version: str
) -> None:
    response = await http.post("/mcp/", **call("broken_value", version))
    result = response.json()["result"]
    assert result["isError"]
    assert "surrogates not allowed" in result["content"][0]["text"]


@pytest.mark.filterwarnings("ignore:The logging capability is deprecated")
async def test_progress_and_messages_come_before_the_result(http: AsyncClient, version: str) -> None:
    response = await http.post("/mcp/", **call("talkative", version))
    assert response.headers["Content-Type"] == STREAM
    progress, message, result = data(response.text.splitlines())
    assert progress["params"] == {"progressToken": "p", "progress": 1, "total": 2, "message": "half"}
    assert message["method"] == "notifications/message"
    assert result["result"]["structuredContent"] == DONE


async def test_a_long_call_keeps_its_connection_open_with_pings(
    http: AsyncClient, stage: Stage, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "SECONDS_UNWATCHED", 0)
    monkeypatch.setattr(answer, "SECONDS_BETWEEN_PINGS", 0)
    async with http.stream("POST", "/mcp/", **call("slow", version)) as response:
        lines = response.aiter_lines()
        assert await anext(lines) == ": ping"
        stage.go_on.set()
        (result,) = data([line async for line in lines])
    assert result["result"]["structuredContent"] == DONE


async def test_a_call_is_cancelled_when_its_client_goes(
    http: AsyncClient, stage: Stage, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "SECONDS_UNWATCHED", 0)
    request = asyncio.create_task(http.post("/mcp/", **call("slow", version)))
    await stage.begun.wait()
    request.cancel()
    await stage.cancelled.wait()


async def test_what_a_tool_leaves_running_cannot_write_after_the_result(
    http: AsyncClient, stage: Stage, version: str
) -> None:
    response = await http.post("/mcp/", **call("unfinished", version))
    stage.go_on.set()
    assert stage.left_running
    await stage.left_running
    assert response.json()["result"]["structuredContent"] == DONE


async def test_who_does_not_take_a_stream_is_refused(http: AsyncClient, version: str) -> None:
    request = call("talkative", version)
    request["headers"]["Accept"] = JSON
    assert (await http.post("/mcp/", **request)).status_code == 406


async def test_a_request_without_the_form_of_one_is_refused(http: AsyncClient, version: str) -> None:
    for body in (b"{", b"[]", b'{"jsonrpc": "2.0", "method": "tools/call", "id": null}'):
        response = await http.post("/mcp/", content=body, headers={"MCP-Protocol-Version": version})
        assert response.status_code == 400
