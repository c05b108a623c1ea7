"""No part of a body is read before the sender is authenticated."""

import re

import pytest
from fastmcp.utilities.asgi_transport import run_asgi_lifespan
from starlette.routing import Route
from starlette.types import Message

from mcp_server.asgi import create_app

pytestmark = pytest.mark.django_db(transaction=True)

# Every address that the process knows, and one that it does not.
ROUTES = [route.path for route in create_app().routes if isinstance(route, Route)]
PATHS = [*(re.sub("{[^}]*}", "demo", path) for path in ROUTES), "/mcp/no/such/address"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("authorization", [None, b"Bearer mcp_unknown", b"Bearer unknown", b"Basic eDp5"])
async def test_a_stranger_is_refused_before_the_body_is_read(path: str, authorization: bytes | None) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("The body was read.")

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost:8001"), (b"content-type", b"application/json")]
    headers += [(b"content-length", b"4000000"), (b"accept", b"application/json, text/event-stream")]
    headers += [(b"authorization", authorization)] if authorization else []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 8001),
    }
    app = create_app()
    async with run_asgi_lifespan(app):
        await app(scope, receive, send)
    assert sent[0]["status"] in {401, 404, 405}
