"""The id that nginx gives a request, in every log line written while the request is answered.

nginx logs the same id and sends it to the client, so one search finds the whole story of a request.
"""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:  # the web process does not import Starlette
    from starlette.types import ASGIApp, Receive, Scope, Send

_request_id: ContextVar[str] = ContextVar("request_id", default="")
HEADER = "X-Request-ID"
MAX_LENGTH = 64  # nginx's own has 32; without nginx, a client may send anything


class RequestIDFilter(logging.Filter):
    """Adds the id to log records. It belongs to a handler, so that it sees the records of every logger."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        if request_id := _request_id.get():
            record.request_id = request_id
        return True


class RequestIDMiddleware:
    """Remembers the id of a request to the web process."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Not reset afterwards, because Django logs a refusal after the middleware. The next request
        # overwrites it.
        _request_id.set(request.headers.get(HEADER, "")[:MAX_LENGTH])
        return self.get_response(request)


def with_request_id(app: "ASGIApp") -> "ASGIApp":
    """Remember the id of each request to `app`. The tasks and threads of the request inherit it."""

    async def wrapper(scope: "Scope", receive: "Receive", send: "Send") -> None:
        request_id = dict(scope.get("headers", ())).get(HEADER.lower().encode(), b"")
        _request_id.set(request_id[:MAX_LENGTH].decode("latin-1"))
        await app(scope, receive, send)

    return wrapper
