"""How often a token may call, and what a client gets above the limit."""

import socket
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from fastmcp import Client
from mcp import MCPError
from mcp_types import PromptReference
from prometheus_client import REGISTRY
from pyrate_limiter import MonotonicClock
from pytest_django import Settings

from mcp_server.models import MCPToken
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP, ServeMCP
from mcp_server.tests.helpers import message_of, raw_call
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

MESSAGE = "Too many calls: retry in 20 s."


@pytest.fixture(autouse=True)
def three_a_minute(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute that never ends, so that slow tests pass."""
    settings.MCP_RATE_LIMIT = "3/minute"
    monkeypatch.setattr(MonotonicClock, "now", lambda _: 0)


async def outcomes(client: Client[Any], calls: int) -> list[str]:
    """Make that many calls, and return "ok" or the text of the error for each."""
    texts = []
    for _ in range(calls):
        try:
            result = await client.call_tool("whoami", raise_on_error=False)
        except MCPError as error:
            texts.append(error.error.message)
        else:
            texts.append(result.content[0].text if result.is_error else "ok")
    return texts


@pytest.mark.parametrize(
    "options", [{}, {"mode": "legacy"}, {"transport": "sse"}], ids=["2026-07-28", "2025-11-25", "sse"]
)
async def test_model_is_told_when_to_call_again(mcp_client: ConnectMCP, options: dict[str, Any]) -> None:
    async with mcp_client(**options) as client:
        assert await outcomes(client, 5) == ["ok", "ok", "ok", MESSAGE, MESSAGE]


async def test_client_of_today_gets_status_429_with_retry_after(serve_mcp: ServeMCP, admin: User) -> None:
    token = await MCPToken.objects.acreate(user=admin, name="test")
    headers = {"Authorization": f"Bearer {token.token}"}
    async with serve_mcp() as server, server.http_client(headers=headers) as http:
        answers = [await http.post("/mcp/", **raw_call("whoami", number=n)) for n in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers.get("Retry-After") for answer in answers] == [None, None, None, "20"]
    error = {"code": 429, "message": MESSAGE, "data": {"retryAfter": 20}}
    assert answers[3].json() == {"jsonrpc": "2.0", "id": 3, "error": error}


async def test_malformed_request_over_the_limit_is_no_crash(
    serve_mcp: ServeMCP, admin: User, caplog: pytest.LogCaptureFixture
) -> None:
    token = await MCPToken.objects.acreate(user=admin, name="test")
    headers = {"Authorization": f"Bearer {token.token}"}
    async with serve_mcp() as server, server.http_client(headers=headers) as http:
        call = raw_call("whoami", version="2025-11-25")
        call["json"] |= {"method": "resources/read", "params": {"uri": 0.0}}
        answers = [message_of((await http.post("/mcp/", **call)).text) for _ in range(4)]
    assert "Too many calls" in answers[-1]["error"]["message"]
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("method", ["tools/call", "completion/complete"])
async def test_a_call_without_an_id_is_none(
    serve_mcp: ServeMCP, admin: User, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    """Catches a notification that is counted, and above the limit is logged as a crash."""
    token = await MCPToken.objects.acreate(user=admin, name="test")
    headers = {"Authorization": f"Bearer {token.token}"}
    call = raw_call("whoami", version="2025-11-25")
    notification = call | {"json": {"jsonrpc": "2.0", "method": method, "params": call["json"]["params"]}}
    async with serve_mcp() as server, server.http_client(headers=headers) as http:
        for _ in range(4):
            assert (await http.post("/mcp/", **notification)).status_code == HTTPStatus.ACCEPTED
        assert (await http.post("/mcp/", **call)).status_code == HTTPStatus.OK
    assert not [record for record in caplog.records if record.exc_info]


async def test_only_calls_count(mcp_client: ConnectMCP) -> None:
    async with mcp_client() as client:
        for _ in range(5):
            await client.list_tools()
        assert await outcomes(client, 3) == ["ok"] * 3


async def test_tokens_are_counted_apart(mcp_client: ConnectMCP, admin: User) -> None:
    for _ in range(2):
        async with mcp_client(admin) as client:
            assert await outcomes(client, 3) == ["ok"] * 3


@pytest.mark.parametrize(("rate", "allowed"), [("1/minute", 1), ("5/hour", 5), ("", 3)])
async def test_token_has_a_rate_of_its_own(
    mcp_client: ConnectMCP, admin: User, rate: str, allowed: int
) -> None:
    token = await MCPToken.objects.acreate(user=admin, name="test", rate_limit=rate)
    async with mcp_client(token) as client:
        assert (await outcomes(client, 6)).count("ok") == allowed


async def test_no_limit(mcp_client: ConnectMCP, settings: Settings) -> None:
    settings.MCP_RATE_LIMIT = ""
    async with mcp_client() as client:
        assert await outcomes(client, 9) == ["ok"] * 9


async def test_refused_calls_are_counted_as_such(mcp_client: ConnectMCP) -> None:
    labels = {"tool": "whoami", "status": "limited"}
    before = REGISTRY.get_sample_value("mcp_tool_invocations_total", labels) or 0
    async with mcp_client() as client:
        await outcomes(client, 5)
    assert REGISTRY.get_sample_value("mcp_tool_invocations_total", labels) == before + 2


@pytest.fixture
def silent_redis(settings: Settings) -> Iterator[None]:
    """A Redis that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}"
        yield


@pytest.mark.usefixtures("silent_redis")
@pytest.mark.parametrize(
    ("is_open", "expected"),
    [
        (True, ["ok", "ok", "ok", MESSAGE]),
        (False, ["Calls cannot be counted now: retry in 1 s."] * 4),
    ],
)
async def test_without_an_answer_of_redis(
    mcp_client: ConnectMCP, settings: Settings, is_open: bool, expected: list[str]
) -> None:
    settings.MCP_RATE_LIMIT_FAIL_OPEN = is_open
    async with mcp_client() as client:
        assert await outcomes(client, 4) == expected


@pytest.mark.parametrize("redis", [False, True], ids=["memory", "redis unavailable"])
async def test_tokens_of_a_user_share_a_ceiling(
    mcp_client: ConnectMCP, admin: User, user: User, settings: Settings, redis: bool
) -> None:
    settings.MCP_USER_RATE_LIMIT = "4/minute"
    settings.REDIS_URL = "redis://127.0.0.1:1" if redis else ""
    said = []
    for _ in range(3):
        async with mcp_client(admin) as client:
            said += await outcomes(client, 2)
    assert said == ["ok"] * 4 + ["Too many calls: retry in 15 s."] * 2
    async with mcp_client(user) as client:
        assert await outcomes(client, 2) == ["ok"] * 2


@pytest.mark.parametrize("options", [{}, {"mode": "legacy"}], ids=["2026-07-28", "2025-11-25"])
async def test_reading_getting_and_completing_count(mcp_client: ConnectMCP, options: dict[str, Any]) -> None:
    @mcp.resource("limited://{key}")
    def read(key: str) -> str:
        return key

    @mcp.prompt
    def get() -> str:
        return "text"

    try:
        async with mcp_client(**options) as client:
            await client.read_resource("limited://1")
            await client.get_prompt("get")
            await client.complete(PromptReference(name="get"), {"name": "key", "value": ""})
            for ask in (
                client.read_resource("limited://1"),
                client.get_prompt("get"),
                client.complete(PromptReference(name="get"), {"name": "key", "value": ""}),
            ):
                with pytest.raises(MCPError, match=MESSAGE):
                    await ask
            assert await outcomes(client, 1) == [MESSAGE]
    finally:
        mcp.local_provider.remove_template("limited://{key}")
        mcp.local_provider.remove_prompt("get")
