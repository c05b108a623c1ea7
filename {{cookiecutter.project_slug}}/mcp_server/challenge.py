"""The answers to requests that are not let in. A refused token is answered by FastMCP."""

from http import HTTPStatus

from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend
from starlette.authentication import AuthCredentials, AuthenticationError, BaseUser
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from mcp_server import metrics


class TokenMissingError(AuthenticationError):
    """The request came without a bearer token."""


class DatabaseAwayError(AuthenticationError):
    """The token cannot be checked now."""


class BearerBackend(BearerAuthBackend):
    """Lets FastMCP's backend check a token, when there is one."""

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser] | None:
        if not conn.headers.get("authorization", "").lower().startswith("bearer "):
            raise TokenMissingError
        authenticated: tuple[AuthCredentials, BaseUser] | None = await super().authenticate(conn)
        return authenticated


def refuse(_conn: HTTPConnection, error: AuthenticationError) -> Response:
    """Answer a request whose token could not even be looked at."""
    if isinstance(error, TokenMissingError):
        metrics.auth_failures.labels("missing").inc()
        return JSONResponse(
            {"error_description": "Send a token in the header “Authorization: Bearer mcp_…”."},
            HTTPStatus.UNAUTHORIZED,
            # Without an error code: nothing was wrong with a token (RFC 6750, sections 3 and 3.1).
            {"WWW-Authenticate": 'Bearer realm="mcp"'},
        )
    return JSONResponse(
        {"error_description": "The database is away, so the token cannot be checked. Try again."},
        # Not a 401: clients would throw a good token away.
        HTTPStatus.SERVICE_UNAVAILABLE,
        {"Retry-After": "1"},
    )
