"""`manage.py create_mcp_token --user LOGIN --name NAME`, and more options."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mcp_server.management.users import find_user
from mcp_server.models import MCPToken
from mcp_server.pages.tool_catalog import registered_tools
from operations.management.arguments import check_days
from operations.users import User


class Command(BaseCommand):
    """Prints nothing but the token on standard output, so that a script can read it."""

    help = "Create a token for a user and print it. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, metavar="LOGIN", help="what the user signs in with")
        parser.add_argument("--name", required=True, help="where the token will be used")
        parser.add_argument("--tools", metavar="A,B", help="limit the token to these tools")
        parser.add_argument("--expires-days", type=int, metavar="N", help="default: it does not expire")

        parser.add_argument(
            "--rate-limit", default="", metavar="RATE", help="such as 60/minute; default: MCP_RATE_LIMIT"
        )

    def limits(self, _user: User, options: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of MCPToken that limit it. Raises CommandError for a wrong option."""
        if (days := options["expires_days"]) is not None:
            check_days("--expires-days", days)
        return {
            "allowed_tools": _known_tools(options["tools"]),
            "rate_limit": options["rate_limit"],
            "expires_at": timezone.now() + timedelta(days=days) if days else None,
        }

    def handle(self, **options: Any) -> None:
        user = find_user(options["user"])
        token = MCPToken(user=user, name=options["name"].strip(), **self.limits(user, options))
        try:
            token.full_clean()
        except ValidationError as error:
            problems = [
                text if field == NON_FIELD_ERRORS else f"--{field.replace('_', '-')}: {text}"
                for field, texts in error.message_dict.items()
                for text in texts
            ]
            raise CommandError(" ".join(problems)) from error
        token.save()
        self.stderr.write("This token is shown only once:", self.style.NOTICE)
        self.stdout.write(token.token)


def _known_tools(names: str | None) -> list[str]:
    if names is None:
        return []
    tools = [name.strip() for name in names.split(",") if name.strip()]
    if not tools:  # perhaps an unset variable of a shell
        raise CommandError("--tools is empty: omit it for a token that may call every tool.")
    if unknown := set(tools) - {tool.name for tool in registered_tools()}:
        raise CommandError(
            f"There is no tool named {', '.join(sorted(unknown))}. "
            f"Registered: {', '.join(tool.name for tool in registered_tools())}."
        )
    return tools
