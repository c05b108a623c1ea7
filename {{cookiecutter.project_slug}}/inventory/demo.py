"""The demo shop: sixty products and two hundred orders, the same on every machine."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from inventory.models import Category, Order, OrderLine, Product

CATALOGUE: Final = {
    "Bicycle": {
        "Brass bell": "12.90",
        "Chain lock 90 cm": "34.50",
        "Floor pump": "29.00",
        "Front light 60 lux": "49.90",
        "Handlebar bag": "39.00",
        "Inner tube 28 inch": "6.50",
        "Pannier 20 l": "64.00",
        "Rear light": "19.90",
        "Repair kit": "8.90",
        "Water bottle 0.7 l": "11.00",
    },
    "Camping": {
        "Camp stove": "44.90",
        "Dry bag 15 l": "17.50",
        "Folding chair": "36.00",
        "Gas cartridge 230 g": "5.90",
        "Hammock": "42.00",
        "Head torch": "27.90",
        "Sleeping bag": "98.00",
        "Sleeping mat": "59.00",
        "Tent for two": "189.00",
        "Tin mug": "7.90",
    },
    "Garden": {
        "Bypass secateurs": "24.90",
        "Compost bin 300 l": "69.00",
        "Digging fork": "38.50",
        "Flower pot 24 cm": "9.90",
        "Garden hose 20 m": "32.00",
        "Leaf rake": "18.90",
        "Plant labels, 50": "4.50",
        "Spade": "41.00",
        "Tomato seeds": "2.90",
        "Watering can 10 l": "21.50",
    },
    "Kitchen": {
        "Bread knife": "28.00",
        "Cast iron pan 28 cm": "54.90",
        "Chopping board, oak": "31.50",
        "Coffee grinder": "79.00",
        "Enamel pot 3 l": "46.00",
        "Kitchen scales": "22.90",
        "Mixing bowl": "14.50",
        "Peeler": "5.50",
        "Tea towel, linen": "8.00",
        "Wooden spoon": "3.90",
    },
    "Office": {
        "Ballpoint pen, blue": "1.20",
        "Desk lamp": "58.00",
        "Desk, oak": "349.00",
        "Document tray": "13.90",
        "Envelopes, 100": "9.50",
        "Hole punch": "11.90",
        "Notebook A5": "4.90",
        "Office chair": "229.00",
        "Ring binder": "3.50",
        "Stapler": "10.90",
    },
    "Toys": {
        "Building blocks, 100": "39.90",
        "Card game": "9.90",
        "Doll's house": "119.00",
        "Jigsaw, 500 pieces": "15.90",
        "Kite": "22.00",
        "Marbles, 25": "5.90",
        "Paint box": "12.50",
        "Skipping rope": "7.50",
        "Wooden train": "44.00",
        "Yo-yo": "6.90",
    },
}
CUSTOMERS: Final = (
    "Amara Okafor", "Benoît Laurent", "Chiara Rossi", "Daniel Novák", "Elif Demir", "Freya Larsen",
    "Goran Petrović", "Hana Suzuki", "Iker Etxeberria", "Jonas Weber", "Kavya Sharma", "Lucía Ortega",
)  # fmt: skip
ORDERS: Final = 200


def make_products() -> list[Product]:
    """Add the demo products that are not there yet, and return those it added."""
    wanted = list(_products())
    present = set(Product.objects.values_list("sku", flat=True))
    return Product.objects.bulk_create(product for product in wanted if product.sku not in present)


def make_orders() -> list[Order]:
    """Add the demo orders of the last hundred days, unless there are orders already."""
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
    for name, products in CATALOGUE.items():
        category, _ = Category.objects.get_or_create(name=name)
        for number, (product, price) in enumerate(products.items(), start=1):
            yield Product(
                sku=f"{name[:3].upper()}-{number:03}",
                name=product,
                category=category,
                price=Decimal(price),
                stock=max(0, len(product) * number * 7 % 97 - 5),  # any mix of many, few and none
            )


def _status(age: int) -> Order.Status:
    """Older orders have come further; one in twenty is cancelled."""
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
