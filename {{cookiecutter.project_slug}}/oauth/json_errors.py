"""Makes the OAuth endpoints answer every error with JSON, which programs in a browser may read too."""

import re
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse

# Including addresses that do not exist but that clients try (/register, openid-configuration): they fail on
# HTML.
PATHS = re.compile(r"/(\.well-known/|oauth/(token|revoke|register)$|register$)")
ERRORS = {404: "not_found", 405: "invalid_request", 429: "temporarily_unavailable"}


class MachinesMiddleware:
    """Turns every error into JSON (RFC 6749, section 5.2), and allows any origin.

    Allowing any origin is safe, because these addresses use no cookies.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not PATHS.match(request.path):
            return self.get_response(request)
        if request.method == "OPTIONS":
            response = HttpResponse(status=HTTPStatus.NO_CONTENT)
            response["Access-Control-Allow-Methods"] = "GET, POST"
            response["Access-Control-Allow-Headers"] = "Authorization, Content-Type, MCP-Protocol-Version"
        else:
            response = _as_json(self.get_response(request))
        response["Access-Control-Allow-Origin"] = "*"
        return response


def _as_json(response: HttpResponse) -> HttpResponse:
    status = response.status_code
    if status < HTTPStatus.BAD_REQUEST or response.get("Content-Type", "").startswith("application/json"):
        return response
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    error = ERRORS.get(status, "server_error" if is_ours else "invalid_request")
    is_sentence = response.get("Content-Type", "").startswith("text/plain")
    description = response.text if is_sentence else HTTPStatus(status).description
    answer = JsonResponse({"error": error, "error_description": description}, status=status)
    if "Allow" in response:
        answer["Allow"] = response["Allow"]
    return answer
