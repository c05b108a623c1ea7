"""An answer that the client does not read takes little memory, and keeps its place only for a while."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from pytest_django import Settings

from mcp_server.asgi import create_app
from mcp_server.models import MCPToken
from mcp_server.runtime import unread
from mcp_server.server import mcp
from mcp_server.tests.helpers import eventually, raw_call, requests_in_flight
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 900_000

written: list[str] = []


@pytest.fixture(autouse=True)
def long_answer(settings: Settings) -> Iterator[None]:
    """A tool with a long answer, which may run only once at a time."""
    settings.MCP_USER_CONCURRENCY = 1
    written.clear()

    @mcp.tool(meta={"timeout": 0.5})
    def write_much() -> str:
        written.append("x" * SIZE)
        return written[-1]

    yield
    mcp.local_provider.remove_tool("write_much")


@asynccontextmanager
async def served() -> AsyncIterator[socket.socket]:
    """Uvicorn, and a connection to it with small buffers."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    server = uvicorn.Server(uvicorn.Config(create_app(), log_config=None, timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        await eventually(lambda: server.started)
        yield listener
    finally:
        server.should_exit = True
        await serving


def connect(listener: socket.socket) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(listener.getsockname())
    client.setblocking(False)
    return client


async def ask(client: socket.socket, token: MCPToken) -> None:
    call = raw_call("write_much")
    body = json.dumps(call["json"]).encode()
    headers = call["headers"] | {
        "Host": "localhost",
        "Authorization": f"Bearer {token.token}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    lines = ["POST /mcp/ HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    await asyncio.get_running_loop().sock_sendall(client, "\r\n".join(lines).encode() + body)


async def read(client: socket.socket, size: int) -> bytes:
    loop, received = asyncio.get_running_loop(), b""
    async with asyncio.timeout(10):
        while len(received) < size and (data := await loop.sock_recv(client, 65536)):
            received += data
    return received


async def test_answer_keeps_its_place_until_it_is_read(user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="test")
    async with served() as listener:
        with connect(listener) as first, connect(listener) as second:
            before = requests_in_flight()
            await ask(first, token)
            await eventually(lambda: written)
            await ask(second, token)
            assert b" 429 " in (await read(second, 100))
            assert (await read(first, 2 * SIZE)).count(b"x") > 2 * SIZE - 1000  # as text and as a value
            await eventually(lambda: requests_in_flight() == before)
            with connect(listener) as third:
                await ask(third, token)
                assert b" 200 " in (await read(third, 100))


async def test_client_that_does_not_read_is_left(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "SECONDS_UNREAD", 0.3)
    token = await MCPToken.objects.acreate(user=user, name="test")
    async with served() as listener:
        with connect(listener) as first, connect(listener) as second:
            before = requests_in_flight()
            await ask(first, token)
            await eventually(lambda: written)
            await eventually(lambda: requests_in_flight() == before)
            await ask(second, token)
            assert b" 200 " in (await read(second, 100))
            assert len(await read(first, 2 * SIZE)) < SIZE
