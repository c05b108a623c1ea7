"""Keeps what a user sees out of caches."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers


class PrivatePagesMiddleware:
    """Lets no cache keep a page that was made for somebody who is signed in, unless its view says otherwise.

    Every page names its user. The next person at the same computer could go back to it after the log-out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # After an error, reading the session may fail as well.
        is_page = response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR and "Cache-Control" not in response
        if is_page and request.session.accessed and SESSION_KEY in request.session:
            add_never_cache_headers(response)
        return response
