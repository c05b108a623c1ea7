"""Answers a call over the limit with HTTP 429 and Retry-After (RFC 6585, section 4), where possible.

In revision 2026-07-28, every call has its own HTTP response, which gets this status and a JSON-RPC error. An
older client gets the same sentence as an error of the tool, because the status would end its whole connection
(it does in the Python SDK 1.30).
"""

from http import HTTPStatus

from fastmcp import Context
from mcp import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.limits import RateLimitedError

SECONDS = "mcp_server.retry_after"


def answer_with_429(error: RateLimitedError, context: Context) -> None:
    """Raise MCPError in place of `error` if the response to this call can have its own status."""
    request = context.request_context
    if request is None or request.request is None or request.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        return
    if (seconds := request.request.scope.get(SECONDS)) is not None:
        seconds.append(error.retry_after)
        raise as_mcp_error(error) from error


def as_mcp_error(error: RateLimitedError) -> MCPError:
    """Return the JSON-RPC error. Its code is the status, which neither MCP nor JSON-RPC reserves."""
    return MCPError(HTTPStatus.TOO_MANY_REQUESTS, str(error), {"retryAfter": error.retry_after})


def with_status_429(app: ASGIApp) -> ASGIApp:
    """Give the response of `app` the status 429 if `answer_with_429` asks for it."""

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
