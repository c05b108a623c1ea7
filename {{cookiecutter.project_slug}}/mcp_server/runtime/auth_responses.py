"""The responses to requests that are not authenticated."""

from http import HTTPStatus

from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend
from starlette.authentication import AuthCredentials, AuthenticationError, BaseUser
from starlette.requests import HTTPConnection
from starlette.responses import Response

from mcp_server import metrics
from mcp_server.runtime.refusals import refusal


class TokenMissingError(AuthenticationError):
    """The request came without a bearer token."""


class TokenRefusedError(AuthenticationError):
    """The token is refused. The client does not learn why."""


class BearerBackend(BearerAuthBackend):
    """Lets FastMCP's backend check a token, when there is one."""

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser] | None:
        if not conn.headers.get("authorization", "").lower().startswith("bearer "):
            raise TokenMissingError
        authenticated: tuple[AuthCredentials, BaseUser] | None = await super().authenticate(conn)
        if authenticated is None:
            raise TokenRefusedError
        return authenticated


def refuse(conn: HTTPConnection, error: AuthenticationError) -> Response:
    """Answer a request that is not authenticated."""
    if isinstance(error, TokenMissingError):
        metrics.auth_failures.labels("missing").inc()
        return refusal(
            conn,
            HTTPStatus.UNAUTHORIZED,
            "Send a token in the header “Authorization: Bearer mcp_…”.",
            # Without an error code: nothing was wrong with a token (RFC 6750, sections 3 and 3.1).
            headers={"WWW-Authenticate": 'Bearer realm="mcp"'},
        )
    if isinstance(error, TokenRefusedError):
        text = "The token is unknown, expired or revoked: sign in again, or create another token."
        challenge = f'Bearer realm="mcp", error="invalid_token", error_description="{text}"'
        headers = {"WWW-Authenticate": challenge}
        return refusal(conn, HTTPStatus.UNAUTHORIZED, text, error="invalid_token", headers=headers)
    # Not a 401: clients would throw a good token away.
    return refusal(conn, HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers={"Retry-After": "1"})
