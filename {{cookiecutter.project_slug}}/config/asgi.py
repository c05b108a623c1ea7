"""The MCP process, served by Uvicorn. Django's pages are not here: see `wsgi.py`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.request_id import with_request_id  # noqa: E402
from mcp_server.http import create_app  # noqa: E402 - needs the apps that setup() loads

app = with_request_id(create_app())
