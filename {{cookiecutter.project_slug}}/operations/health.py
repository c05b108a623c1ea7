"""Liveness and readiness of the web process; the MCP process has the same two under `/mcp/`."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

PATHS = {"/health", "/ready", "/metrics"}


class AnyHostMiddleware:
    """Lets Kubernetes and Prometheus use the address of a container, which ALLOWED_HOSTS cannot know.

    The views at these paths do not use the host name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PATHS:
            request.META["HTTP_HOST"] = "localhost"
        return self.get_response(request)


def failing_part() -> str | None:
    """Return the name of the part that requests need and that does not work now, or None if all do."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "database"
    return None


@login_not_required
def health(_request: HttpRequest) -> JsonResponse:
    """Answer that the process runs. It uses no database, so that a slow one does not get processes killed."""
    return JsonResponse({"status": "ok"})


@login_not_required
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer whether requests would work now: with 503 and the failing part if not."""
    if failing := failing_part():
        return JsonResponse(
            {"status": "unavailable", "failing": failing}, status=HTTPStatus.SERVICE_UNAVAILABLE
        )
    return JsonResponse({"status": "ok"})
