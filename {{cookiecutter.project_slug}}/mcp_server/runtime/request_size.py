"""How much a request may hold: MCP_MAX_REQUEST_VALUES values, each name in at most MAX_NAME characters.

Whoever is wrong in a hundred thousand places must not get a hundred thousand errors: each costs two
kilobytes while it is made, and repeats the names that lead to it. So this is looked at before anything
is made of a request.
"""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from mcp import MCPError
from mcp.server.context import CallNext, ServerRequestContext
from mcp.server.transport_security import RequestBodyLimitMiddleware
from mcp_types import INVALID_REQUEST, PARSE_ERROR, PROTOCOL_VERSION_META_KEY, ErrorData, JSONRPCError
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.errors import MAX_NAME

HARMLESS = 4000  # bytes that cannot hold enough
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
# Of a number, which takes the square of them to read: nine hundred numbers of 4300 digits take a second.
MAX_DIGITS = 400
ALL_ZEROS = bytes.maketrans(b"123456789", b"000000000")


class RequestTooLargeError(Exception):
    """The request holds more than it may; the text says of what."""


def check_body(body: bytes) -> None:
    """Raise RequestTooLargeError for JSON with too many values or digits, before it is parsed."""
    most = settings.MCP_MAX_REQUEST_VALUES
    # At least so many quotation marks begin or end a string: a name and a value have four of them.
    quotes = body.count(b'"') - body.count(b'\\"')
    if quotes > 4 * most or (_values(body) > most and _values(STRING.sub(b"", body)) > most):
        raise _too_many()
    if _has_long_number(body) and _has_long_number(STRING.sub(b"", body)):
        raise RequestTooLargeError(f"A number in the request has more than {MAX_DIGITS} digits.")


def check_values(value: object) -> None:
    """Raise RequestTooLargeError for parsed JSON with too many values or too long names, at any depth."""
    count, waiting = 1, [value]
    while waiting:
        held = waiting.pop()
        if isinstance(held, dict):
            if any(len(name) > MAX_NAME for name in held):
                raise RequestTooLargeError(f"A name in the request has more than {MAX_NAME} characters.")
            held = list(held.values())
        if isinstance(held, list):
            count += len(held)
            if count > settings.MCP_MAX_REQUEST_VALUES:
                raise _too_many()
            waiting.extend(each for each in held if isinstance(each, dict | list))


async def check_message(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> Any:
    """Check what comes over stdio, as middleware of the SDK: its parameters are not validated yet."""
    if ctx.request is None:
        try:
            check_values(ctx.params)
        except RequestTooLargeError as error:
            if ctx.request_id is None:
                return None  # a notification has no answer
            raise MCPError(INVALID_REQUEST, str(error)) from error
    return await call_next(ctx)


class RequestSizeMiddleware:
    """Checks the messages that come over HTTP. Belongs behind the check of the token: it reads the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._check_whole = RequestBodyLimitMiddleware(self._check, settings.MCP_MAX_BODY_SIZE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_refused = "user" in scope and not scope["user"].is_authenticated
        is_checked = scope["type"] == "http" and scope["method"] == "POST" and not is_refused
        await (self._check_whole if is_checked and _may_harm(scope) else self.app)(scope, receive, send)

    async def _check(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, receive_again = await read_body(receive)
        app: ASGIApp = self.app
        if len(body) > HARMLESS:
            app = _refusal(body) or self.app
        await app(scope, receive_again, send)


async def read_body(receive: Receive) -> tuple[bytes, Receive]:
    """Return the body, and what gives the same messages again. The last may say that the client has gone."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())

    async def receive_again() -> Message:
        return messages.pop(0) if messages else await receive()

    return b"".join(message.get("body", b"") for message in messages), receive_again


def _may_harm(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    is_known = length.isdigit() and b"transfer-encoding" not in headers
    return not (is_known and int(length) <= HARMLESS)


def _refusal(body: bytes) -> Response | None:
    """Return the answer to a message that is refused."""
    try:
        check_body(body)
        # In UTF-16 its values could not be counted.
        message = json.loads(body.decode("utf-8-sig"))
        check_values(message)
        _check_repeated(message)
    except RequestTooLargeError as error:
        return as_error(INVALID_REQUEST, str(error))
    except (ValueError, RecursionError):
        return as_error(PARSE_ERROR, "Parse error")
    return None


def _check_repeated(message: Any) -> None:
    for each in _repeated(message):
        if isinstance(each, str | int) and len(str(each)) > MAX_NAME:
            raise RequestTooLargeError(f"The id, method or cursor has more than {MAX_NAME} characters.")


def _repeated(message: Any) -> Iterator[object]:
    """Yield what the SDK repeats in answers."""
    if isinstance(message, dict):
        yield message.get("id")
        yield message.get("method")
        params = _dict(message.get("params"))
        yield params.get("cursor")
        meta = _dict(params.get("_meta"))
        yield meta.get("progressToken")
        yield meta.get(PROTOCOL_VERSION_META_KEY)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_error(code: int, text: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Response:
    """Return a JSON-RPC error as the answer to an HTTP request."""
    error = JSONRPCError(jsonrpc="2.0", id=None, error=ErrorData(code=code, message=text))
    content = error.model_dump_json(by_alias=True, exclude_unset=True)
    return Response(content, status, media_type="application/json")


def _values(body: bytes) -> int:
    """Return how many values there are at most, were no comma or bracket in a string."""
    return body.count(b",") + body.count(b"[") + body.count(b"{") + 1


def _has_long_number(body: bytes) -> bool:
    """Whether there is one, were no digit in a string."""
    return b"0" * (MAX_DIGITS + 1) in body.translate(ALL_ZEROS)


def _too_many() -> RequestTooLargeError:
    most = settings.MCP_MAX_REQUEST_VALUES
    return RequestTooLargeError(f"The request holds more than {most:,} values: send fewer at once.")
