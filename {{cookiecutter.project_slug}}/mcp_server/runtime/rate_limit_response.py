"""Answers a call over the limit with HTTP 429 and Retry-After (RFC 6585, section 4), where that can be.

A client of revision 2026-07-28 gets an HTTP answer of its own for every call, hence this status with a
JSON-RPC error in it. An older one is told the same sentence as the error of the tool: the status would end
its whole connection (the Python SDK 1.30 does that).
"""

from http import HTTPStatus

from fastmcp import Context
from mcp import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.limits import RateLimitedError

SECONDS = "mcp_server.retry_after"


def answer_with_429(error: RateLimitedError, context: Context) -> None:
    """Raise MCPError in place of `error` if the answer to this call can have a status."""
    request = context.request_context
    if request is None or request.request is None or request.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        return
    if (seconds := request.request.scope.get(SECONDS)) is not None:
        seconds.append(error.retry_after)
        raise as_mcp_error(error) from error


def as_mcp_error(error: RateLimitedError) -> MCPError:
    """Return the JSON-RPC error. MCP and JSON-RPC reserve no number but those about -32000."""
    return MCPError(HTTPStatus.TOO_MANY_REQUESTS, str(error), {"retryAfter": error.retry_after})


def with_status_429(app: ASGIApp) -> ASGIApp:
    """Let `app` answer as `answer_with_429` wants it."""

    async def wrapper(scope: Scope, receive: Receive, send: Send) -> None:
        seconds: list[int] = []
        scope[SECONDS] = seconds

        async def send_with_status(message: Message) -> None:
            if seconds and message["type"] == "http.response.start":
                message["status"] = HTTPStatus.TOO_MANY_REQUESTS.value
                message["headers"] = [*message["headers"], (b"retry-after", str(seconds[0]).encode())]
            await send(message)

        await app(scope, receive, send_with_status)

    return wrapper
