"""The web process does without FastMCP, which takes a second to import, until a page shows tools."""

import os
import subprocess
import sys

from django.conf import settings
from django.urls import reverse

LIST = reverse("admin:mcp_server_mcptoken_changelist")
ADD = reverse("admin:mcp_server_mcptoken_add")
PROGRAM = f"""
import sys

import django

django.setup()

from django.core.management import call_command
from django.test import Client

import config.urls
from accounts.models import User

call_command("migrate", verbosity=0)
client = Client(SERVER_NAME="localhost")
assert client.get("/accounts/login/").status_code == 200
client.force_login(User.objects.create_superuser(email="admin@example.com"))
assert client.get("{LIST}").status_code == 200
assert "fastmcp" not in sys.modules, "the web process has loaded FastMCP"
assert client.get("{ADD}").status_code == 200
assert "fastmcp" in sys.modules, "this test proves nothing any more"
"""


def test_web_process_loads_fastmcp_only_for_the_form() -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "sqlite://:memory:",
        "PUBLIC_BASE_URL": "http://localhost:8000",
        "DEBUG": "True",
    }

    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
