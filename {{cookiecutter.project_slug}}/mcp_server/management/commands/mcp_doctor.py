"""`manage.py mcp_doctor [URL] [--user LOGIN]`."""

import logging
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mcp_server.management.tokens import token_of

LIFETIME = timedelta(minutes=5)


class Command(BaseCommand):
    """Exits with 1 if a step fails, so that a deployment can wait for it."""

    # The system checks of models use the database, which the machine of a client may not reach.
    requires_system_checks = ()
    help = "Connect to a running server as clients do, and say what to change if a step fails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", nargs="?", default=settings.MCP_URL, help="default: %(default)s")
        parser.add_argument(
            "--user",
            metavar="LOGIN",
            help="call as this user, with a temporary token; default: with the token in MCP_TOKEN",
        )

    def handle(self, **options: Any) -> None:
        import httpx2  # noqa: PLC0415 - imported with FastMCP, which takes a second

        from mcp_server.doctor import STEPS  # noqa: PLC0415
        from mcp_server.doctor.visit import NotTriedError, StepError, UnreachableError, Visit  # noqa: PLC0415

        try:
            url = httpx2.URL(options["url"])
        except httpx2.InvalidURL:
            url = httpx2.URL()
        if url.scheme not in {"http", "https"} or not url.host:
            raise CommandError(f"{options['url']} is not a URL such as https://example.com/mcp/.")
        failed = False
        with _quiet("httpx2", "mcp", "fastmcp"), token_of(options["user"], "mcp_doctor", LIFETIME) as token:
            visit = Visit(url, token)
            for step in STEPS:
                try:
                    found = step(visit)
                except NotTriedError as reason:
                    self._report(self.style.WARNING("not tried"), step, str(reason))
                except Exception as error:  # noqa: BLE001 - any exception would stop a client
                    failed = True
                    text = str(error) if isinstance(error, StepError) else f"{type(error).__name__}: {error}"
                    self._report(self.style.ERROR("FAILED   "), step, text)
                    if isinstance(error, UnreachableError):
                        break
                else:
                    self._report(self.style.SUCCESS("ok       "), step, found)
        if failed:
            raise CommandError(f"A client cannot connect to {options['url']}: see docs/clients.md.")

    def _report(self, result: str, step: Callable[..., str], text: str) -> None:
        self.stdout.write(f"{result}  {(step.__doc__ or '').rstrip('.')}: {text}")


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    """Silence these loggers: the steps themselves report what they find."""
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
