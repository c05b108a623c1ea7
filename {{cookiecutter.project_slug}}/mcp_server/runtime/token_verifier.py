"""Checks the token of each HTTP request, before any MCP code runs. The policy is in `auth.py`.

Nothing is cached between requests, so the next request with a revoked token is refused. One query answers all
checks that wait at the same moment.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.db import DatabaseError
from django.utils.module_loading import import_string
from fastmcp.server.auth import TokenVerifier
from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware

from mcp_server import auth, metrics
from mcp_server.context import MCPAccessToken
from mcp_server.errors import DatabaseUnavailableError
from mcp_server.models import hash_token
from mcp_server.runtime.auth_responses import BearerBackend, refuse
from mcp_server.runtime.compiled_query import Row
from mcp_server.runtime.token_query import find_rows, make_token
from operations.coalescing import Coalesced, close_all
from operations.connections import in_thread

logger = logging.getLogger(__name__)

type Found = tuple[Row, str | None]


def look_up(digests: Sequence[str]) -> dict[str, Found]:
    """Return the rows of tokens, each with the reason to refuse it.

    In this thread, the policy may use the ORM.
    """
    rows = find_rows(digests).items()
    return {digest: (row, auth.reason_to_refuse(make_token(row))) for digest, row in rows}


async def _record_usage(access: MCPAccessToken) -> None:
    try:
        await in_thread(access.credential.record_usage)
    except DatabaseError as error:
        logger.warning("The use of %s could not be recorded: %s", access.client_id, error)


class MCPTokenVerifier(TokenVerifier):
    """Accepts personal tokens. A refusal is HTTP 401 with the challenge of RFC 6750."""

    refuse = staticmethod(refuse)

    def __init__(self, look_up: Callable[[Sequence[str]], Mapping[str, Found]] = look_up) -> None:
        super().__init__()
        self.rows = Coalesced(look_up, unavailable=DatabaseUnavailableError)
        self._recording: dict[str, asyncio.Task[None]] = {}

    async def verify_token(self, token: str) -> MCPAccessToken | None:
        """Return the user and row of `token`, or None to refuse it.

        Raises DatabaseUnavailableError if the database cannot be asked.
        """
        row, reason = await self.rows.ask(hash_token(token)) or (None, "unknown")
        if row is None or reason:
            metrics.auth_failures.labels(reason).inc()
            return None
        found = make_token(row)
        return self.admit(
            MCPAccessToken(
                token=token, client_id=f"token-{found.pk}", scopes=[], user=found.user, credential=found
            )
        )

    def admit(self, access: MCPAccessToken) -> MCPAccessToken:
        """Return `access`, and record the use of its token without making the request wait."""
        if access.credential.is_usage_due and access.client_id not in self._recording:
            task = asyncio.create_task(_record_usage(access))
            self._recording[access.client_id] = task
            task.add_done_callback(lambda _: self._recording.pop(access.client_id))
        return access

    async def close(self) -> None:
        """Finish recording, and close the database connections of all look-ups."""
        await asyncio.gather(*self._recording.values(), return_exceptions=True)
        await close_all()

    def get_middleware(self) -> list[Middleware]:
        """Return FastMCP's middleware with the responses of `auth_responses.py`, and that of the settings."""
        from mcp_server.runtime.concurrency import LargeRequests  # noqa: PLC0415 - it imports this module

        return [
            Middleware(AuthenticationMiddleware, backend=BearerBackend(self), on_error=self.refuse),
            Middleware(AuthContextMiddleware),
            *(Middleware(import_string(path)) for path in settings.MCP_HTTP_MIDDLEWARE),
            Middleware(LargeRequests),
        ]
