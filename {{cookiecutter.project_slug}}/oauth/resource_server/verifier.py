"""The check of both kinds of tokens, in the MCP process: before any MCP code runs, and on every request."""

from collections.abc import Sequence

from django.utils import timezone
from starlette.middleware import Middleware
from starlette.routing import Route

from mcp_server import metrics
from mcp_server.context import MCPAccessToken
from mcp_server.models import TOKEN_PREFIX, hash_token
from mcp_server.runtime import token_query
from mcp_server.runtime.compiled_query import Row
from mcp_server.runtime.token_verifier import MCPTokenVerifier
from oauth.resource_server import app_token_query, metadata
from oauth.resource_server.access import AppAccessToken
from oauth.resource_server.app_token_query import FoundToken, make_token
from oauth.resource_server.challenge import refuse
from oauth.resource_server.step_up import StepUpMiddleware
from oauth.resources import audience_of

APP = "app "


def find_rows(questions: Sequence[str]) -> dict[str, Row]:
    """Return the rows of both kinds of tokens, in one query for each kind that is asked for.

    A question is a digest, with APP before that of an access token.
    """
    apps = [question.removeprefix(APP) for question in questions if question.startswith(APP)]
    personal = [question for question in questions if not question.startswith(APP)]
    rows = token_query.find_rows(personal) if personal else {}
    if apps:
        rows |= {APP + checksum: row for checksum, row in app_token_query.find_rows(apps).items()}
    return rows


def reason_to_refuse(token: FoundToken | None) -> str | None:
    """Return why a request with `token` is refused, or None to let it in.

    To the library a token without an audience is good for every server, hence the strict comparison;
    and it issues some with other scopes, for itself.
    """
    if token is None:
        return "unknown"
    if token.expires <= timezone.now():
        return "expired"
    if len(token.audience) != 1 or token.audience != [audience_of(token.audience[0])]:
        return "audience"
    if not token.scopes:
        return "scope"
    if not token.connection.user.is_active:
        return "user_disabled"
    return None


class Verifier(MCPTokenVerifier):
    """Lets in who comes with a personal token, or with an access token of a connected app."""

    refuse = staticmethod(refuse)

    def __init__(self) -> None:
        super().__init__(find_rows)

    async def verify_token(self, token: str) -> MCPAccessToken | None:
        """Return whom `token` stands for, or None to refuse.

        Raises DatabaseUnavailableError when that cannot be found out.
        """
        if token.startswith(TOKEN_PREFIX):
            return await super().verify_token(token)
        row = await self.rows.ask(APP + hash_token(token))
        found = make_token(row) if row else None
        reason = reason_to_refuse(found)
        if found is None or reason:
            metrics.auth_failures.labels(reason).inc()
            return None
        return self.admit(
            AppAccessToken(
                token=token,
                client_id=f"app-{found.connection.pk}",
                scopes=found.scopes,
                resource=found.audience[0],
                user=found.connection.user,
                credential=found.connection,
            )
        )

    def get_middleware(self) -> list[Middleware]:
        """Return that of personal tokens, with answers that lead to the log-in, and to wider scopes."""
        return [*super().get_middleware(), Middleware(StepUpMiddleware)]

    def get_routes(self, mcp_path: str | None = None) -> list[Route]:
        """Return where clients learn who lets them in."""
        return metadata.routes()
