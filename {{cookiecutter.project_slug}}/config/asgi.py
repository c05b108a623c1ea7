"""The MCP process, served by Uvicorn. Django's pages are not here: see `wsgi.py`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from mcp_server.http import create_app  # noqa: E402 - needs the apps that setup() loads

app = create_app()
