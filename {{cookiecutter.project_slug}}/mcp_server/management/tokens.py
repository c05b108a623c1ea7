"""Tokens as arguments of commands."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.management.base import CommandError
from django.utils import timezone

from mcp_server.management.users import find_user
from mcp_server.models import MCPToken


def clean_token(text: str, source: str) -> str:
    """Return the token without a line break at its end.

    Raises CommandError, which does not show the token, if it contains other characters than a token can have.
    """
    token = text.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise CommandError(f"{source} has characters that no token has: copy the token again.")
    return token


@contextmanager
def token_of(login: str | None, name: str, lifetime: timedelta) -> Iterator[str]:
    """Yield a token of the user `login` that exists only during the block, or by default MCP_TOKEN."""
    if login is None:
        yield clean_token(os.environ.get("MCP_TOKEN", ""), "MCP_TOKEN")
        return
    user, now = find_user(login), timezone.now()
    # Tokens that commands left when they were killed.
    MCPToken.objects.filter(user=user, name=name, expires_at__lt=now).delete()
    made = MCPToken.objects.create(user=user, name=name, expires_at=now + lifetime)
    try:
        yield made.token
    finally:
        made.delete()
