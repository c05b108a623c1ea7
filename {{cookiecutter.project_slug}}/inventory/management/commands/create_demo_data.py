"""`manage.py create_demo_data` fills the example shop."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from inventory.demo import make_orders, make_products


class Command(BaseCommand):
    """Adds only what is missing, so that it can run again."""

    help = "Add the products and orders of the demo shop. Existing data does not change."

    @transaction.atomic
    def handle(self, **_options: Any) -> None:
        """Add the data, and print how much was added."""
        products, orders = make_products(), make_orders()
        self.stdout.write(f"Demo data: added {len(products)} products and {len(orders)} orders.")
