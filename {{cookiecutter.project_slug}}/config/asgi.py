"""The MCP process, served by Uvicorn. Django's pages are not here: see `wsgi.py`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# Everything below needs the apps that setup() loads.
from django.conf import settings  # noqa: E402

from mcp_server.runtime.discovery import BrokenToolModuleError  # noqa: E402
from operations.request_id import with_request_id  # noqa: E402

try:
    from mcp_server.asgi import create_app

    app = with_request_id(create_app())
except BrokenToolModuleError as error:
    if not settings.DEBUG:
        raise
    from mcp_server.runtime.unavailable import unavailable

    app = unavailable(str(error))
