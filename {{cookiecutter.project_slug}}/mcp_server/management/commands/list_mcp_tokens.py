"""`manage.py list_mcp_tokens [--user LOGIN]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localtime

from mcp_server import auth
from mcp_server.management.users import find_user
from mcp_server.models import MCPToken

ROW = "{:>6}  {:<30}  {:<24}  {:<16}  {:<8}  {:<16}  {}"


class Command(BaseCommand):
    """Prints a line for each token, without the token itself."""

    help = "List the tokens: number, user, name, mask, state, last use, tools."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", metavar="LOGIN", help="only the tokens of this user")

    def handle(self, **options: Any) -> None:
        tokens = MCPToken.objects.select_related("user")
        if options["user"] is not None:
            tokens = tokens.filter(user=find_user(options["user"]))
        self.stdout.write(ROW.format("ID", "USER", "NAME", "TOKEN", "STATE", "LAST USED", "TOOLS"))
        for token in tokens.iterator():  # there may be a hundred thousand
            self.stdout.write(
                ROW.format(
                    token.pk,
                    token.user.get_username(),
                    token.name,
                    token.get_masked_token(),
                    auth.reason_to_refuse(token) or "valid",
                    f"{localtime(token.last_used_at):%Y-%m-%d %H:%M}" if token.last_used_at else "never",
                    ", ".join(token.allowed_tools) or "all",
                )
            )
