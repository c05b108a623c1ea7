"""Serializes a list of tools once, and sends it to everyone who may use the same tools.

FastMCP and the SDK build each list again, which takes a quarter of a second for a thousand tools. The
permissions are checked every time, but the text of the list is cached for each set of tools. FastMCP and the
SDK still make the rest of the answer: they get a placeholder in place of the list, which is replaced when the
answer is sent.

Adding or removing a tool, or assigning to it (`tool.description = …`), takes effect at once. A change inside
its schema or `meta` does not: assign a new value.
"""

import json
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from fastmcp import Context, FastMCP
from fastmcp.server.dependencies import bind_request_context
from fastmcp.server.transforms.visibility import apply_session_transforms, is_enabled
from fastmcp.tools.base import Tool
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp_types import methods
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.errors import DatabaseUnavailableError
from mcp_server.runtime.call import CallMiddleware
from mcp_server.runtime.express.eligible import reason_to_stand_aside
from mcp_server.runtime.listed_meta import draws_views
from mcp_server.runtime.visibility import permitted

METHOD = "tools/list"
IN_SCOPE = "mcp_server.list"
MAX_LISTS = 32  # cached texts: they differ by permissions, revision and page
PLACE = f"tools-{secrets.token_hex(16)}"


@dataclass
class Answer:
    """The cached list for the answer to one request, or None."""

    tools: bytes | None = None


@dataclass
class Written:
    """A cached list: its text, and the tools that it was made from."""

    tools: Sequence[Tool]
    fields: list[dict[str, Any]]
    result: dict[str, Any]
    text: bytes

    @property
    def is_current(self) -> bool:
        """Whether nothing was assigned to a tool since. Unchanged values are identical, so this is quick."""
        return list(map(vars, self.tools)) == self.fields


class Lists:
    """A middleware of the SDK: answers from the cache, or lets FastMCP make the list and caches it."""

    express = True  # it does nothing to a call

    def __init__(self, mcp: FastMCP) -> None:
        self.mcp = mcp
        self._written: OrderedDict[tuple[object, ...], Written] = OrderedDict()

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        answer = ctx.request.scope.get(IN_SCOPE) if ctx.method == METHOD and ctx.request else None
        if answer is None or not self._are_plain() or not _is_plain(ctx):
            return await call_next(ctx)
        tools = await self._tools_of_caller(ctx)
        cursor = (ctx.params or {}).get("cursor")
        key = (ctx.protocol_version, draws_views(ctx), cursor, *map(id, tools))
        written = self._written.get(key)
        if written is None or not written.is_current:
            result = await call_next(ctx)
            if isinstance(result, dict) and await self._tools_of_caller(ctx) == tools:
                text = json.dumps(result["tools"], separators=(",", ":")).encode()
                fields = [dict(vars(tool)) for tool in tools]
                self._written[key] = Written(tools, fields, {**result, "tools": PLACE}, text)
                if len(self._written) > MAX_LISTS:
                    self._written.popitem(last=False)
            return result
        self._written.move_to_end(key)
        answer.tools = written.text
        return dict(written.result)

    def _are_plain(self) -> bool:
        """Whether the list depends only on the permissions of the caller."""
        return reason_to_stand_aside(self.mcp) is None and all(
            type(middleware) is CallMiddleware or getattr(middleware, "express_lists", False)
            for middleware in self.mcp.middleware
        )

    async def _tools_of_caller(self, ctx: ServerRequestContext[Any, Any]) -> list[Tool]:
        """Return the tools that FastMCP would list, in the same order."""
        with bind_request_context(ctx):
            async with Context(fastmcp=self.mcp):
                tools = await self.mcp.local_provider.list_tools()
                marked = await apply_session_transforms(tools)
                try:
                    return await permitted(tool for tool in marked if is_enabled(tool))
                except DatabaseUnavailableError:
                    return []  # FastMCP asks again, and reports the error


def _is_plain(ctx: ServerRequestContext[Any, Any]) -> bool:
    params = cast("dict[str, Any]", ctx.params or {})
    try:
        methods.validate_client_request(METHOD, ctx.protocol_version, ctx.params)
    except (ValueError, KeyError):
        return False
    return params.keys() <= {"_meta", "cursor"}


class ExchangeList:
    """An ASGI middleware that replaces the placeholder with the list when the answer is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = scope[IN_SCOPE] = Answer()
        word = f'"{PLACE}"'.encode()

        async def exchange(message: Message) -> None:
            if answer.tools is None:
                await send(message)
            elif message["type"] == "http.response.start":
                more = len(answer.tools) - len(word)
                headers = [
                    (name, str(int(value) + more).encode() if name.lower() == b"content-length" else value)
                    for name, value in message["headers"]
                ]
                await send({**message, "headers": headers})
            else:
                await send({**message, "body": message.get("body", b"").replace(word, answer.tools)})

        await self.app(scope, receive, exchange)


def lists_written_once() -> list[Middleware]:
    """Return what `mcp.http_app(middleware=…)` needs: nothing with MCP_EXPRESS=False or with sessions."""
    return [Middleware(ExchangeList)] if settings.MCP_EXPRESS and settings.MCP_STATELESS else []
