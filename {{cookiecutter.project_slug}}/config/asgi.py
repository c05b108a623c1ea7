"""The MCP process, served by Uvicorn. Django's pages are not here: see `wsgi.py`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from mcp_server.asgi import create_app  # noqa: E402 - needs the apps that setup() loads
from operations.request_id import with_request_id  # noqa: E402

app = with_request_id(create_app())
