"""`manage.py invite_user EMAIL [--staff] [--group NAME]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction

from accounts import mail
from accounts.invitations import invite
from accounts.management.new_user import NewUserCommand
from accounts.models import User


class Command(NewUserCommand):
    """Prints nothing but the link on standard output, so that a script can read it."""

    help = "Create a user, unless one exists, and print the link with which they set a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--staff", action="store_true", help="let them into the admin")
        super().add_arguments(parser)

    def handle(self, **options: Any) -> None:
        with transaction.atomic():
            user = User.objects.filter(email=options["email"].strip()).first()
            if user is None:
                user = User(email=options["email"].strip(), is_staff=options["staff"])
                user.set_unusable_password()
                try:
                    user.full_clean(exclude=["password"])
                except ValidationError as error:
                    raise CommandError(" ".join(error.messages)) from error
                user.save()
            if user.is_service or not user.is_active:
                raise CommandError(f"{user} cannot sign in: this is a service account or an inactive user.")
            self.join(user, options)
            link = invite(user)
        mail.wait()
        self.stderr.write("With this link, they set their password, once:", self.style.NOTICE)
        self.stdout.write(link)
