"""Refuses addresses of the admin that contain a NUL character, which PostgreSQL cannot store or compare."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse


class NulMiddleware:
    """Answers 400, where a filter of the admin would fail with a 500. Forms refuse NUL themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_nul = "%00" in request.META["QUERY_STRING"] or "\0" in request.path_info
        if has_nul and "/admin/" in request.path_info:
            text = "The address contains a NUL character: remove it."
            return HttpResponse(text, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
        return self.get_response(request)
