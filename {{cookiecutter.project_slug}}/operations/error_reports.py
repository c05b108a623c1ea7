"""Sends logged errors to Sentry: the exception and where it was raised, and nothing about the caller.

It sends no headers, cookies, bodies, addresses or users, and no values of variables, which may be tokens or
arguments of tools. It does send the text of the exception, or of the log line if there is no exception.
"""

import logging
from typing import Any

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.utils import BadDsn

from operations.refused_requests import is_refused

# The parts of an event that are sent. What a later version of the SDK adds is not, until it is named here.
SENT = {
    *("event_id", "timestamp", "level", "logger", "platform", "sdk", "release", "environment", "server_name"),
    *("exception", "logentry", "_meta"),
}


def send_errors(dsn: str, **options: Any) -> None:
    """Send errors to `dsn` from now on. Raises ImproperlyConfigured if it is not a DSN."""
    try:
        sentry_sdk.init(
            dsn,
            # Both processes log every unexpected exception. The other integrations would hook into Django,
            # HTTP and MCP, and send data of requests.
            default_integrations=False,
            integrations=[
                LoggingIntegration(level=None, event_level=logging.ERROR),
                DedupeIntegration(),
                AtexitIntegration(callback=lambda _pending, _timeout: None),
            ],
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            trace_propagation_targets=[],
            before_send=only_what_is_meant,
            **options,
        )
    except (BadDsn, ValueError) as error:  # ValueError: the port is not a number
        raise ImproperlyConfigured("SENTRY_DSN must look like https://key@sentry.example.com/1.") from error


def only_what_is_meant(event: Any, hint: Any) -> Any:
    """Return the event without anything about the caller, or None for a request that Django refused."""
    if "log_record" in hint and is_refused(hint["log_record"]):
        return None
    event = {key: value for key, value in event.items() if key in SENT}
    if "exception" in event:
        event.pop("logentry", None)  # Django's has the path, which holds the secret of a password link
    return event
