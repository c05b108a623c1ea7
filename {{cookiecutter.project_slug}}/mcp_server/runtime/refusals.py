"""How a request is refused by its HTTP status: with one sentence, in the form that its client reads."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from mcp_server.errors import cut

MAX_SHOWN = 300  # characters of what a client sent


def refusal(
    conn: HTTPConnection,
    status: HTTPStatus,
    sentence: str,
    *,
    error: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer to a request that is refused.

    A message of MCP gets a JSON-RPC error: of any other body the Python SDK 2 says only "Server returned
    an error response". Its code is the status, a number that neither MCP nor JSON-RPC reserves. Other
    requests get the fields of OAuth.

    `error` is the code of OAuth, where it has one for this (RFC 6750, section 3.1).
    """
    oauth = {"error": error, "error_description": sentence} if error else {"error_description": sentence}
    if conn.scope["method"] == "POST" and conn.scope["path"].startswith("/mcp/"):
        problem = {"code": status.value, "message": sentence, "data": oauth}
        return JSONResponse({"jsonrpc": "2.0", "id": None, "error": problem}, status, headers)
    return JSONResponse(oauth, status, headers)


def refuse_name_or_page(conn: HTTPConnection, status: int) -> Response:
    """Answer a request under an unknown host name (421), or from a page of another site (403)."""
    if status == HTTPStatus.MISDIRECTED_REQUEST:
        host = cut(conn.headers.get("host", ""), MAX_SHOWN)
        sentence = f"This server does not go by the name {host!r}: add it to ALLOWED_HOSTS of the server."
    else:
        origin = cut(conn.headers.get("origin", ""), MAX_SHOWN)
        sentence = f"Pages of {origin} may not call this server: add it to MCP_BROWSER_ORIGINS of the server."
    return refusal(conn, HTTPStatus(status), sentence)
