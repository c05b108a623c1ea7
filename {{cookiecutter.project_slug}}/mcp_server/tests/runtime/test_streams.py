"""How many streams and sessions a user may have, and when streams of a refused token end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from unittest.mock import patch

import anyio
import pytest
from django.db import OperationalError
from django.utils import timezone
from httpx2 import AsyncClient, Response
from mcp.server.streamable_http_manager import DEFAULT_SESSION_IDLE_TIMEOUT
from pytest_django import Settings

from mcp_server.models import MCPToken
from mcp_server.runtime import streams
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.helpers import eventually
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

SSE = "/mcp/sse/"
ACCEPT = {"Accept": "application/json, text/event-stream"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


@pytest.fixture(autouse=True)
def few_and_soon(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small limits, so that tests need not open twenty streams or wait half a minute."""
    settings.MCP_USER_STREAMS = 2
    monkeypatch.setattr(streams, "SECONDS_BETWEEN_CHECKS", 0.2)


@asynccontextmanager
async def connected(serve_mcp: ServeMCP) -> AsyncIterator[AsyncClient]:
    async with serve_mcp("sse") as server, server.http_client() as http:
        yield http


async def headers_of(user: User) -> dict[str, str]:
    token = await MCPToken.objects.acreate(user=user, name="test")
    return {**ACCEPT, "Authorization": f"Bearer {token.token}"}


async def open_stream(stack: AsyncExitStack, http: AsyncClient, user: User) -> Response:
    headers = await headers_of(user)
    response: Response = await stack.enter_async_context(http.stream("GET", SSE, headers=headers))
    return response


async def test_streams_of_one_user(serve_mcp: ServeMCP, user: User, admin: User) -> None:
    """Catches a limit for each token instead of each user."""
    async with connected(serve_mcp) as http, AsyncExitStack() as stack:
        for _ in range(2):
            assert (await open_stream(stack, http, user)).status_code == 200
        refused = await open_stream(stack, http, user)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
        text = "You have 2 streams open, as many as one user may have: end one, or wait."
        await refused.aread()
        assert refused.json() == {"error_description": text}
        assert (await open_stream(stack, http, admin)).status_code == 200


async def test_stream_that_ended_makes_room(serve_mcp: ServeMCP, user: User) -> None:
    headers = await headers_of(user)
    async with connected(serve_mcp) as http:
        for _ in range(5):
            async with http.stream("GET", SSE, headers=headers) as response:
                assert response.status_code == 200
            await eventually(lambda: not open_streams())


def open_streams() -> int:
    return sum(map(len, streams._streams.values()))  # noqa: SLF001 - what the process believes


async def initialize(http: AsyncClient, headers: dict[str, str]) -> Response:
    return await http.post("/mcp/", json=INITIALIZE, headers=headers)


async def test_sessions_of_one_user(serve_mcp: ServeMCP, user: User, admin: User, settings: Settings) -> None:
    settings.MCP_STATELESS = False
    headers = await headers_of(user)
    async with serve_mcp() as server, server.http_client() as http:
        opened = [await initialize(http, await headers_of(user)), await initialize(http, headers)]
        assert [each.status_code for each in opened] == [200, 200]
        refused = await initialize(http, headers)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
        text = "You have 2 sessions open, as many as one user may have: end one, or wait."
        assert refused.json()["error"]["message"] == text
        assert (await initialize(http, await headers_of(admin))).status_code == 200
        ending = headers | {"Mcp-Session-Id": opened[1].headers["Mcp-Session-Id"]}
        assert (await http.delete("/mcp/", headers=ending)).status_code == 200
        assert (await initialize(http, headers)).status_code == 200


async def test_session_that_is_idle_makes_room(
    serve_mcp: ServeMCP, user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches clients that never end their sessions, and then reach the limit."""
    settings.MCP_STATELESS = False
    monkeypatch.setattr(streams, "SECONDS_IDLE", 0)
    headers = await headers_of(user)
    async with serve_mcp() as server, server.http_client() as http:
        opened = [await initialize(http, headers) for _ in range(4)]
        assert [each.status_code for each in opened] == [200] * 4
        ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
        ids = [{"Mcp-Session-Id": each.headers["Mcp-Session-Id"]} for each in opened]
        answers = [await http.post("/mcp/", json=ping, headers=headers | each) for each in ids]
    assert [each.status_code for each in answers] == [404, 404, 200, 200]


async def test_client_that_comes_back_gets_a_stream(
    serve_mcp: ServeMCP, user: User, settings: Settings
) -> None:
    """Catches a 500 for a client that asks for missed events, which the server does not store."""
    settings.MCP_STATELESS = False
    headers = await headers_of(user)
    async with serve_mcp() as server, server.http_client() as http:
        session = (await initialize(http, headers)).headers["Mcp-Session-Id"]
        again = headers | {"Mcp-Session-Id": session, "Last-Event-ID": "1"}
        async with http.stream("GET", "/mcp/", headers=again) as response:
            assert response.status_code == 200


def test_sdk_ends_idle_sessions_by_itself() -> None:
    assert DEFAULT_SESSION_IDLE_TIMEOUT == 30 * 60


async def revoked(user: User) -> None:
    await MCPToken.objects.aupdate(is_active=False)


async def expired(user: User) -> None:
    await MCPToken.objects.aupdate(expires_at=timezone.now() - timedelta(seconds=1))


async def deleted(user: User) -> None:
    await MCPToken.objects.all().adelete()


async def user_disabled(user: User) -> None:
    user.is_active = False
    await user.asave()


async def read_to_its_end(response: Response) -> None:
    with anyio.fail_after(10):
        async for _ in response.aiter_raw():
            pass


@pytest.mark.parametrize("is_session", [False, True], ids=["sse", "session"])
@pytest.mark.parametrize("lose", [revoked, expired, deleted, user_disabled])
async def test_stream_ends_with_its_token(
    serve_mcp: ServeMCP,
    user: User,
    settings: Settings,
    lose: Callable[[User], Awaitable[None]],
    is_session: bool,
) -> None:
    settings.MCP_STATELESS = not is_session
    headers = await headers_of(user)
    async with serve_mcp("http" if is_session else "sse") as server, server.http_client() as http:
        if is_session:
            headers |= {"Mcp-Session-Id": (await initialize(http, headers)).headers["Mcp-Session-Id"]}
        async with http.stream("GET", "/mcp/" if is_session else SSE, headers=headers) as response:
            await asyncio.sleep(0.5)
            assert open_streams() == 1
            await lose(user)
            await read_to_its_end(response)
        await eventually(lambda: not open_streams())


async def test_streams_outlive_an_absence_of_the_database(serve_mcp: ServeMCP, user: User) -> None:
    headers = await headers_of(user)
    unavailable = patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError)
    async with connected(serve_mcp) as http, http.stream("GET", SSE, headers=headers):
        with unavailable:
            await asyncio.sleep(1)
        assert open_streams() == 1
