"""Limits the streams and sessions of a user to MCP_USER_STREAMS in each process.

It also ends a stream within half a minute after its token became invalid.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from weakref import WeakKeyDictionary

import anyio
from django.conf import settings
from django.utils.module_loading import import_string
from fastmcp.server import http
from fastmcp.server.dependencies import get_access_token
from mcp.server.auth.middleware.bearer_auth import AuthorizationContext
from mcp.server.streamable_http import StreamableHTTPServerTransport
from mcp.server.streamable_http_manager import DEFAULT_SESSION_IDLE_TIMEOUT
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.context import MCPAccessToken
from mcp_server.errors import DatabaseUnavailableError
from mcp_server.runtime.refusals import refusal
from mcp_server.runtime.token_verifier import MCPTokenVerifier

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_CHECKS = 30
# A session without a running request may still be in use. After this time, it may be ended for a new one.
SECONDS_IDLE = 60


@dataclass(eq=False, slots=True)
class _Stream:
    """An open stream. To end it, `receive` tells the application that the client has gone."""

    request: HTTPConnection
    access: MCPAccessToken
    receive_from_client: Receive
    is_over: bool = False
    receiving: anyio.CancelScope | None = None

    async def receive(self) -> Message:
        """Replace ASGI's `receive`."""
        with anyio.CancelScope() as self.receiving:
            if not self.is_over:
                return await self.receive_from_client()
        return {"type": "http.disconnect"}

    def end(self) -> None:
        self.is_over = True
        if self.receiving:
            self.receiving.cancel()


_streams: defaultdict[int, set[_Stream]] = defaultdict(set)  # by the primary key of their user


class TooManySessionsError(Exception):
    """The user has the maximum number of sessions, and all of them are in use."""


class Streams:
    """Counts and limits the streams of each user.

    This ASGI middleware belongs after the check of the token.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        access = getattr(scope.get("user"), "access_token", None)
        if not isinstance(access, MCPAccessToken):
            await self.app(scope, receive, send)
        elif scope["method"] == "GET":
            await self._stream(access, scope, receive, send)
        else:
            try:
                await self.app(scope, receive, send)
            except TooManySessionsError:
                await _refusal(scope, "sessions")(scope, receive, send)

    async def _stream(self, access: MCPAccessToken, scope: Scope, receive: Receive, send: Send) -> None:
        streams = _streams[access.user.pk]
        if len(streams) >= settings.MCP_USER_STREAMS:
            await _refusal(scope, "streams")(scope, receive, send)
            return
        stream = _Stream(HTTPConnection(scope), access, receive)
        streams.add(stream)
        # No event is kept to be sent again. To a client that asks for some, the SDK would not answer at all.
        headers = [(name, value) for name, value in scope["headers"] if name != b"last-event-id"]
        try:
            await self.app({**scope, "headers": headers}, stream.receive, send)
        finally:
            streams.discard(stream)
            if not streams:
                _streams.pop(access.user.pk, None)
        if stream.is_over:
            await send({"type": "http.response.body", "body": b""})


def _refusal(scope: Scope, what: str) -> Response:
    number = settings.MCP_USER_STREAMS
    text = f"You have {number} {what} open, as many as one user may have: end one, or wait."
    headers = {"Retry-After": str(SECONDS_IDLE)}
    return refusal(HTTPConnection(scope), HTTPStatus.TOO_MANY_REQUESTS, text, headers=headers)


@contextlib.asynccontextmanager
async def checked_streams(verifier: object) -> AsyncIterator[None]:
    """Check the tokens of all open streams every SECONDS_BETWEEN_CHECKS while the block runs."""
    if not isinstance(verifier, MCPTokenVerifier):
        yield
        return
    task = asyncio.create_task(_check_again_and_again(verifier))
    try:
        yield
    finally:
        task.cancel()


async def _check_again_and_again(verifier: MCPTokenVerifier) -> None:
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_CHECKS)
        streams = [stream for streams in _streams.values() for stream in streams]
        try:
            # At the same time, so that one query answers all of them.
            good = await asyncio.gather(*(_is_good(stream, verifier) for stream in streams))
        except Exception:
            logger.exception("The tokens of open streams could not be checked.")
            continue
        for stream, is_good in zip(streams, good, strict=True):
            if not is_good:
                stream.end()


async def _is_good(stream: _Stream, verifier: MCPTokenVerifier) -> bool:
    """Whether the stream could be opened now. While the database is unavailable, streams stay open."""
    try:
        access = await verifier.verify_token(stream.access.token)
        if access is None:
            return False
        for path in settings.MCP_STREAM_CHECKS:
            if not await import_string(path)(stream.request, access):
                return False
    except DatabaseUnavailableError:
        pass
    return True


class Sessions(http.FastMCPStreamableHTTPSessionManager):
    """Counts the sessions of each user, with MCP_STATELESS=False.

    The SDK counts those of all users together.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asgi_app.max_body_size = settings.MCP_MAX_BODY_SIZE
        self._users: WeakKeyDictionary[StreamableHTTPServerTransport, int] = WeakKeyDictionary()

    def _admit_session(self, requestor: AuthorizationContext | None) -> StreamableHTTPServerTransport | None:
        access = get_access_token()
        if not isinstance(access, MCPAccessToken):
            return super()._admit_session(requestor)
        sessions = [each for each, user in self._users.items() if user == access.user.pk and _is_open(each)]
        if len(sessions) >= settings.MCP_USER_STREAMS:
            _end_the_most_idle(sessions)
        session = super()._admit_session(requestor)
        if session:
            self._users[session] = access.user.pk
        return session


def _is_open(session: StreamableHTTPServerTransport) -> bool:
    is_idle_too_long = session.idle_scope is not None and session.idle_scope.cancel_called
    return not session.is_terminated and not is_idle_too_long


def _end_the_most_idle(sessions: Iterable[StreamableHTTPServerTransport]) -> None:
    """End the session that was unused for the longest time, because many clients never end theirs.

    Raises TooManySessionsError if all are in use.
    """
    # The SDK sets the deadline whenever the last running request has been answered.
    scopes = [session.idle_scope for session in sessions if session.idle_scope]
    most_idle = min(scopes, key=lambda scope: scope.deadline, default=None)
    latest = anyio.current_time() + DEFAULT_SESSION_IDLE_TIMEOUT - SECONDS_IDLE
    if most_idle is None or most_idle.deadline > latest:
        raise TooManySessionsError
    most_idle.cancel()
