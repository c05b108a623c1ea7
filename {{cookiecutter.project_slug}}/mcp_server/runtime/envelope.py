"""Refuses messages that the SDK would accept, or would refuse without saying what is wrong."""

import json
import re
from http import HTTPStatus
from typing import Any

import pydantic
from mcp import MCPError
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp_types import INVALID_PARAMS, INVALID_REQUEST, methods
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.errors import cut
from mcp_server.runtime.arguments import MAX_PART, MAX_PROBLEMS
from mcp_server.runtime.request_size import as_error, read_body

# Only a body that matches can have a wrong id. Parsing every body would slow down every call.
MAY_HAVE_NO_ID = re.compile(rb'"id"\s*:\s*(?:[^"\s\d-]|-?\d+[.eE])')

BATCH = "Batches (revision 2025-03-26) are not supported: send each message in a request of its own."
NO_ID = "The id of a request must be a string or an integer."


class EnvelopeMiddleware:
    """Refuses batches, and requests whose id is neither a string nor an integer.

    The SDK would take such a request for a notification, and neither run nor answer it. This ASGI middleware
    belongs after the check of the size.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        body, receive_again = await read_body(receive)
        await (_refusal(body) or self.app)(scope, receive_again, send)


def _refusal(body: bytes) -> Response | None:
    if body.lstrip()[:1] == b"[":
        return as_error(INVALID_REQUEST, BATCH, HTTPStatus.BAD_REQUEST)
    if MAY_HAVE_NO_ID.search(body):
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            return None  # the SDK refuses it
        if isinstance(message, dict) and "method" in message and not _is_id(message.get("id", 0)):
            return as_error(INVALID_REQUEST, NO_ID, HTTPStatus.BAD_REQUEST)
    return None


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


async def name_what_is_wrong(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Say which parameter is wrong, where the SDK says only "Invalid request parameters".

    Middleware of the SDK.
    """
    try:
        return await call_next(ctx)
    except pydantic.ValidationError:
        try:
            methods.validate_client_request(ctx.method, ctx.protocol_version, ctx.params)
        except pydantic.ValidationError as error:
            raise MCPError(INVALID_PARAMS, _sentence(error)) from error
        raise


def _sentence(error: pydantic.ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)[:MAX_PROBLEMS]
    named = (
        f"{cut('.'.join(map(str, each['loc'])), MAX_PART)}: {cut(each['msg'], MAX_PART * 2)}"
        for each in problems
    )
    return f"Wrong parameters. {'; '.join(named)}."
