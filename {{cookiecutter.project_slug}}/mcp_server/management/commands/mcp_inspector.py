"""`manage.py mcp_inspector [URL] [--token TOKEN]` opens the official MCP Inspector on this server."""

import shutil
import subprocess
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mcp_server.management.tokens import clean_token
from mcp_server.pages.client_configs import inspector_arguments
from mcp_server.pages.client_registry import NO_TOKEN


class Command(BaseCommand):
    """Needs Node.js, which includes npx."""

    help = "Start the MCP Inspector, a page on which you can try the tools."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", nargs="?", default=settings.MCP_URL)
        parser.add_argument(
            "--token",
            required=NO_TOKEN is not None,
            help="the token to send; without one, the Inspector signs in if the server offers that",
        )

    def handle(self, **options: Any) -> None:
        npx = shutil.which("npx")
        if npx is None:
            raise CommandError("npx is not installed: install Node.js 22 or newer from https://nodejs.org.")
        token = clean_token(options["token"] or "", "--token")
        header = ["--header", f"Authorization: Bearer {token}"] if token else []
        # The page cannot edit a server that the command line named.
        self.stderr.write(f"Switch the server on{'' if token else ' and sign in'}.")
        subprocess.run(  # noqa: S603 - a fixed program, and the URL and the token are arguments
            [npx, *inspector_arguments(options["url"]), *header], check=False
        )
