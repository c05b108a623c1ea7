"""`manage.py mcp_inspector [URL]`: opens the official MCP Inspector on this server."""

import shutil
import subprocess
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Needs Node.js, which brings npx."""

    help = "Start the MCP Inspector, a page to try the tools by hand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", nargs="?", default=settings.MCP_URL)

    def handle(self, **options: Any) -> None:
        npx = shutil.which("npx")
        if npx is None:
            raise CommandError("npx is not installed: install Node.js 22 or newer from https://nodejs.org.")
        self.stderr.write("Put a token into the field “Bearer Token”; create_mcp_token makes one.")
        subprocess.run(  # noqa: S603 - a fixed program, and the URL is one argument
            [npx, "@modelcontextprotocol/inspector", "--transport", "http", "--server-url", options["url"]],
            check=False,
        )
