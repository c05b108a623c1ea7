"""Serves MCP over standard input and output, under the same rules as over HTTP."""

import asyncio
import signal
from typing import Any

from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from mcp import MCPError
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp_types import INVALID_REQUEST

from mcp_server.runtime.audit import audit
from mcp_server.runtime.token_verifier import MCPTokenVerifier
from mcp_server.server import mcp


class TokenMiddleware(Middleware):
    """Checks the token before each message, as over HTTP, so that a revoke takes effect at once."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.verifier = MCPTokenVerifier()

    async def __call__(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        access = await self.verifier.verify_token(self.token)
        if access is None:
            raise MCPError(INVALID_REQUEST, "The token in MCP_TOKEN is not valid any more.")
        # Reset after the call: outside this middleware, the SDK seals the state of a dialogue for the caller
        # that it sees, and must see the same one when it unseals.
        before = auth_context_var.set(AuthenticatedUser(access))
        try:
            return await call_next(context)
        finally:
            auth_context_var.reset(before)


async def serve(token: str) -> None:
    """Serve until standard input ends, as the user of `token`."""
    signal.signal(signal.SIGTERM, _write_audit_and_end)
    mcp.middleware.insert(0, TokenMiddleware(token))
    try:
        await mcp.run_stdio_async(show_banner=False)
    finally:
        await asyncio.to_thread(audit.close)


def _write_audit_and_end(signal_number: int, _frame: object) -> None:
    """Write the rest of the audit, and end by the signal: a cancelled server would wait for input."""
    audit.close()
    signal.signal(signal_number, signal.SIG_DFL)
    signal.raise_signal(signal_number)
