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
    """Checks the token with FastMCP's backend, and says whether it was missing or refused."""

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser] | None:
        if not conn.headers.get("authorization", "").lower().startswith("bearer "):
            raise TokenMissingError
        authenticated: tuple[AuthCredentials, BaseUser] | None = await super().authenticate(conn)
        if authenticated is None:
            raise TokenRefusedError
        return authenticated


def refuse(conn: HTTPConnection, error: AuthenticationError) -> Response:
    """Return the answer to an unauthenticated request: 401, or 503 if the token cannot be checked."""
    if isinstance(error, TokenMissingError):
        metrics.auth_failures.labels("missing").inc()
        return refusal(
            conn,
            HTTPStatus.UNAUTHORIZED,
            "Send a token in the header “Authorization: Bearer mcp_…”.",
            # Without an error code, because no token was sent (RFC 6750, section 3.1).
            headers={"WWW-Authenticate": 'Bearer realm="mcp"'},
        )
    if isinstance(error, TokenRefusedError):
        text = "The token is unknown, expired or revoked: sign in again, or create another token."
        challenge = f'Bearer realm="mcp", error="invalid_token", error_description="{text}"'
        headers = {"WWW-Authenticate": challenge}
        return refusal(conn, HTTPStatus.UNAUTHORIZED, text, error="invalid_token", headers=headers)
    # Not a 401, after which clients would discard a valid token.
    return refusal(conn, HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers={"Retry-After": "1"})
