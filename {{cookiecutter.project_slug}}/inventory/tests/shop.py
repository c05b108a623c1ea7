"""Helpers for the tests of the shop and its tools."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from inventory.models import Category, Order, OrderLine, Product


def make_product(sku: str = "MUG-1", *, category: str = "Kitchen", **values: Any) -> Product:
    """Save a product, and its category if it does not exist."""
    shelf, _ = Category.objects.get_or_create(name=category)
    values = {"name": "Tin mug", "price": "9.90", "stock": 5} | values
    return Product.objects.create(sku=sku, category=shelf, **values)


def make_order(
    *lines: tuple[Product, int], status: Order.Status = Order.Status.PAID, days_ago: int = 0
) -> Order:
    """Save an order with a line for each product and its quantity."""
    created = timezone.now() - timedelta(days=days_ago)
    order = Order.objects.create(customer="Ada", status=status, created=created)
    for product, quantity in lines:
        OrderLine.objects.create(order=order, product=product, quantity=quantity, unit_price=product.price)
    return order
