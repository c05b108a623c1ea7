"""The web process imports FastMCP, which takes a second, only when a page shows tools."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse

from mcp_server.tests.fixtures import environment_of_process

LIST = reverse("admin:mcp_server_mcptoken_changelist")
ADD = reverse("admin:mcp_server_mcptoken_add")
PROGRAM = f"""
import sys

import django

django.setup()

from django.test import Client

import config.urls
import config.wsgi
from accounts.models import User

client = Client(SERVER_NAME="localhost")
assert client.get("/accounts/login/").status_code == 200
client.force_login(User.objects.create_superuser(email="admin@example.com"))
assert client.get("{LIST}").status_code == 200
assert "fastmcp" not in sys.modules, "the web process has loaded FastMCP"
assert client.get("{ADD}").status_code == 200
assert "fastmcp" in sys.modules, "this test proves nothing any more"
"""


@pytest.mark.django_db(transaction=True)
def test_web_process_loads_fastmcp_only_for_the_form() -> None:
    environment = environment_of_process() | {"PUBLIC_BASE_URL": "http://localhost:8000", "DEBUG": "True"}

    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
