"""`manage.py welcome WEB_URL MCP_URL` prints the last lines of `make dev`."""

import sys
import time
import urllib.request
from argparse import ArgumentParser
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

from mcp_server.management.commands.create_dev_user import EMAIL

# Without any HTTP proxy, because these addresses are on this machine.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class Command(BaseCommand):
    """Waits for both servers, so that their first log lines do not follow the log-in and the token."""

    help = "Wait until both servers answer; then print their addresses, and how to log in and connect."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("web", metavar="WEB_URL", help="such as http://localhost:8080")
        parser.add_argument("mcp", metavar="MCP_URL", help="such as http://localhost:8001")

    def handle(self, web: str, mcp: str, **_options: Any) -> None:
        with suppress(KeyboardInterrupt):
            for url in (f"{web}/health", f"{mcp}/mcp/health"):
                while not _answers(url):
                    time.sleep(0.2)
            time.sleep(0.5)  # until they have logged these requests
            text = StringIO()
            if get_user_model().objects.exists():
                text.write(_for_who_comes_back())
            else:
                call_command("create_dev_user", stdout=text)
            addresses = f"\nPages   {web}\nAdmin   {web}/admin/\nMCP     {mcp}/mcp/\n"
            self.stdout.write(f"{addresses}{text.getvalue()}\nCtrl-C ends both servers.")


def _answers(url: str) -> bool:
    try:
        with _open(url, timeout=5):
            return True
    except OSError:
        return False


def _for_who_comes_back() -> str:
    """Say how to get a new password and token, because the first ones were shown only once."""
    users = get_user_model().objects.filter(is_active=True).order_by("-is_superuser", "pk")
    first = users.filter(**{get_user_model().USERNAME_FIELD: EMAIL}).first() or users.first()
    login = first.get_username() if first else EMAIL
    manage = f"{_short(sys.executable)} manage.py"
    return (
        f"\nLog in as {login}. A new password:\n\n    {manage} changepassword {login}\n\n"
        f"A new MCP token:\n\n    {manage} create_mcp_token --user {login} --name laptop\n"
    )


def _short(program: str) -> str:
    """Return `program` relative to the current folder if it is below that."""
    path = Path(program)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
