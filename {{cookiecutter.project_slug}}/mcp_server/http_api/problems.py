"""Errors over plain HTTP: a status, and a problem document (RFC 9457) with one sentence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastmcp.exceptions import AuthorizationError, DisabledError, FastMCPError, NotFoundError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from mcp_server.errors import (
    CrashedError,
    DatabaseUnavailableError,
    NameTooLongError,
    NoSuchResourceError,
    is_masked,
)
from mcp_server.http_api import PATH
from mcp_server.limits import RateLimitedError
from mcp_server.runtime.arguments import WrongArgumentsError
from mcp_server.runtime.confirmation import CannotAskError

MEDIA_TYPE = "application/problem+json"

# The first class that matches counts. 409 means that the request is valid, but the state of the data forbids
# it.
STATUSES = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    DisabledError: HTTPStatus.NOT_FOUND,
    NameTooLongError: HTTPStatus.NOT_FOUND,
    NoSuchResourceError: HTTPStatus.NOT_FOUND,
    AuthorizationError: HTTPStatus.FORBIDDEN,
    CannotAskError: HTTPStatus.CONFLICT,
    FastMCPError: HTTPStatus.CONFLICT,
}


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818 - RFC 9457's own word
    """An error that the caller sees.

    `errors` lists wrong arguments, as in the example of RFC 9457, section 3.
    """

    status: HTTPStatus
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the members of the problem document."""
        members = {"title": self.status.phrase, "status": int(self.status), "detail": self.detail}
        return {**members, "errors": self.errors} if self.errors else members

    def response(self) -> Response:
        """Return the HTTP response."""
        # As ASCII, because it may contain half of a surrogate pair, which JSON can express and UTF-8 cannot.
        return Response(json.dumps(self.document()), self.status, self.headers, MEDIA_TYPE)


def problem_of(error: Exception) -> Problem:
    """Return the problem for `error`. It has the text of the error only if that was written for callers."""
    match error:
        case Problem():
            return error
        case WrongArgumentsError():
            return _wrong_arguments(error)
        case HTTPException():  # from Starlette, such as for a wrong method
            detail = f"{error.detail}: {PATH}/openapi.json lists what there is."
            return Problem(HTTPStatus(error.status_code), detail, headers=error.headers or {})
        case DatabaseUnavailableError():
            return Problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers={"Retry-After": "1"})
        case RateLimitedError():
            headers = {"Retry-After": str(error.retry_after)}
            return Problem(HTTPStatus.TOO_MANY_REQUESTS, str(error), headers=headers)
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), None)
    if status is None or is_masked(error) or isinstance(error, CrashedError):
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        error = Exception("The server failed. Its log says why, under the id in the header X-Request-ID.")
    return Problem(status, str(error))


def _wrong_arguments(error: WrongArgumentsError) -> Problem:
    errors = [
        {"pointer": "".join(f"/{_escaped(part)}" for part in where), "detail": what}
        for where, what in error.problems
    ]
    sentence = error.sentence(f"{each['pointer'] or 'the arguments'}: {each['detail']}" for each in errors)
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentence, errors)


def _escaped(part: str) -> str:
    """Return `part` as one token of a JSON Pointer (RFC 6901, section 3)."""
    return part.replace("~", "~0").replace("/", "~1")
