"""The tools of the example."""

from inventory.models import Category, Order, OrderLine, Product, StockAdjustment
from tenants.tests.isolation.theirs import SECRET, Calls, Reads, Theirs


def fill(theirs: Theirs) -> None:
    theirs.category = Category.objects.create(name=f"Umbrellas {SECRET}")
    theirs.product = Product.objects.create(
        sku="GLX-1",
        name=f"Umbrella {SECRET}",
        category=theirs.category,
        price="7.77",
        stock=3,
        description=SECRET,
        created_by=theirs.member,
    )
    theirs.order = Order.objects.create(customer=f"Carla {SECRET}", status=Order.Status.PAID)
    OrderLine.objects.create(order=theirs.order, product=theirs.product, quantity=2, unit_price="7.77")
    StockAdjustment.objects.create(product=theirs.product, change=3, reason=SECRET, user=theirs.user)


CALLS: Calls = {
    # products
    "create_product": lambda _: {"sku": "GLX-1", "name": "x", "category": "Umbrellas", "price": "1"},
    "get_product": lambda theirs: {"product_id": theirs.product.pk},
    "get_product_count": lambda _: {"category": "Umbrellas"},
    "list_products": lambda _: {},
    "search_products": lambda _: {"query": "Umbrella"},
    # research
    "fetch": lambda theirs: {"id": f"product-{theirs.product.pk}"},
    "search": lambda _: {"query": "Umbrella"},
    # sales
    "export_products": lambda _: {},
    "get_order_status": lambda theirs: {"order_id": theirs.order.pk},
    "list_orders": lambda _: {"customer": "Carla"},
    "product_stats": lambda _: {},
    # stock
    "adjust_stock": lambda theirs: {"product_id": theirs.product.pk, "change": -1, "reason": "x"},
    "bulk_update_prices": lambda _: {"percent": 10},
    # tenant_shop
    "create_demo_data": lambda _: {},
    "export_tenant_data": lambda _: {"format": "csv"},
    "get_business_insights": lambda _: {},
    "get_product_stats": lambda _: {},
    "get_tenant_products": lambda _: {},
    "get_tenant_stats": lambda _: {},
}
READS: Reads = {
    "inventory://categories": lambda _: "inventory://categories",
    "inventory://schema": lambda _: "inventory://schema",
    "inventory://style-guide": lambda _: "inventory://style-guide",
    "product://{id}": lambda theirs: f"product://{theirs.product.pk}",
}
PROMPTS: Calls = {
    "sales_report": lambda _: {},
    "stock_review": lambda _: {},
}
