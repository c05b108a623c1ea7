"""`manage.py create_service_account NAME [--group NAME] [--tools A,B]`: a user for an agent of your own."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.validators import validate_slug
from django.db import transaction

from accounts.management.new_user import NewUserCommand
from accounts.models import SERVICE_DOMAIN, User


class Command(NewUserCommand):
    """Prints nothing but the token on standard output, so that a script can read it."""

    help = "Create a user without a password for a program, and print its first token."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help=f"its address will be NAME@{SERVICE_DOMAIN}")
        super().add_arguments(parser)
        parser.add_argument("--tools", metavar="A,B", help="limit the token to these tools")
        parser.add_argument("--expires-days", type=int, metavar="N", help="default: it does not expire")

    def handle(self, **options: Any) -> None:
        try:
            validate_slug(options["name"])
        except ValidationError as error:
            raise CommandError("NAME may have only letters, digits, hyphens and underscores.") from error
        email = f"{options['name'].lower()}@{SERVICE_DOMAIN}"
        if User.objects.filter(email=email).exists():
            raise CommandError(
                f"{email} already exists: create another token with create_mcp_token --user {email}."
            )
        with transaction.atomic():
            user = User.objects.create_user(email=email, is_service=True)
            self.join(user, options)
            call_command(
                "create_mcp_token",
                user=email,
                name=options["name"],
                tools=options["tools"],
                expires_days=options["expires_days"],
                stdout=self.stdout,
                stderr=self.stderr,
            )
