"""How a request is answered: with plain JSON, or with a stream of events once there is one to send.

The SDK prepares every request for a stream: two tasks, a channel between them and a timer, and for
clients older than revision 2026-07-28 a session besides. Most calls send nothing but their result, and
the preparation is a sixth of what they cost, or half. `patches.py` puts this file in its place.
"""

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import anyio
from mcp.server import _streamable_http_modern
from mcp.server.connection import Connection
from mcp.server.runner import serve_one
from mcp.server.streamable_http import check_accept_headers
from mcp.shared.jsonrpc_dispatcher import progress_token_from_params
from mcp.shared.message import ServerMessageMetadata
from mcp.shared.transport_context import TransportContext
from mcp_types import DEFAULT_NEGOTIATED_VERSION, JSONRPCRequest
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

SECONDS_UNWATCHED = 1
SECONDS_BETWEEN_PINGS = 15

ANSWER = "mcp_server.answer"  # where the scope of a request has its answer

START_OF_STREAM = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-cache, no-transform"),
        (b"x-accel-buffering", b"no"),  # asks nginx to pass events on at once
    ],
}


class Answer:
    """The answer to one request: ASGI's `send` for the result, and a stream for what comes before it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[ANSWER] = self
        self._receive = receive
        self._send = send
        self._is_stream = self._has_result = False

    async def __call__(self, message: Message) -> None:
        """Send the result, as the last event when there were others."""
        self._has_result = True
        if not self._is_stream:
            await self._send(message)
        elif message["type"] == "http.response.body":
            event = b"event: message\r\ndata: " + message["body"] + b"\r\n\r\n"
            await self._send({"type": "http.response.body", "body": event})

    async def send(self, event: bytes) -> None:
        """Send an event before the result."""
        if self._has_result:
            raise anyio.ClosedResourceError
        if not self._is_stream:
            self._is_stream = True
            await self._send({**START_OF_STREAM})
        await self._send({"type": "http.response.body", "body": event, "more_body": True})

    async def wait_for(self, handling: Awaitable[None]) -> None:
        """Handle the request. From its second second on, it ends when the client goes."""
        watcher: asyncio.Task[None] | None = None

        def start_watching() -> None:
            nonlocal watcher
            watcher = asyncio.create_task(self._watch_client(scope))

        timer = asyncio.get_running_loop().call_later(SECONDS_UNWATCHED, start_watching)
        with anyio.CancelScope() as scope:
            try:
                await handling
            finally:
                timer.cancel()
                if watcher:
                    watcher.cancel()

    async def _watch_client(self, handling: anyio.CancelScope) -> None:
        """Send pings until the client goes: proxies cut connections on which nothing comes."""
        gone = asyncio.ensure_future(self._receive())
        try:
            while not (await asyncio.wait([gone], timeout=SECONDS_BETWEEN_PINGS))[0]:
                if not self._has_result:
                    await self.send(b": ping\r\n\r\n")
            handling.cancel()
        finally:
            gone.cancel()


@dataclass
class DispatchContext(_streamable_http_modern._SingleExchangeDispatchContext):
    """Sends what a handler streams (progress, log messages) into the answer of its request."""

    def __post_init__(self) -> None:
        metadata: Any = self.message_metadata
        self.sink = metadata.request_context.scope.get(ANSWER)


def accepts_both(scope: Scope) -> bool:
    """Whether the client takes JSON as well as a stream, as the protocol demands of it."""
    return check_accept_headers(Request(scope)) == (True, True)


async def read_tool_call(request: Request) -> tuple[JSONRPCRequest | None, Receive]:
    """Return the well-formed tool call that an older client made, if any, and what reads it once more."""
    is_json = request.headers.get("content-type", "").partition(";")[0].strip() == "application/json"
    if not (request.method == "POST" and is_json and accepts_both(request.scope)):
        return None, request.receive
    body = await request.body()
    unread: list[Message] = [{"type": "http.request", "body": body}]

    async def receive() -> Message:
        return unread.pop() if unread else await request.receive()

    try:
        call = JSONRPCRequest.model_validate_json(body, by_name=False)
    except ValidationError:
        return None, receive
    return (call, request.receive) if call.method == "tools/call" else (None, receive)


async def answer_older_call(
    manager: Any, version: str | None, call: JSONRPCRequest, request: Request, answer: Answer
) -> None:
    """Answer a call of a client older than revision 2026-07-28 as one of today's."""
    context = DispatchContext(
        TransportContext(kind="streamable-http", can_send_request=False, headers=request.headers),
        call.id,
        ServerMessageMetadata(request_context=request),
        progress_token_from_params(call.params),
    )
    connection = Connection.from_envelope(version or DEFAULT_NEGOTIATED_VERSION, None, None)
    result = await _streamable_http_modern._to_jsonrpc_response(
        call.id,
        serve_one(
            manager.app,
            context,
            call.method,
            call.params,
            connection=connection,
            lifespan_state=manager._lifespan_state,
        ),
    )
    await Response(to_json(result), media_type="application/json")(request.scope, request.receive, answer)


def to_json(message: BaseModel) -> str:
    """Return a JSON-RPC message as it is sent."""
    try:
        return message.model_dump_json(by_alias=True, exclude_none=True)
    except PydanticSerializationError:  # half of a surrogate pair: JSON can express it, UTF-8 cannot
        return json.dumps(message.model_dump(mode="json", by_alias=True, exclude_none=True))
