"""How Uvicorn reads requests."""

import asyncio

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from operations.bounded_headers import BoundedHeaders

UPGRADE = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAE\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    await Response(await Request(scope, receive).body())(scope, receive, send)


async def exchange(*parts: bytes) -> bytes:
    """Send the parts one after another, and return the answer."""
    config = uvicorn.Config(echo, port=0, http=BoundedHeaders, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    serving = asyncio.create_task(server.serve([listener]))
    while not server.started:  # noqa: ASYNC110 - nobody would set an event
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    for part in parts:
        writer.write(part)
        await asyncio.sleep(0.02)
    answer = await asyncio.wait_for(reader.read(10_000), 5)
    writer.close()
    server.should_exit = True
    await serving
    return answer


@pytest.mark.parametrize("length", [b"Content-Length: 4\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
@pytest.mark.parametrize("at", [0, 30, 120], ids="split at {}".format)
async def test_an_upgrade_is_ignored_and_the_body_read(length: bytes, at: int) -> None:
    """Catches lost arguments of Java's HTTP client, which asks to upgrade to HTTP/2 in each request."""
    body = b"toys" if b"Length" in length else b"4\r\ntoys\r\n0\r\n\r\n"
    request = b"POST / HTTP/1.1\r\nHost: localhost\r\n" + UPGRADE + length + body
    answer = await exchange(*filter(None, (request[:at], request[at:])))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"\r\n\r\ntoys")


async def test_a_proxy_is_not_offered() -> None:
    assert (await exchange(b"CONNECT evil.example:443 HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 400")
