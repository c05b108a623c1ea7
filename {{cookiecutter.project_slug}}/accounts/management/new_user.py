"""What the commands that make a user have in common: where it belongs."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import CommandError
from django.db.models import Model

# % if cookiecutter.multi_tenancy
from accounts.models import User
from tenants.models import Membership, Tenant


# % else
from accounts.models import User


# % endif
def add_arguments(parser: ArgumentParser) -> None:
    """Add what says where a new user belongs."""
    # % if cookiecutter.multi_tenancy
    parser.add_argument(
        "--tenant", action="append", default=[], metavar="SLUG", help="a tenant of which it is a member"
    )
    # % endif
    parser.add_argument(
        "--group", action="append", default=[], metavar="NAME", help="a group of it, which must exist"
    )


def join(user: User, options: dict[str, Any]) -> None:
    """Put `user` where `options` say. Raises CommandError for what is not there."""
    # % if cookiecutter.multi_tenancy
    for tenant in _find(Tenant, "slug", options["tenant"]):
        Membership.objects.get_or_create(tenant=tenant, user=user)
    # % endif
    user.groups.add(*_find(Group, "name", options["group"]))


def _find(model: type[Model], field: str, values: list[str]) -> list[Any]:
    found = {getattr(row, field): row for row in model._default_manager.filter(**{f"{field}__in": values})}  # noqa: SLF001 - public, documented API
    for value in values:
        if value not in found:
            raise CommandError(f"There is no {model._meta.verbose_name} {value!r}: make it in the admin.")  # noqa: SLF001
    return list(found.values())
