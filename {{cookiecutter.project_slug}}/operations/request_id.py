"""The id that nginx gives a request, in every log line written while the request is answered.

nginx logs the same id and sends it to the client, so one search finds the whole story of a request.
"""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:  # the web process does without Starlette
    from starlette.types import ASGIApp, Receive, Scope, Send

_request_id: ContextVar[str] = ContextVar("request_id", default="")
HEADER = "X-Request-ID"
MAX_LENGTH = 64  # nginx's own has 32; without nginx, a client may send anything


class RequestIDFilter(logging.Filter):
    """Adds the id to log records. A filter of a handler, so that it sees those of every logger."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        if request_id := _request_id.get():
            record.request_id = request_id
        return True


class RequestIDMiddleware:
    """Notes the id of a request to the web process."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The next request of the thread overwrites it: Django logs a refusal after the middleware.
        _request_id.set(request.headers.get(HEADER, "")[:MAX_LENGTH])
        return self.get_response(request)


def with_request_id(app: "ASGIApp") -> "ASGIApp":
    """Note the id of each request to `app`, which the tasks and threads of the request inherit."""

    async def wrapper(scope: "Scope", receive: "Receive", send: "Send") -> None:
        request_id = dict(scope.get("headers", ())).get(HEADER.lower().encode(), b"")
        _request_id.set(request_id[:MAX_LENGTH].decode("latin-1"))
        await app(scope, receive, send)

    return wrapper
