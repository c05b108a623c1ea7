"""Measures the requests of the web process."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

request_duration = Histogram(
    "web_request_duration_seconds",
    "Time to answer a web request.",
    ["method", "route", "status"],
)


class RequestMetricsMiddleware:
    """Measures every request by its route. No label is a text that the client chose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "<other>"
        route = request.resolver_match.route if request.resolver_match else "<unknown>"
        request_duration.labels(method, route, response.status_code).observe(time.perf_counter() - start)
        return response
