"""What the commands that make a user have in common: the groups and tenants it gets."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management.base import CommandError
from django.db.models import Model

from accounts.models import User


def add_arguments(parser: ArgumentParser) -> None:
    """Add what says where a new user belongs."""
    parser.add_argument(
        "--group", action="append", default=[], metavar="NAME", help="a group of it, which must exist"
    )
    if apps.is_installed("tenants"):
        parser.add_argument(
            "--tenant", action="append", default=[], metavar="SLUG", help="a tenant of which it is a member"
        )


def join(user: User, options: dict[str, Any]) -> None:
    """Put `user` into the groups and tenants of `options`. Raises CommandError for one that is not there."""
    user.groups.add(*_find(Group, "name", options["group"]))
    if options.get("tenant"):
        for tenant in _find(apps.get_model("tenants", "Tenant"), "slug", options["tenant"]):
            apps.get_model("tenants", "Membership").objects.get_or_create(tenant=tenant, user=user)


def _find(model: type[Model], field: str, values: list[str]) -> list[Any]:
    found = {getattr(row, field): row for row in model._default_manager.filter(**{f"{field}__in": values})}  # noqa: SLF001 - public, documented API
    for value in values:
        if value not in found:
            raise CommandError(f"There is no {model._meta.verbose_name} {value!r}: make it in the admin.")  # noqa: SLF001
    return list(found.values())
