"""`manage.py create_demo_data`, for the tenant “Demo”."""

from typing import Any

from django.db import transaction

from inventory.management.commands import create_demo_data
from tenants.demo import demo_tenant
from tenants.scope import use


class Command(create_demo_data.Command):
    """Fills the shop of the tenant “Demo”."""

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        """Add the data, and print how much was added."""
        with use(demo_tenant()):
            super().handle(**options)
