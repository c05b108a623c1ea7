"""Checks both kinds of tokens in the MCP process, on every request and before any MCP code runs."""

from collections.abc import Sequence

from django.utils import timezone
from starlette.middleware import Middleware
from starlette.routing import Route

from mcp_server import auth, metrics
from mcp_server.context import MCPAccessToken
from mcp_server.models import TOKEN_PREFIX, hash_token
from mcp_server.runtime import token_verifier
from mcp_server.runtime.token_verifier import Found, MCPTokenVerifier
from oauth.resource_server import metadata
from oauth.resource_server.access import AppAccessToken
from oauth.resource_server.app_token_query import FoundToken, find_rows, make_token
from oauth.resource_server.challenge import refuse
from oauth.resource_server.step_up import StepUpMiddleware
from oauth.resources import audience_of

APP = "app "
for _reason in ("audience", "scope"):
    metrics.auth_failures.labels(_reason)  # 0 from the start, as the reasons of `metrics.py`


def look_up(questions: Sequence[str]) -> dict[str, Found]:
    """Return the rows of both kinds of tokens, with one query for each kind.

    A question is a digest, with APP before that of an access token. Each row comes with the reason to refuse
    it: from the token itself, or from the policy in `auth.py`, which decides about its connection.
    """
    apps = [question.removeprefix(APP) for question in questions if question.startswith(APP)]
    personal = [question for question in questions if not question.startswith(APP)]
    found = token_verifier.look_up(personal) if personal else {}
    for checksum, row in find_rows(apps).items() if apps else ():
        token = make_token(row)
        found[APP + checksum] = row, _problem_with(token) or auth.reason_to_refuse(token.connection)
    return found


def _problem_with(token: FoundToken) -> str | None:
    """Return why the access token itself is not valid here, or None.

    The comparison is strict, because for the library a token without an audience is valid for every server.
    The library also issues tokens with other scopes for itself.
    """
    if token.expires <= timezone.now():
        return "expired"
    if len(token.audience) != 1 or token.audience != [audience_of(token.audience[0])]:
        return "audience"
    if not token.scopes:
        return "scope"
    return None


class Verifier(MCPTokenVerifier):
    """Accepts personal tokens, and access tokens of connected apps."""

    refuse = staticmethod(refuse)

    def __init__(self) -> None:
        super().__init__(look_up)

    async def verify_token(self, token: str) -> MCPAccessToken | None:
        """Return the user and credential of `token`, or None to refuse it.

        Raises DatabaseUnavailableError if the database cannot be asked.
        """
        if token.startswith(TOKEN_PREFIX):
            return await super().verify_token(token)
        row, reason = await self.rows.ask(APP + hash_token(token)) or (None, "unknown")
        if row is None or reason:
            metrics.auth_failures.labels(reason).inc()
            return None
        found = make_token(row)
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
        """Return the middleware of personal tokens, and that for wider scopes."""
        return [*super().get_middleware(), Middleware(StepUpMiddleware)]

    def get_routes(self, mcp_path: str | None = None) -> list[Route]:
        """Return the route of the metadata that names the authorization server."""
        return metadata.routes()
