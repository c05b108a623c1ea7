"""The demo shop: sixty products and two hundred orders, the same on every machine."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from django.utils import timezone

from inventory.models import Category, Order, OrderLine, Product

PRODUCTS: Final = Path(__file__).with_name("demo_products.csv")
CUSTOMERS: Final = (
    "Amara Okafor", "Benoît Laurent", "Chiara Rossi", "Daniel Novák", "Elif Demir", "Freya Larsen",
    "Goran Petrović", "Hana Suzuki", "Iker Etxeberria", "Jonas Weber", "Kavya Sharma", "Lucía Ortega",
)  # fmt: skip
ORDERS: Final = 200


def make_products() -> list[Product]:
    """Add the demo products that do not exist yet, and return those that were added."""
    wanted = list(_products())
    present = set(Product.objects.values_list("sku", flat=True))
    return Product.objects.bulk_create(product for product in wanted if product.sku not in present)


def make_orders() -> list[Order]:
    """Add the demo orders of the last hundred days, unless any order exists. Return those that were added."""
    if Order.objects.exists():
        return []
    now = timezone.now()
    orders = Order.objects.bulk_create(
        Order(
            customer=CUSTOMERS[number * 5 % len(CUSTOMERS)],
            status=_status(number),
            created=now - timedelta(hours=12 * number),
        )
        for number in reversed(range(ORDERS))
    )
    OrderLine.objects.bulk_create(_lines(orders))
    return orders


def _products() -> Iterator[Product]:
    with PRODUCTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            category, _ = Category.objects.get_or_create(name=row["category"])
            yield Product(
                sku=row["sku"],
                name=row["name"],
                category=category,
                price=Decimal(row["price"]),
                stock=int(row["stock"]),
            )


def _status(age: int) -> Order.Status:
    """Return a later state for older orders, and cancelled for one in twenty."""
    if age % 20 == 7:  # noqa: PLR2004
        return Order.Status.CANCELLED
    stages = ((6, Order.Status.PENDING), (14, Order.Status.PAID), (30, Order.Status.SHIPPED))
    return next((status for limit, status in stages if age < limit), Order.Status.DELIVERED)


def _lines(orders: list[Order]) -> Iterator[OrderLine]:
    products = list(Product.objects.order_by("sku"))
    for number, order in enumerate(orders):
        for line in range(1 + number % 4):
            product = products[(number * 7 + line * 11) % len(products)]
            yield OrderLine(
                order=order, product=product, quantity=1 + (number + line) % 3, unit_price=product.price
            )
