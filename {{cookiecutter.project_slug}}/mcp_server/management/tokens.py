"""Tokens as they are given to a command."""

from django.core.management.base import CommandError


def clean_token(text: str, source: str) -> str:
    """Return the token without what ends a line of a file. Raises CommandError, which does not show it."""
    token = text.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise CommandError(f"{source} has characters that no token has: copy the whole token into it.")
    return token
