"""`MCP_TOKEN=mcp_… manage.py mcp_stdio` serves the same tools to a client that starts the server itself.

`manage.py mcp_stdio --user LOGIN` needs no token. A coding agent in this folder starts it, by `.mcp.json`.
"""

import asyncio
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from mcp_server.auth import MCPAuthError, resolve_mcp_user
from mcp_server.management.tokens import token_of

LIFETIME = timedelta(hours=12)  # of a session with a coding agent


class Command(BaseCommand):
    """Standard output carries the protocol, so nothing else may be printed there."""

    help = "Serve the tools over stdio, as the user of the token in MCP_TOKEN and with its permissions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--user",
            metavar="LOGIN",
            help="serve as this user, with a temporary token; default: with the token in MCP_TOKEN",
        )

    def handle(self, **options: Any) -> None:
        with token_of(options["user"], "mcp_stdio", LIFETIME) as token:
            self._serve(token)

    def _serve(self, token: str) -> None:
        if not token:
            raise CommandError("MCP_TOKEN is not set: set it to a token that create_mcp_token printed.")

        # These import FastMCP, which `manage.py` must not do for other commands.
        from mcp_server.runtime.timeouts import limit_statements  # noqa: PLC0415
        from mcp_server.stdio import serve  # noqa: PLC0415

        limit_statements()  # before the first connection, which the pool keeps
        try:
            resolve_mcp_user(token)
        except MCPAuthError as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The database is unavailable: {error}") from error

        asyncio.run(serve(token))
