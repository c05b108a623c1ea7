"""The answer of the lane: plain JSON, or a stream of events if the tool sends one before its result."""

import asyncio
import json
from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from typing import Any

import anyio
from mcp.shared.dispatcher import CallOptions
from mcp.shared.exceptions import NoBackChannelError
from mcp.shared.inbound import ERROR_CODE_HTTP_STATUS
from mcp_types import JSONRPCError, JSONRPCNotification
from starlette.types import Receive, Send

type Message = dict[str, Any] | JSONRPCError | JSONRPCNotification

# Only after this time is it checked whether the client is still there, because most calls end earlier.
SECONDS_UNWATCHED = 1
SECONDS_BETWEEN_PINGS = 15

STREAM = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),  # asks nginx to pass events on at once
]


class Answer:
    """The answer to one call. The session of the call sends its messages to the client through it."""

    can_send_request = False

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._is_stream = self._has_result = False

    async def notify(
        self, method: str, params: Mapping[str, Any] | None, _options: CallOptions | None = None
    ) -> None:
        """Send progress or a log message, unless the result has been sent."""
        if not self._has_result:
            body = None if params is None else dict(params)
            message = JSONRPCNotification(jsonrpc="2.0", method=method, params=body)
            await self._send_event(_event(_json(message)))

    async def send_raw_request(self, method: str, *_: object) -> dict[str, Any]:
        """Refuse to ask the client, because it could not send its answer anywhere."""
        raise NoBackChannelError(method)

    async def finish(self, message: dict[str, Any] | JSONRPCError, *, has_status: bool) -> None:
        """Send the result, or the error.

        Args:
            message: what to send; a response as it goes on the wire.
            has_status: whether an error sets the HTTP status. A client older than revision 2026-07-28 would
                end its connection on such a status.
        """
        self._has_result = True
        body = _json(message)
        if self._is_stream:
            await self._send({"type": "http.response.body", "body": _event(body)})
            return
        status = HTTPStatus.OK.value
        if has_status and isinstance(message, JSONRPCError):
            status = ERROR_CODE_HTTP_STATUS.get(message.error.code, status)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    async def wait_for(self, handling: Awaitable[None]) -> None:
        """Await `handling`. After SECONDS_UNWATCHED, cancel it if the client has gone."""
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
        """Send pings until the client has gone, because proxies cut idle connections."""
        gone = asyncio.ensure_future(self._receive())
        try:
            while not (await asyncio.wait([gone], timeout=SECONDS_BETWEEN_PINGS))[0]:
                if not self._has_result:
                    await self._send_event(b": ping\r\n\r\n")
            handling.cancel()
        finally:
            gone.cancel()

    async def _send_event(self, event: bytes) -> None:
        if not self._is_stream:
            self._is_stream = True
            status = HTTPStatus.OK.value
            await self._send({"type": "http.response.start", "status": status, "headers": STREAM})
        await self._send({"type": "http.response.body", "body": event, "more_body": True})


def _event(message: bytes) -> bytes:
    return b"event: message\r\ndata: " + message + b"\r\n\r\n"


def _json(message: Message) -> bytes:
    # With json, as FastMCP does, because pydantic refuses half of a surrogate pair.
    if not isinstance(message, dict):
        message = message.model_dump(mode="json", by_alias=True, exclude_none=True)
    return json.dumps(message, separators=(",", ":")).encode()
