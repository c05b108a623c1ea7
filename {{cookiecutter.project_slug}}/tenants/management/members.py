"""Tenants as arguments of commands."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.management.new_user import NewUserCommand, find
from operations.users import User
from tenants.models import Membership, Tenant


class WithTenants(NewUserCommand):
    """Adds the option --tenant to a command that creates a user."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--tenant", action="append", default=[], metavar="SLUG", help="a tenant to join")

    def join(self, user: User, options: dict[str, Any]) -> None:
        for tenant in find(Tenant, "slug", options["tenant"]):
            Membership.objects.get_or_create(tenant=tenant, user=user)
        super().join(user, options)


def find_tenant(user: User, slug: str | None) -> Tenant | None:
    """Return the tenant of `user` with this slug, or None without a slug.

    Raises CommandError if there is none.
    """
    tenant = user.tenants.filter(slug=slug).first()
    if slug and tenant is None:
        raise CommandError(f"{user.get_username()} is not a member of a tenant with the slug {slug!r}.")
    return tenant
