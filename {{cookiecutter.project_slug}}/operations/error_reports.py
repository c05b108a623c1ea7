"""Sends what is logged as an error to Sentry: the exception and where it was raised, nothing of the caller.

No headers, cookies, bodies, addresses or users, and no values of variables, among which are tokens and the
arguments of tools. The text of an exception is sent, or that of a line of the log without one.
"""

import logging
from typing import Any

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.utils import BadDsn

# Of what the SDK collects. A key that a later version adds stays here until it is named.
SENT = {
    *("event_id", "timestamp", "level", "logger", "platform", "sdk", "release", "environment", "server_name"),
    *("exception", "logentry", "_meta"),
}


def send_errors(dsn: str, **options: Any) -> None:
    """Send errors to `dsn` from now on. Raises ImproperlyConfigured when it leads nowhere."""
    try:
        sentry_sdk.init(
            dsn,
            # What is unexpected is logged, in both processes. Others would hook into Django, HTTP and MCP,
            # and send what they see there.
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
    except (BadDsn, ValueError) as error:  # of which the second is a port that is none
        raise ImproperlyConfigured("SENTRY_DSN must look like https://key@sentry.example.com/1.") from error


def only_what_is_meant(event: Any, _hint: Any) -> Any:
    """Return the event without what says something of the caller."""
    event = {key: value for key, value in event.items() if key in SENT}
    if "exception" in event:
        event.pop("logentry", None)  # Django's has the path, in which a link for a password has its secret
    return event
