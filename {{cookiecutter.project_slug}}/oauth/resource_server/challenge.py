"""Tells a client that is not let in where it can be (RFC 9728, section 5.1)."""

from starlette.authentication import AuthenticationError
from starlette.requests import HTTPConnection
from starlette.responses import Response

from mcp_server.runtime import auth_responses
from oauth.resources import metadata_url
from oauth.scopes import SCOPES


def where_to_ask(conn: HTTPConnection) -> str:
    """Return the parameters of `WWW-Authenticate` that say what to ask for, and where to begin."""
    # As the client spelled it: `path` was changed on the way here (mcp_server/asgi.py).
    asked = conn.scope["raw_path"].decode("ascii", "replace")
    return f'scope="{" ".join(SCOPES)}", resource_metadata="{metadata_url(asked)}"'


def refuse(conn: HTTPConnection, error: AuthenticationError) -> Response:
    """Answer as without OAuth, and add where to sign in."""
    response = auth_responses.refuse(conn, error)
    if "WWW-Authenticate" in response.headers:
        response.headers["WWW-Authenticate"] += f", {where_to_ask(conn)}"
    return response
