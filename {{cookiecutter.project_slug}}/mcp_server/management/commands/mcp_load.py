"""`manage.py mcp_load` measures how many calls a running server answers."""

import asyncio
import logging
import statistics
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mcp_server.management.tokens import clean_token


class Command(BaseCommand):
    """Calls from one Python process, which is often slower than the server."""

    help = "Call a tool of a running server from several clients at once, and print how fast it answers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define what to call, and how."""
        parser.add_argument("url", nargs="?", default=settings.MCP_URL, help="default: %(default)s")
        parser.add_argument("--token", required=True, help="a token, as create_mcp_token prints it")
        parser.add_argument("--tool", default="whoami", help="a tool without arguments; default: %(default)s")
        parser.add_argument("--clients", type=int, default=16, help="default: %(default)s")
        parser.add_argument("--seconds", type=float, default=10, help="default: %(default)s")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the calls and print the result. Raises CommandError if a call fails."""
        seconds, token = options["seconds"], clean_token(options["token"], "--token")
        if options["clients"] < 1 or seconds <= 0:
            raise CommandError("--clients and --seconds must be more than 0.")
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # a line for each call
        try:
            times = asyncio.run(_load(options["url"], token, options["tool"], options["clients"], seconds))
        except* Exception as errors:
            raise CommandError(
                f"{options['tool']} at {options['url']} failed: {str(errors.exceptions[0]).rstrip('.')}. "
                "Check that the server runs, that the token is valid there, and that it may call often "
                "enough (--rate-limit of create_mcp_token)."
            ) from errors
        if not times:
            raise CommandError(f"No call ended within {seconds} s: raise --seconds.")
        percent = statistics.quantiles(times, n=100)
        self.stdout.write(
            f"{len(times) / seconds:.0f} calls a second; half of them within {percent[49] * 1000:.1f} ms, "
            f"99 % within {percent[98] * 1000:.1f} ms."
        )


async def _load(url: str, token: str, tool: str, clients: int, seconds: float) -> list[float]:
    """Return the seconds that each call took."""
    # These import FastMCP, which takes a second.
    from fastmcp import Client  # noqa: PLC0415

    from mcp_server.doctor.visit import transport_to  # noqa: PLC0415

    times: list[float] = []
    end = time.perf_counter() + seconds

    async def client() -> None:
        async with Client(transport_to(url, auth=token)) as connection:
            while (start := time.perf_counter()) < end:
                await connection.call_tool(tool)
                times.append(time.perf_counter() - start)

    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(client())
    return times
