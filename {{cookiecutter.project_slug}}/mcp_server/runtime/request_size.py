"""Limits a request to MCP_MAX_REQUEST_VALUES values, and each name in it to MAX_NAME characters.

The check comes before validation. Otherwise a request with a hundred thousand wrong values would cause as
many errors, each of which takes two kilobytes and repeats the names on the way to the value.
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

HARMLESS = 4000  # bytes; a smaller body cannot do harm
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
# Digits of a number. The time to read it grows with their square: 900 numbers of 4300 digits take a second.
MAX_DIGITS = 400
ALL_ZEROS = bytes.maketrans(b"123456789", b"000000000")


class RequestTooLargeError(Exception):
    """The request has too many values or too long a name. The text says which."""


def check_body(body: bytes) -> None:
    """Raise RequestTooLargeError for JSON with too many values or digits, before it is parsed."""
    most = settings.MCP_MAX_REQUEST_VALUES
    # The least number of quotation marks around strings. A name and its value have at most four of them.
    quotes = body.count(b'"') - body.count(b'\\"')
    if quotes > 4 * most:
        raise _too_many()
    if _values(body) > most or _has_long_number(body):  # perhaps only within strings
        body = STRING.sub(b"", body)
        if _values(body) > most:
            raise _too_many()
        if _has_long_number(body):
            raise RequestTooLargeError(f"A number in the request has more than {MAX_DIGITS} digits.")


def check_values(value: object) -> None:
    """Raise RequestTooLargeError for parsed JSON with too many values, or too long a name, at any depth."""
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
    """Check a message over stdio. It is middleware of the SDK, and so runs before validation."""
    if ctx.request is None:
        try:
            check_values(ctx.params)
        except RequestTooLargeError as error:
            if ctx.request_id is None:
                return None  # a notification has no answer
            raise MCPError(INVALID_REQUEST, str(error)) from error
    return await call_next(ctx)


class RequestSizeMiddleware:
    """Checks messages over HTTP.

    This ASGI middleware belongs after the check of the token, as it reads the body.
    """

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
    """Return the body, and a `receive` that returns the same messages again."""
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
    """Return the response that refuses a message, or None to accept it."""
    try:
        check_body(body)
        # Only UTF-8: `check_body` cannot count values in UTF-16.
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
    """Yield the parts of a message that the SDK repeats in answers."""
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
    """Return an HTTP response with a JSON-RPC error."""
    error = JSONRPCError(jsonrpc="2.0", id=None, error=ErrorData(code=code, message=text))
    content = error.model_dump_json(by_alias=True, exclude_unset=True)
    return Response(content, status, media_type="application/json")


def _values(body: bytes) -> int:
    """Return an upper limit for the number of values. Commas and brackets inside strings count too."""
    return body.count(b",") + body.count(b"[") + body.count(b"{") + 1


def _has_long_number(body: bytes) -> bool:
    """Whether there is one, were no digit in a string."""
    return b"0" * (MAX_DIGITS + 1) in body.translate(ALL_ZEROS)


def _too_many() -> RequestTooLargeError:
    most = settings.MCP_MAX_REQUEST_VALUES
    return RequestTooLargeError(f"The request holds more than {most:,} values: send fewer at once.")
