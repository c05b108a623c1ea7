"""Refuses addresses that contain a NUL character, which PostgreSQL cannot store or compare."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse


class NulMiddleware:
    """Answers 400, where a look-up by a part of the path, or by a filter of the admin, would fail with a 500.

    nginx refuses such a path too. Forms refuse NUL themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_filter = "/admin/" in request.path_info
        if "\0" in request.path_info or (is_filter and "%00" in request.META["QUERY_STRING"]):
            text = "The address contains a NUL character: remove it."
            return HttpResponse(text, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
        return self.get_response(request)
