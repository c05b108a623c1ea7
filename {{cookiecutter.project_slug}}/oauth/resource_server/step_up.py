"""Tells an app that may only read which scope it needs, when it calls a tool that writes."""

import json
from collections.abc import Iterator
from http import HTTPStatus

from django.conf import settings
from mcp.server.transport_security import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.errors import DatabaseUnavailableError
from mcp_server.permissions import is_permitted
from mcp_server.runtime.refusals import refusal
from oauth.resource_server.access import AppAccessToken
from oauth.resource_server.challenge import refuse, where_to_ask
from oauth.scopes import WRITE


class StepUpMiddleware:
    """Answers 403 `insufficient_scope`, before any MCP code runs (RFC 6750, section 3.1).

    MCP itself has no such error: there, the tool would not exist. All other requests pass unchanged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._check_limited = RequestBodyLimitMiddleware(self._check, settings.MCP_MAX_BODY_SIZE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        access = getattr(scope.get("user"), "access_token", None)
        if not isinstance(access, AppAccessToken) or access.may_write or scope["method"] != "POST":
            await self.app(scope, receive, send)
        else:
            await self._check_limited(scope, receive, send)

    async def _check(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, access = Request(scope, receive), scope["user"].access_token
        body = await request.body()
        refusal = await _refusal(request, access, body)
        await (refusal or self.app)(scope, _replay(body, receive), send)


async def _refusal(request: Request, access: AppAccessToken, body: bytes) -> Response | None:
    for name in _called_tools(body):
        tool = await request.app.state.fastmcp_server.local_provider.get_tool(name)
        try:
            # A tool that the user may not use even with the scope stays hidden.
            if tool and not access.covers(tool) and await is_permitted(access, tool):
                return _insufficient_scope(request, name)
        except DatabaseUnavailableError as error:
            return refuse(request, error)
    return None


def _called_tools(body: bytes) -> Iterator[str]:
    """Yield the names of the tools that a message calls, or a batch of them (revision 2025-03-26)."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):  # answered by MCP itself
        return
    for each in message if isinstance(message, list) else [message]:
        match each:
            case {"method": "tools/call", "params": {"name": str(name)}}:
                yield name


def _insufficient_scope(request: Request, name: str) -> Response:
    text = f"The tool {name} changes data, which this app may not do. Ask the user for the scope {WRITE}."
    headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", {where_to_ask(request)}'}
    return refusal(request, HTTPStatus.FORBIDDEN, text, error="insufficient_scope", headers=headers)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that returns `body` again, and then what follows it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
