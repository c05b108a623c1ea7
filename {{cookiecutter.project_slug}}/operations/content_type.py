"""Leaves of a Content-Type what Django needs: the type, and the boundary of a form with files."""

import re
from collections.abc import Callable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.handlers.wsgi import WSGIHandler
from django.http.response import HttpResponseBase

BOUNDARY = re.compile(r";\s*boundary=[^;]+", re.IGNORECASE)


type Application = Callable[[WSGIEnvironment, StartResponse], HttpResponseBase]


def with_plain_content_type(application: WSGIHandler) -> Application:
    """Pass requests to `application` without the other parameters.

    Django answers 500 to a charset that it cannot use, even for a request without a body, and to parameters
    that it cannot parse. Without a charset, it reads everything as UTF-8, as the standard of forms wants it
    (https://url.spec.whatwg.org/#application/x-www-form-urlencoded).
    """

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> HttpResponseBase:
        media_type, semicolon, parameters = environ.get("CONTENT_TYPE", "").partition(";")
        if semicolon:
            boundary = BOUNDARY.search(semicolon + parameters)
            environ["CONTENT_TYPE"] = media_type + (boundary[0] if boundary else "")
        return application(environ, start_response)

    return serve
