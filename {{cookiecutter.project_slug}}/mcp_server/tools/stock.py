"""Tools that change the stock of one product, or the prices of many."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Round
from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from pydantic import Field

from inventory.catalogue import find_category
from inventory.models import Category, Product, StockAdjustment
from inventory.tool_types import MAX_PRICE, MAX_STOCK, CategoryName, Text
from mcp_server.context import CurrentUser
from mcp_server.permissions import permission_required
from operations.users import User

LOW_STOCK: Final = 10
LISTED: Final = 50  # products in the text of a prompt

REVIEW: Final = f"""\
Review the stock of our shop. The products on sale with fewer than {LOW_STOCK} pieces are listed below,
the lowest first. Call product_stats to see which of them sell, then say which to reorder now, which
can wait and which to drop, in a short table with a reason for each. Change nothing yourself."""


@dataclass(frozen=True, slots=True)
class AdjustedStock:
    """The change that was made, and the stock after it."""

    product_id: int
    sku: str
    change: int
    stock: int


@dataclass(frozen=True, slots=True)
class UpdatedPrices:
    """How many prices were changed, and in which categories."""

    percent: Decimal
    products: int
    categories: list[str]


def register_stock_tools(mcp: FastMCP) -> None:
    """Add the tools that change products, and the prompt that reviews their stock."""

    @mcp.tool(
        title="Adjust stock",
        auth=permission_required("inventory.change_product"),
        annotations={"destructiveHint": True, "idempotentHint": False, "openWorldHint": False},
        meta={"audit": ["product_id", "change"]},
    )
    def adjust_stock(
        product_id: Annotated[int, Field(ge=1, description="The id that list_products gives.")],
        change: Annotated[
            int,
            Field(ge=-MAX_STOCK, le=MAX_STOCK, description="Pieces to add; negative to remove."),
        ],
        reason: Annotated[Text, Field(description="Why, for the history: 'damaged in transit'.")],
        user: User = CurrentUser(),
    ) -> AdjustedStock:
        """Add pieces to the stock of a product, or remove pieces.

        `change` is the difference, not the new stock: calling twice changes the stock twice. A call
        that would remove more pieces than there are is refused, and changes nothing. Each change is
        recorded with its reason and the user.
        """
        if change == 0:
            raise ToolError("A change of 0 changes nothing: give the pieces to add or to remove.")
        with transaction.atomic():
            # The lock on the row prevents another change between reading and writing the stock. SQLite locks
            # the whole database instead.
            product = Product.objects.select_for_update().filter(pk=product_id).first()
            if product is None:
                raise ToolError(f"There is no product with the id {product_id}.")
            there_are = f"There are {product.stock} pieces of {product.name} in stock"
            if product.stock + change < 0:
                raise ToolError(f"{there_are}: {-change} cannot be removed.")
            if product.stock + change > MAX_STOCK:
                raise ToolError(f"{there_are}: {change} more would exceed {MAX_STOCK}.")
            product.stock += change
            product.save(update_fields=["stock"])
            # The key rather than the user, because with MCP_REQUIRE_AUTH=False the user is anonymous.
            StockAdjustment.objects.create(product=product, change=change, reason=reason, user_id=user.pk)
        return AdjustedStock(product.pk, product.sku, change, product.stock)

    @mcp.tool(
        title="Change prices by a percentage",
        auth=permission_required("inventory.change_product"),
        annotations={"destructiveHint": True, "idempotentHint": False, "openWorldHint": False},
        meta={"confirm": True, "audit": ["percent", "category"]},
    )
    async def bulk_update_prices(
        ctx: Context,
        percent: Annotated[
            Decimal,
            Field(ge=-90, le=100, decimal_places=2, description="5 raises by 5%, -10 lowers by 10%."),
        ],
        category: CategoryName | None = None,
    ) -> UpdatedPrices:
        """Raise or lower the prices of all products on sale, or of one category, by a percentage.

        Prices are rounded to cents. The categories are changed one after the other, and progress
        names each one that is done. If the call fails halfway, these keep their new prices: check the
        prices before you call again. This cannot be undone.
        """
        categories = await sync_to_async(_categories_to_reprice)(percent, category)
        products = 0
        for done, shelf in enumerate(categories, start=1):
            on_shelf = Product.objects.filter(category=shelf, active=True)
            new_price = Round(F("price") * (1 + percent / 100), precision=2)
            products += await on_shelf.aupdate(price=new_price)
            await ctx.report_progress(done, len(categories), f"{shelf.name} is done")
        return UpdatedPrices(percent, products, [shelf.name for shelf in categories])

    @mcp.prompt(title="Review the stock")
    def stock_review() -> str:
        """Decide what to reorder, starting from the products that run low."""
        low = Product.objects.filter(active=True, stock__lt=LOW_STOCK).order_by("stock", "sku")
        lines = [
            f"- {name} ({sku}): {stock} left"
            for sku, name, stock in low.values_list("sku", "name", "stock")[:LISTED]
        ]
        return "\n".join([REVIEW, "", *(lines or ["- none"])])


def _categories_to_reprice(percent: Decimal, category: str | None) -> list[Category]:
    """Return the named category, or all categories. Raises ToolError if a new price would be too high."""
    categories = [find_category(category)] if category else list(Category.objects.all())
    products = Product.objects.filter(category__in=categories, active=True)
    highest = products.order_by("-price").values_list("price", flat=True).first() or Decimal(0)
    if highest * (1 + percent / 100) > MAX_PRICE:
        raise ToolError(f"A price of {highest} raised by {percent}% would exceed {MAX_PRICE}.")
    return categories
