"""The token check of the MCP endpoint, made before any MCP code runs. The policy is in `auth.py`.

Strict and cheap: nothing is remembered between requests, so a revoked token is refused by the very
next one; and all checks that wait at a moment are answered by one query.
"""

import asyncio
import copy
import itertools
import logging
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError, connection, connections
from fastmcp.server.auth import AccessToken, TokenVerifier
from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from pydantic import ConfigDict, Field
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware

from accounts.models import User
from mcp_server import metrics
from mcp_server.auth import find_tokens, reason_to_refuse
from mcp_server.challenge import BearerBackend, DatabaseAwayError, refuse
from mcp_server.database import in_thread
from mcp_server.models import MCPToken, hash_token

logger = logging.getLogger(__name__)


class MCPAccessToken(AccessToken):
    """FastMCP's view of a token that was let in, with the Django rows behind it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    user: User = Field(exclude=True)
    mcp_token: MCPToken = Field(exclude=True)


class MCPTokenVerifier(TokenVerifier):
    """Lets personal tokens in. A refusal is HTTP 401 with the challenge of RFC 6750."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[str, list[asyncio.Future[MCPToken | None]]] = {}
        self._answering: asyncio.Task[None] | None = None
        self._recording: set[asyncio.Task[None]] = set()
        # One thread, hence one database connection, which tools can never keep from the check.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="token-check")

    async def verify_token(self, token: str) -> MCPAccessToken | None:
        """Return whom `token` stands for, or None to refuse.

        Raises DatabaseAwayError when that cannot be found out.
        """
        try:
            found = await self._find(hash_token(token))
        except (OperationalError, InterfaceError) as error:
            logger.error("Tokens cannot be checked: %s", error)  # noqa: TRY400 - a traceback a request would fill the log
            raise DatabaseAwayError from error
        reason = reason_to_refuse(found)
        if found is None or reason:
            metrics.auth_failures.labels(reason).inc()
            return None
        if found.is_usage_due:
            self._record_usage(found)
        return MCPAccessToken(
            token=token, client_id=f"token-{found.pk}", scopes=[], user=found.user, mcp_token=found
        )

    async def _find(self, digest: str) -> MCPToken | None:
        """Wait for the next query, which starts after this call: its answer is never stale."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(digest, []).append(future)
        if self._answering is None or self._answering.done():
            self._answering = asyncio.create_task(self._answer())
        found: MCPToken | None = await future
        return found

    async def _answer(self) -> None:
        """Answer all that wait with one query, until nobody waits."""
        while self._waiting:
            waiting, self._waiting = self._waiting, {}
            try:
                tokens = await asyncio.get_running_loop().run_in_executor(
                    self._thread, _find_tokens, list(waiting)
                )
            except Exception as error:  # noqa: BLE001 - raised in every request that waits
                for future in itertools.chain(*waiting.values()):
                    if not future.done():  # its client may have gone
                        future.set_exception(error)
                continue
            for digest, futures in waiting.items():
                for future in futures:
                    if not future.done():
                        # Rows of its own for each request: a tool may change the user it is given.
                        future.set_result(copy.deepcopy(tokens.get(digest)))

    def _record_usage(self, token: MCPToken) -> None:
        """Write the use down without making the request wait for it."""
        task = asyncio.create_task(in_thread(token.record_usage))
        self._recording.add(task)
        task.add_done_callback(self._recording.discard)

    async def close(self) -> None:
        """Finish writing and give the database connection back."""
        await asyncio.gather(*self._recording, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(self._thread, connections.close_all)

    def get_middleware(self) -> list[Middleware]:
        """Return FastMCP's own, with the answers of `challenge.py`."""
        return [
            Middleware(AuthenticationMiddleware, backend=BearerBackend(self), on_error=refuse),
            Middleware(AuthContextMiddleware),
        ]


def _find_tokens(digests: list[str]) -> dict[str, MCPToken]:
    """Ask the database, and once more on a new connection when the old one is dead."""
    try:
        return find_tokens(digests)
    except (OperationalError, InterfaceError):
        connection.close()
        return find_tokens(digests)
