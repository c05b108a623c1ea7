"""What commands that create a user have in common: the groups it joins."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model

from accounts.models import User


class NewUserCommand(BaseCommand):
    """A command that creates a user. An app may extend it."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options that say where a new user belongs."""
        parser.add_argument(
            "--group", action="append", default=[], metavar="NAME", help="a group to join, which must exist"
        )

    def join(self, user: User, options: dict[str, Any]) -> None:
        """Add `user` to the groups in `options`. Raises CommandError for one that does not exist."""
        user.groups.add(*find(Group, "name", options["group"]))


def find(model: type[Model], field: str, values: list[str]) -> list[Any]:
    """Return the rows whose `field` has one of `values`. Raises CommandError for a value that no row has."""
    found = {getattr(row, field): row for row in model._default_manager.filter(**{f"{field}__in": values})}  # noqa: SLF001 - public, documented API
    for value in values:
        if value not in found:
            raise CommandError(f"There is no {model._meta.verbose_name} {value!r}: create it in the admin.")  # noqa: SLF001
    return list(found.values())
