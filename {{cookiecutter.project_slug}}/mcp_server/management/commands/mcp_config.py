"""`manage.py mcp_config --client NAME [--token TOKEN]`."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mcp_server.management.tokens import clean_token
from mcp_server.pages.client_configs import CLIENTS
from mcp_server.pages.client_registry import NO_TOKEN, PLACEHOLDER


class Command(BaseCommand):
    """Prints nothing but the configuration on standard output, so that it can be redirected to a file."""

    help = "Print the configuration of this server for an AI client."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--client", required=True, metavar="NAME", help=", ".join(CLIENTS))
        parser.add_argument(
            "--token", help="the token to put in; without it, a client that cannot sign in gets a placeholder"
        )

    def handle(self, **options: Any) -> None:
        name, token = options["client"], clean_token(options["token"] or "", "--token")
        if name not in CLIENTS:
            raise CommandError(f"There is no client {name!r}. Choose one of: {', '.join(CLIENTS)}.")
        client, url = CLIENTS[name], settings.MCP_URL.removesuffix("/")
        text = client(url, token or NO_TOKEN)
        self.stdout.write(text)
        if PLACEHOLDER in text:
            self.stderr.write(
                f"Replace {PLACEHOLDER} with a token: create one on the page /tokens/"
                " or with `manage.py create_mcp_token`."
            )
        if client.runs == "cloud" and (obstacle := client.obstacle(url)):
            self.stderr.write(obstacle)
