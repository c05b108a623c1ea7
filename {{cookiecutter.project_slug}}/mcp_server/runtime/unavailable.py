"""The application of the MCP process in development while a tool module is broken."""

import json
import logging
from contextlib import suppress
from http import HTTPStatus

from mcp_types import INTERNAL_ERROR
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

logger = logging.getLogger(__name__)


def unavailable(reason: str) -> Starlette:
    """Return an application that answers each request with 503 and `reason`.

    Without it, `uvicorn --reload` would keep the port open without answering, and a client would wait for
    minutes. Uvicorn replaces the application when a file is saved.
    """
    logger.error("%s", reason)

    async def answer(request: Request) -> Response:
        if request.method == "POST":
            error = {"code": INTERNAL_ERROR, "message": reason}
            body = {"jsonrpc": "2.0", "id": _id(await request.body()), "error": error}
        else:
            body = {"status": "unavailable", "failing": reason}
        return JSONResponse(body, HTTPStatus.SERVICE_UNAVAILABLE)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST", "DELETE", "OPTIONS"])])


def _id(body: bytes) -> str | int | None:
    """Return the id of the JSON-RPC request, which the answer must have, or None if there is none."""
    with suppress(ValueError, RecursionError):
        message = json.loads(body)
        if isinstance(message, dict) and isinstance(message.get("id"), str | int):
            found: str | int = message["id"]
            return found
    return None
