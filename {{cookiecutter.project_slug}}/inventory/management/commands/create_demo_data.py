"""`manage.py create_demo_data`."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from inventory.demo import make_orders, make_products


class Command(BaseCommand):
    """Fills an empty shop; run again, it adds only what is missing and changes nothing."""

    help = "Add the products and orders of the demo shop. What is there already stays as it is."

    @transaction.atomic
    def handle(self, **_options: Any) -> None:
        """Add the data and say how much there was to add."""
        products, orders = make_products(), make_orders()
        self.stdout.write(f"Demo data: added {len(products)} products and {len(orders)} orders.")
