"""The responses to requests that are not authenticated."""

from http import HTTPStatus

from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend
from starlette.authentication import AuthCredentials, AuthenticationError, BaseUser
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from mcp_server import metrics


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
        return JSONResponse(
            {"error_description": "Send a token in the header “Authorization: Bearer mcp_…”."},
            HTTPStatus.UNAUTHORIZED,
            # Without an error code: nothing was wrong with a token (RFC 6750, sections 3 and 3.1).
            {"WWW-Authenticate": 'Bearer realm="mcp"'},
        )
    if isinstance(error, TokenRefusedError):
        text = "The token is unknown, expired or revoked: sign in again, or create another token."
        return JSONResponse(
            {"error": "invalid_token", "error_description": text},
            HTTPStatus.UNAUTHORIZED,
            {"WWW-Authenticate": f'Bearer realm="mcp", error="invalid_token", error_description="{text}"'},
        )
    return JSONResponse(
        {"error_description": str(error)},
        # Not a 401: clients would throw a good token away.
        HTTPStatus.SERVICE_UNAVAILABLE,
        {"Retry-After": "1"},
    )
