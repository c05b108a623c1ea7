"""Tools for the shop of the tenant of a connection: figures, export and demo data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import Avg, DecimalField, F, QuerySet, Sum
from django.utils import timezone
from fastmcp import Context, FastMCP
from pydantic import Field

from inventory.catalogue import ProductRow, rows
from inventory.demo import make_orders, make_products
from inventory.models import Order, OrderLine, Product
from inventory.tool_types import Money
from mcp_server.permissions import permission_required
from operations.csv_export import csv_text
from tenants import scope
from tenants.models import Membership

DAYS: Final = {"week": 7, "month": 30, "quarter": 91, "year": 365}
BEST: Final = 5
EXPORT_ROWS: Final = 1000
type Exported = Product | Order | OrderLine
EXPORTED: Final[dict[str, tuple[type[Exported], tuple[str, ...]]]] = {
    "products": (Product, ("sku", "name", "category__name", "price", "stock", "active")),
    "orders": (Order, ("id", "customer", "status", "created")),
    "order_lines": (OrderLine, ("order_id", "product__sku", "quantity", "unit_price")),
}

type Period = Literal["week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Prices:
    """Figures of the catalogue. Amounts are decimal numbers in strings."""

    products: int
    active: int
    sold_out: int
    pieces: int
    average_price: Money
    value: Money


@dataclass(frozen=True, slots=True)
class TenantStats:
    """Four figures of the tenant. Cancelled orders do not count."""

    users: int
    products: int
    orders: int
    revenue: Money


@dataclass(frozen=True, slots=True)
class Sales:
    """The sales of a period."""

    orders: int
    revenue: Money
    average_order: Money


@dataclass(frozen=True, slots=True)
class Insights:
    """A period compared with the one before it, and the products with the most revenue."""

    begins: datetime
    now: Sales
    before: Sales
    change_percent: float | None
    best_products: list[str]
    sold_out: list[str]


@dataclass(frozen=True, slots=True)
class Export:
    """The tables of the shop, as lists of rows or as CSV. `cut_off` names the tables that have more rows."""

    tenant: str
    tables: dict[str, Any]
    cut_off: list[str]


@dataclass(frozen=True, slots=True)
class Added:
    """How much demo data was added."""

    products: int
    orders: int


def register_inventory_tools(mcp: FastMCP) -> None:
    """Add the tools to `mcp`."""

    @mcp.tool(title="Products of this tenant", annotations={"readOnlyHint": True, "openWorldHint": False})
    def get_tenant_products(
        limit: Annotated[int, Field(ge=1, le=500, description="Most products to return.")] = 50,
    ) -> list[ProductRow]:
        """List products of this tenant in the order of their SKU, including those that are no longer sold."""
        return rows(Product.objects.order_by("sku")[:limit])

    @mcp.tool(title="Catalogue figures", annotations={"readOnlyHint": True, "openWorldHint": False})
    def get_product_stats() -> Prices:
        """Sum up the catalogue of this tenant: how many products, pieces, their average price and value.

        For best sellers and figures by category, use product_stats.
        """
        products = Product.objects.all()
        sums = products.aggregate(
            pieces=Sum("stock", default=0),
            average_price=Avg("price", default=Decimal(0)),
            value=Sum(F("stock") * F("price"), default=Decimal(0), output_field=DecimalField()),
        )
        return Prices(
            products=products.count(),
            active=products.filter(active=True).count(),
            sold_out=products.filter(active=True, stock=0).count(),
            **sums,
        )

    @mcp.tool(title="Tenant figures", annotations={"readOnlyHint": True, "openWorldHint": False})
    def get_tenant_stats() -> TenantStats:
        """Count the users, products and orders of this tenant, and sum up its revenue."""
        sales = _sales(_sold())
        users = Membership.objects.filter(tenant=scope.current()).count()
        return TenantStats(users, Product.objects.count(), sales.orders, sales.revenue)

    @mcp.tool(title="Business insights", annotations={"readOnlyHint": True, "openWorldHint": False})
    def get_business_insights(period: Period = "month") -> Insights:
        """Compare the sales of the last week, month, quarter or year with the period before.

        Also lists the products with the most revenue, and those on sale that are sold out.
        """
        length, end = timedelta(days=DAYS[period]), timezone.now()
        begins = end - length
        current = _sold().filter(order__created__gte=begins)
        now = _sales(current)
        before = _sales(_sold().filter(order__created__gte=begins - length, order__created__lt=begins))
        best = current.values("product__name").annotate(revenue=Sum(F("quantity") * F("unit_price")))
        return Insights(
            begins=begins,
            now=now,
            before=before,
            change_percent=_change(before.revenue, now.revenue),
            best_products=list(best.order_by("-revenue").values_list("product__name", flat=True)[:BEST]),
            sold_out=list(Product.objects.filter(active=True, stock=0).values_list("name", flat=True)[:BEST]),
        )

    @mcp.tool(
        title="Export the data of this tenant",
        auth=permission_required("inventory.view_order"),
        annotations={"readOnlyHint": True, "openWorldHint": False},
    )
    async def export_tenant_data(ctx: Context, format: Literal["json", "csv"] = "json") -> Export:  # noqa: A002 - what clients call it
        """Export products, orders and order lines of this tenant, each as rows (json) or as CSV.

        Each has at most 1000 rows, the oldest first. Progress names each table that is done.
        """
        tables, cut_off = {}, []
        for done, (name, (model, columns)) in enumerate(EXPORTED.items(), start=1):
            found = await sync_to_async(_read)(model, columns)
            if len(found) > EXPORT_ROWS:
                cut_off.append(name)
            tables[name] = _csv(columns, found) if format == "csv" else found[:EXPORT_ROWS]
            await ctx.report_progress(done, len(EXPORTED), f"{name} is done")
        return Export(scope.current().slug, tables, cut_off)

    @mcp.tool(
        title="Create demo data",
        auth=permission_required("inventory.add_product"),
        annotations={"destructiveHint": False, "idempotentHint": True, "openWorldHint": False},
    )
    def create_demo_data() -> Added:
        """Add demo products and orders to the shop of this tenant. Existing data does not change."""
        with transaction.atomic():
            return Added(len(make_products()), len(make_orders()))


def _sold() -> QuerySet[OrderLine]:
    return OrderLine.objects.exclude(order__status=Order.Status.CANCELLED)


def _sales(lines: QuerySet[OrderLine]) -> Sales:
    orders = lines.values("order").distinct().count()
    revenue = lines.aggregate(sum=Sum(F("quantity") * F("unit_price"), default=Decimal(0)))["sum"]
    return Sales(orders, revenue, revenue / orders if orders else Decimal(0))


def _change(before: Decimal, now: Decimal) -> float | None:
    return round(float(now / before - 1) * 100, 1) if before else None


def _read(model: type[Exported], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return at most one row more than is exported, to know whether there are more."""
    return list(model.objects.order_by("pk").values(*columns)[: EXPORT_ROWS + 1])


def _csv(columns: Sequence[str], found: list[dict[str, Any]]) -> str:
    return csv_text(columns, (row.values() for row in found[:EXPORT_ROWS]))
