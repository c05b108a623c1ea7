"""Refuses a request with an HTTP status and one sentence, in the format that its client reads."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from mcp_server.errors import cut

MAX_SHOWN = 300  # characters of a header in the answer


def refusal(
    conn: HTTPConnection,
    status: HTTPStatus,
    sentence: str,
    *,
    error: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response to a request that is refused.

    The response to an MCP message is a JSON-RPC error, because the Python SDK 2 shows the text of nothing
    else. Its code is the status, which neither MCP nor JSON-RPC reserves. The response to any other request
    has the fields of OAuth.

    Args:
        conn: the request.
        status: the HTTP status.
        sentence: what is wrong, and what to do.
        error: the error code of OAuth (RFC 6750, section 3.1), or "" if none applies.
        headers: further headers.
    """
    oauth = {"error": error, "error_description": sentence} if error else {"error_description": sentence}
    if conn.scope["method"] == "POST" and conn.scope["path"].startswith("/mcp/"):
        problem = {"code": status.value, "message": sentence, "data": oauth}
        return JSONResponse({"jsonrpc": "2.0", "id": None, "error": problem}, status, headers)
    return JSONResponse(oauth, status, headers)


def refuse_name_or_page(conn: HTTPConnection, status: int) -> Response:
    """Return the response to a request with an unknown Host (421), or from a page of another site (403)."""
    if status == HTTPStatus.MISDIRECTED_REQUEST:
        host = cut(conn.headers.get("host", ""), MAX_SHOWN)
        sentence = f"This server does not go by the name {host!r}: add it to ALLOWED_HOSTS of the server."
    else:
        origin = cut(conn.headers.get("origin", ""), MAX_SHOWN)
        sentence = f"Pages of {origin} may not call this server: add it to MCP_BROWSER_ORIGINS of the server."
    return refusal(conn, HTTPStatus(status), sentence)
