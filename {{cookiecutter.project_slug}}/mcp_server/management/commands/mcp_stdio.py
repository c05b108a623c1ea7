"""`MCP_TOKEN=mcp_… manage.py mcp_stdio`: the same tools for a client that starts the server itself."""

import asyncio
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from mcp_server.auth import MCPAuthError, resolve_mcp_user
from mcp_server.management.tokens import clean_token


class Command(BaseCommand):
    """Standard output carries the protocol, so nothing else may be printed there."""

    help = "Serve the tools over stdio as the user of the token in MCP_TOKEN, with its permissions."

    def handle(self, **_options: Any) -> None:
        token = clean_token(os.environ.get("MCP_TOKEN", ""), "MCP_TOKEN")
        if not token:
            raise CommandError("MCP_TOKEN is not set: set it to a token that create_mcp_token printed.")

        # They import FastMCP, which other commands do without.
        from mcp_server.runtime.timeouts import limit_statements  # noqa: PLC0415
        from mcp_server.stdio import serve  # noqa: PLC0415

        limit_statements()  # before the first connection, which the pool keeps
        try:
            resolve_mcp_user(token)
        except MCPAuthError as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The database cannot be reached: {error}") from error

        asyncio.run(serve(token))
