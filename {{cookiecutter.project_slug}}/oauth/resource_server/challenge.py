"""Tells a client without a valid token where to get one (RFC 9728, section 5.1)."""

from starlette.authentication import AuthenticationError
from starlette.requests import HTTPConnection
from starlette.responses import Response

from mcp_server.runtime import auth_responses
from oauth.resources import metadata_url
from oauth.scopes import SCOPES


def where_to_ask(conn: HTTPConnection) -> str:
    """Return the parameters of `WWW-Authenticate` that name the scopes and the metadata."""
    # The path as the client sent it: mcp_server/asgi.py has changed `path`.
    asked = conn.scope["raw_path"].decode("ascii", "replace")
    return f'scope="{" ".join(SCOPES)}", resource_metadata="{metadata_url(asked)}"'


def refuse(conn: HTTPConnection, error: AuthenticationError) -> Response:
    """Return the same answer as without OAuth, with the address of the metadata in its challenge."""
    response = auth_responses.refuse(conn, error)
    if "WWW-Authenticate" in response.headers:
        response.headers["WWW-Authenticate"] += f", {where_to_ask(conn)}"
    return response
