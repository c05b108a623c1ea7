"""Logging: readable lines in development, one JSON object a line in production."""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import DEBUG
from config.settings.env_file import BASE_DIR
from operations.environment import env

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}: it must be DEBUG, INFO, WARNING or ERROR.")
# DEBUG is for this project's own packages: that of libraries shows SQL with its values, arguments and codes.
_LIBRARIES = "INFO" if LOG_LEVEL == "DEBUG" else LOG_LEVEL
_OWN = [path.parent.name for path in BASE_DIR.glob("*/__init__.py")]

# FastMCP would log through handlers of its own, on which the settings below have no effect.
os.environ.setdefault("FASTMCP_LOG_ENABLED", "false")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "operations.log_format.TextFormatter"},
        "json": {"()": "operations.log_format.JsonFormatter"},
    },
    "filters": {
        "request_id": {"()": "operations.request_id.RequestIDFilter"},
        "logged_links": {"()": "accounts.logged_links.LoggedLinksFilter"},
        "refused_requests": {"()": "operations.refused_requests.RefusedRequestFilter"},
    },
    "handlers": {
        "console": {
            "class": "operations.log_handlers.BatchingHandler",
            "formatter": "text" if DEBUG else "json",
            "filters": ["request_id", "logged_links", "refused_requests"],
        },
    },
    "root": {"handlers": ["console"], "level": _LIBRARIES},
    "loggers": {
        **{package: {"level": LOG_LEVEL} for package in _OWN},
        # These have no handlers of their own, so their records reach the one of the root.
        "django": {"handlers": [], "level": _LIBRARIES},
        "gunicorn.error": {"handlers": [], "level": _LIBRARIES, "propagate": True},
        "uvicorn": {"handlers": [], "level": _LIBRARIES, "propagate": True},
        # In production, nginx logs the requests.
        "uvicorn.access": {"handlers": [], "propagate": DEBUG},
        # The SDK logs every request at INFO, and "mcp_server.calls" already has a line for each call.
        "mcp": {"level": "WARNING"},
    },
}
