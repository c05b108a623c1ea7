"""`manage.py revoke_mcp_token ID|TOKEN`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mcp_server.models import TOKEN_PREFIX, MCPToken


class Command(BaseCommand):
    """Takes the number that `list_mcp_tokens` shows, or a token that leaked."""

    help = "Revoke a token: the next request with it is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("token", metavar="ID|TOKEN")

    def handle(self, **options: Any) -> None:
        given: str = options["token"].strip()
        if given.startswith(TOKEN_PREFIX):
            token = MCPToken.objects.filter(token=given).first()
        elif given.isdecimal():
            token = MCPToken.objects.filter(pk=given).first()
        else:
            raise CommandError(f"Give a token or its number, as list_mcp_tokens shows it, not {given!r}.")
        if token is None:
            raise CommandError("There is no such token: list_mcp_tokens shows those that exist.")
        token.revoke()
        self.stdout.write(f"Revoked {token} of {token.user.get_username()}.")
