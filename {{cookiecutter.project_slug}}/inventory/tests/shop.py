"""What the tests of the shop and its tools begin with."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone
from fastmcp import Client

from accounts.models import User
from inventory.models import Category, Order, OrderLine, Product


def make_product(sku: str = "MUG-1", *, category: str = "Kitchen", **values: Any) -> Product:
    """Save a product, and its category when that is new."""
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


def permit(user: User, codename: str) -> None:
    """Give the user a permission of the inventory, such as "change_product"."""
    user.user_permissions.add(Permission.objects.get(content_type__app_label="inventory", codename=codename))


async def refusal(client: Client[Any], tool: str, **arguments: object) -> str:
    """Call a tool that has to refuse, and return what it says."""
    result = await client.call_tool(tool, arguments, raise_on_error=False)
    assert result.is_error, f"{tool} accepted {arguments}"
    return str(result.content[0].text)
