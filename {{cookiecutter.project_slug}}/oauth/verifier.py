"""The check of both kinds of tokens, in the MCP process: before any MCP code runs, and on every request."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from starlette.middleware import Middleware
from starlette.routing import Route

from mcp_server import metrics
from mcp_server.coalescing import Coalesced
from mcp_server.models import TOKEN_PREFIX
from mcp_server.verifier import MCPAccessToken, MCPTokenVerifier, ask
from oauth import resource_metadata
from oauth.access import AppAccessToken
from oauth.challenge import refuse
from oauth.models import Connection
from oauth.scopes import SCOPES
from oauth.step_up import StepUpMiddleware


@dataclass(frozen=True)
class Presented:
    """What the database knows of an access token: never more than its hash."""

    connection: Connection
    scope: str
    expires: datetime
    audience: list[str]


def find_tokens(checksums: Sequence[str]) -> dict[str, Presented]:
    """Return the access tokens with these SHA-256 digests that belong to a connection, in one query."""
    # One call of filter(), or the conditions could be met by two tokens of the app.
    found = Connection.objects.filter(
        application__accesstoken__token_checksum__in=checksums,
        application__accesstoken__user=F("user"),
    ).annotate(
        checksum=F("application__accesstoken__token_checksum"),
        scope=F("application__accesstoken__scope"),
        expires=F("application__accesstoken__expires"),
        audience=F("application__accesstoken__resource"),
    )
    return {
        row.checksum: Presented(row, row.scope, row.expires, row.audience)
        for row in found.select_related("user").order_by()
    }


def reason_to_refuse(token: Presented | None) -> str | None:
    """Return why a request with `token` is refused, or None to let it in.

    To the library a token without an audience is good for every server, hence the strict comparison.
    """
    if token is None:
        return "unknown"
    if token.expires <= timezone.now():
        return "expired"
    if token.audience != [settings.MCP_URL]:
        return "audience"
    if not token.connection.user.is_active:
        return "user_disabled"
    return None


class Verifier(MCPTokenVerifier):
    """Lets in who comes with a personal token, or with an access token of a connected app."""

    refuse = staticmethod(refuse)

    def __init__(self) -> None:
        super().__init__()
        self._tokens = Coalesced(find_tokens)

    async def verify_token(self, token: str) -> MCPAccessToken | None:
        """Return whom `token` stands for, or None to refuse.

        Raises DatabaseAwayError when that cannot be found out.
        """
        if token.startswith(TOKEN_PREFIX):
            return await super().verify_token(token)
        checksum = hashlib.sha256(token.encode()).hexdigest()
        found = await ask(self._tokens, checksum)
        reason = reason_to_refuse(found)
        if found is None or reason:
            metrics.auth_failures.labels(reason).inc()
            return None
        return self.admit(
            AppAccessToken(
                token=token,
                client_id=f"app-{found.connection.pk}",
                scopes=[scope for scope in found.scope.split() if scope in SCOPES],
                user=found.connection.user,
                credential=found.connection,
            )
        )

    async def close(self) -> None:
        """Finish writing and give the database connections back."""
        await super().close()
        await self._tokens.close()

    def get_middleware(self) -> list[Middleware]:
        """Return that of personal tokens, with answers that lead to the log-in, and to wider scopes."""
        return [*super().get_middleware(), Middleware(StepUpMiddleware)]

    def get_routes(self, mcp_path: str | None = None) -> list[Route]:
        """Return where clients learn who lets them in."""
        return resource_metadata.routes()
