"""How large a request body may be while nobody is signed in."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def bounds_its_bodies[View: Callable[..., HttpResponse]](view: View) -> View:
    """Mark a view that refuses large bodies itself, before it reads them."""
    view.bounds_its_bodies = True  # type: ignore[attr-defined]
    return view


class AnonymousBodyMiddleware:
    """Refuses large bodies of anonymous requests before they are parsed, which takes many times their size.

    It comes before CsrfViewMiddleware, which reads forms. Views that are exempt from CSRF checks use no
    session, so nobody is signed in there. Django ignores a body without Content-Length.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any
    ) -> HttpResponse | None:
        """Answer 413 (RFC 9110, section 15.5.14)."""
        if getattr(view, "bounds_its_bodies", False):
            return None
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length[:20]) <= settings.ANONYMOUS_MAX_BODY_SIZE:
            return None
        takes_session = not getattr(view, "csrf_exempt", False)
        if takes_session and request.user.is_authenticated:  # for large bodies only, because it takes a query
            return None
        text = f"The body may have {settings.ANONYMOUS_MAX_BODY_SIZE} bytes at most."
        return HttpResponse(text, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, content_type="text/plain")
