"""Addresses of the admin with a NUL in them, at which PostgreSQL would fail: no text there holds one."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse


class NulMiddleware:
    """Refuses them: a filter would end in an error of the server. Forms refuse NUL themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_there = "%00" in request.META["QUERY_STRING"] or "\0" in request.path_info
        if is_there and "/admin/" in request.path_info:
            text = "The address holds a NUL character: leave it out."
            return HttpResponse(text, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
        return self.get_response(request)
