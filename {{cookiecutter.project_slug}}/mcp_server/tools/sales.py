"""Reports: orders and their state, figures of stock and sales, and the catalogue as CSV."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final

from django.core.cache import cache
from django.db.models import Count, DecimalField, F, Q, Sum
from django.utils import timezone
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from pydantic import Field

from inventory.catalogue import find_category, on_sale
from inventory.models import Category, Order, OrderLine
from inventory.tool_types import CategoryName, Money, Text
from mcp_server.permissions import permission_required
from mcp_server.toolkit.completion import completes
from mcp_server.toolkit.rows import given, page_of
from mcp_server.toolkit.tool_views import view
from mcp_server.toolkit.types import AwareDatetime
from operations.csv_export import as_it_was, csv_text

EXPORT_ROWS: Final = 1000
SECONDS_KEPT: Final = 300  # for which figures stay in the cache


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """An order in short. The total is a decimal number in a string."""

    id: int
    customer: str
    status: str
    created: datetime
    pieces: int
    total: Money


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list. get_order_status adds its pieces and total."""

    id: int
    customer: str
    status: str
    created: datetime


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of a list. Pass `after_id` to get the next page; it is null on the last page."""

    orders: list[OrderRow]
    after_id: int | None


@dataclass(frozen=True, slots=True)
class CategoryStock:
    """The stock of a category, and its value at today's prices."""

    category: str
    products: int
    sold_out: int
    pieces: int
    value: Money


@dataclass(frozen=True, slots=True)
class Seller:
    """The sales of a product in the period."""

    sku: str
    name: str
    pieces: int
    revenue: Money


@dataclass(frozen=True, slots=True)
class ProductStats:
    """The stock of each category, and the best sellers, as they were at the time `at`."""

    stock: list[CategoryStock]
    best_sellers: list[Seller]
    at: datetime


def register_sales_tools(mcp: FastMCP) -> None:
    """Add the tools that report on orders and products, and the prompt that uses them."""

    @mcp.tool(title="Get an order", annotations={"readOnlyHint": True, "openWorldHint": False})
    async def get_order_status(
        order_id: Annotated[int, Field(ge=1, description="Number of the order.")],
    ) -> OrderStatus:
        """Show the state of an order, when it was placed, how many pieces it has, and its total."""
        # An example of the async ORM (methods with "a"), for tools that also await something else.
        order = await (
            Order.objects.filter(pk=order_id)
            .annotate(
                pieces=Sum("lines__quantity", default=0),
                total=Sum(F("lines__quantity") * F("lines__unit_price"), default=Decimal(0)),
            )
            .values_list("id", "customer", "status", "created", "pieces", "total")
            .afirst()
        )
        if order is None:
            raise ToolError(f"There is no order with the number {order_id}.")
        return OrderStatus(*order)

    @mcp.tool(
        title="List orders",
        auth=permission_required("inventory.view_order"),
        annotations={"readOnlyHint": True, "openWorldHint": False},
    )
    def list_orders(  # noqa: PLR0913, PLR0917 - each is a filter
        customer: Annotated[Text | None, Field(description="A part of the customer's name.")] = None,
        status: Order.Status | None = None,
        since: AwareDatetime | None = None,
        before: AwareDatetime | None = None,
        after_id: Annotated[int | None, Field(ge=1, description="Continue after this order.")] = None,
        page_size: Annotated[int, Field(ge=1, le=100, description="Orders on a page.")] = 20,
    ) -> OrderPage:
        """Find orders by customer, state and time, the newest first, one page at a time.

        For the next page, call again with the `after_id` of the result. get_order_status shows more of an
        order.
        """
        filters = given(customer__icontains=customer, status=status, created__gte=since, created__lt=before)
        found, after = page_of(Order.objects.filter(**filters), "-created", after_id, page_size)
        rows = [OrderRow(order.pk, order.customer, order.status, order.created) for order in found]
        return OrderPage(rows, after)

    @mcp.tool(
        title="Product figures",
        annotations={"readOnlyHint": True, "openWorldHint": False},
        app=view("product_stats"),
    )
    def product_stats(
        category: CategoryName | None = None,
        days: Annotated[int, Field(ge=1, le=366, description="How many days to look back.")] = 30,
        best: Annotated[int, Field(ge=1, le=50, description="How many best sellers.")] = 5,
    ) -> ProductStats:
        """Sum up the stock of each category, and list the best sellers of the last days.

        Best sellers are ranked by revenue at the price paid; cancelled orders do not count. The figures
        may be some minutes old: `at` is their time.
        """
        shelf = find_category(category) if category else None
        # The query reads every sale of the period, whatever the indexes are, so the figures are cached.
        key = f"product_stats:{shelf.pk if shelf else 'all'}:{days}:{best}"
        stats: ProductStats | None = cache.get(key)
        if stats is None:
            stats = _stats(shelf, days, best)
            cache.set(key, stats, SECONDS_KEPT)
        return stats

    @mcp.tool(
        title="Export products as CSV",
        annotations={"readOnlyHint": True, "openWorldHint": False},
        output_schema=None,  # text only: structured content would send it a second time
    )
    def export_products(
        category: CategoryName | None = None,
        after_sku: Annotated[Text | None, Field(description="Continue after this SKU.")] = None,
    ) -> str:
        """Return the products on sale as CSV, in the order of their SKU, with a header line.

        A long list comes in parts: to get the next one, call again with the last SKU as after_sku,
        until the result has only the header.
        """
        products = on_sale(category)
        if after_sku:
            products = products.filter(sku__gt=as_it_was(after_sku))
        columns = products.values_list("sku", "name", "category__name", "price", "stock")
        return csv_text(["sku", "name", "category", "price", "stock"], columns[:EXPORT_ROWS])

    @mcp.prompt(title="Report on sales")
    def sales_report(category: str = "") -> str:
        """Write a report on the sales of the last month, and on what to do about them.

        Args:
            category: only this category, or all categories if empty.
        """
        scope = f"the category {category!r}" if category else "the whole catalogue"
        return (
            f"Write a sales report on {scope}. Call product_stats for the last 30 days and for the "
            "last 90. Say what sells better or worse than before, what ties up money on the shelf, "
            "and what is about to run out. End with three things to do. At most one page."
        )

    @completes("sales_report", "category")
    def category_names(typed: str) -> list[str]:
        names = Category.objects.values_list("name", flat=True)
        return [name for name in names if name.lower().startswith(typed.lower())]


def _stats(category: Category | None, days: int, best: int) -> ProductStats:
    products, now = on_sale(category), timezone.now()
    stock = (
        products.values_list("category__name")
        .annotate(
            products=Count("pk"),
            sold_out=Count("pk", filter=Q(stock=0)),
            pieces=Sum("stock"),
            value=Sum(F("stock") * F("price"), output_field=DecimalField()),
        )
        .order_by("category__name")
    )
    sold = (
        OrderLine.objects.filter(product__in=products, order__created__gte=now - timedelta(days=days))
        .exclude(order__status=Order.Status.CANCELLED)
        .values_list("product__sku", "product__name")
        .annotate(pieces=Sum("quantity"), revenue=Sum(F("quantity") * F("unit_price")))
        .order_by("-revenue", "product__sku")
    )
    return ProductStats(
        stock=[CategoryStock(*row) for row in stock],
        best_sellers=[Seller(*row) for row in sold[:best]],
        at=now,
    )
