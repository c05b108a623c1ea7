"""`manage.py create_mcp_token`, for one tenant or all of a user."""

from argparse import ArgumentParser
from typing import Any

from mcp_server.management.commands import create_mcp_token
from operations.users import User
from tenants.management.members import find_tenant


class Command(create_mcp_token.Command):
    """Makes tokens that are for tenants."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--tenant", metavar="SLUG", help="default: the user's only one; with several, all there are now"
        )

    def limits(self, user: User, options: dict[str, Any]) -> dict[str, Any]:
        """Return what the token of a user is limited to. Raises CommandError for what is not there."""
        return super().limits(user, options) | {"tenant": find_tenant(user, options["tenant"])}
