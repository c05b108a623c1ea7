"""What the commands that make a user have in common: where it belongs."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model

from accounts.models import User


class NewUserCommand(BaseCommand):
    """The base of these commands."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what says where a new user belongs."""
        parser.add_argument(
            "--group", action="append", default=[], metavar="NAME", help="a group of it, which must exist"
        )

    def join(self, user: User, options: dict[str, Any]) -> None:
        """Put `user` where `options` say. Raises CommandError for what is not there."""
        user.groups.add(*find(Group, "name", options["group"]))


def find(model: type[Model], field: str, values: list[str]) -> list[Any]:
    """Return the rows with these values of a field. Raises CommandError for a value that no row has."""
    found = {getattr(row, field): row for row in model._default_manager.filter(**{f"{field}__in": values})}  # noqa: SLF001 - public, documented API
    for value in values:
        if value not in found:
            raise CommandError(f"There is no {model._meta.verbose_name} {value!r}: make it in the admin.")  # noqa: SLF001
    return list(found.values())
