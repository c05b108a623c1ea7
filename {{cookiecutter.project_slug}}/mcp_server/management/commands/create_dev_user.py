"""`manage.py create_dev_user` creates a user for development. `make dev` and docker compose use it."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from mcp_server.models import MCPToken
from operations.users import User

EMAIL = "dev@example.com"


class Command(BaseCommand):
    """Does nothing if any user exists, so that it can run each time."""

    help = "Create an administrator with a token on a new development database, and print both."

    def handle(self, **_options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("This is for development: set DEBUG=True. On a server, use createsuperuser.")
        if get_user_model().objects.exists():
            return
        password = secrets.token_urlsafe(12)
        user = self.create_user(password)
        token = MCPToken.objects.create(user=user, name="development").token
        self.stdout.write(f"\nLog in as {EMAIL} with the password {password}")
        self.stdout.write(f"MCP token, shown only now: {token}\n\nTo connect Claude Code:\n")
        call_command("mcp_config", client="claude-code", token=token, stdout=self.stdout)

    def create_user(self, password: str) -> User:
        """Create the administrator."""
        model = get_user_model()
        names = {model.USERNAME_FIELD: EMAIL, model.get_email_field_name(): EMAIL}
        user: User = model.objects.create_superuser(**names, password=password)
        return user
