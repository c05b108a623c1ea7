"""What happens around every MCP request: metrics, the log line of a tool call, database hygiene."""

import logging
import time
from typing import Any

from fastmcp.exceptions import NotFoundError
from fastmcp.server.dependencies import get_access_token
from fastmcp.server.middleware import CallNext, MiddlewareContext
from fastmcp.server.middleware.dereference import DereferenceRefsMiddleware

from mcp_server.database import async_orm_thread
from mcp_server.metrics import record_tool_call
from mcp_server.verifier import MCPAccessToken

calls = logging.getLogger("mcp_server.calls")

# The tool name is text from the client until the tool was found, and must not become a label.
UNKNOWN_TOOL = "<unknown>"


class CallMiddleware(DereferenceRefsMiddleware):
    """The only middleware. It overrides `__call__`, which spares calls FastMCP's wrapper for every hook.

    Lists pass through FastMCP's own middleware, its base, which resolves `$ref` in schemas for
    clients that cannot.
    """

    async def __call__(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        async with async_orm_thread():
            if context.method != "tools/call":
                return await super().__call__(context, call_next)
            # A call with malformed parameters arrives without a name.
            tool = getattr(context.message, "name", UNKNOWN_TOOL)
            status, start = "ok", time.perf_counter()
            try:
                return await call_next(context)
            except NotFoundError:
                tool, status = UNKNOWN_TOOL, "unknown"
                raise
            except BaseException:  # a cancelled call counts as well
                status = "error"
                raise
            finally:
                self._record(tool, status, time.perf_counter() - start)

    def _record(self, tool: str, status: str, duration: float) -> None:
        """Write the metrics and one log line: never arguments, which may hold personal data."""
        token = get_access_token()
        caller = token if isinstance(token, MCPAccessToken) else None
        record_tool_call(tool, status, duration, caller.user.pk if caller else None)
        if not calls.isEnabledFor(logging.INFO):
            return
        calls.info(
            "tool call",
            extra={
                "user": caller and caller.user.pk,
                "token_id": caller and caller.credential.pk,
                "tool": tool,
                "status": status,
                "duration_ms": round(duration * 1000, 2),
            },
        )
