"""`manage.py create_mcp_token`, for one tenant or for all tenants of a user."""

from argparse import ArgumentParser
from typing import Any

from mcp_server.management.commands import create_mcp_token
from operations.users import User
from tenants.management.members import find_tenant


class Command(create_mcp_token.Command):
    """Creates tokens for tenants."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--tenant", metavar="SLUG", help="default: all tenants that the user has now")

    def limits(self, user: User, options: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of MCPToken that limit it. Raises CommandError for a wrong option."""
        return super().limits(user, options) | {"tenant": find_tenant(user, options["tenant"])}
