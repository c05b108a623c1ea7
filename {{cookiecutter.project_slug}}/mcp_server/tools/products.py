"""The catalogue: listing, searching and adding products, and the resources to read it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from django.db.models import Count, Q
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from pydantic import Field, TypeAdapter

import inventory
from inventory.catalogue import ProductRow, WholeProduct, find_category, find_product, named, on_sale, rows
from inventory.models import Category, Product
from inventory.schema import describe_models
from inventory.tool_types import MAX_STOCK, CategoryName, Description, InStockOnly, Price, Sku, Text
from mcp_server.context import CurrentUser
from mcp_server.errors import NoSuchResourceError
from mcp_server.permissions import permission_required
from mcp_server.toolkit.completion import MAX_VALUES, begins_with, completes
from mcp_server.toolkit.tool_views import view
from operations.users import User

STYLE_GUIDE: Final = Path(inventory.__file__).with_name("style_guide.md")
MAX_COUNTED: Final = 100_000  # counting a million takes a tenth of a second


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One page of a list. Pass `after_sku` to get the next page; it is null on the last page."""

    products: list[ProductRow]
    after_sku: str | None


# Results are objects rather than lists or numbers, which some clients show to the model twice.


@dataclass(frozen=True, slots=True)
class FoundProducts:
    """The products that were found, in no particular order."""

    products: list[ProductRow]


@dataclass(frozen=True, slots=True)
class ProductCount:
    """How many products are on sale."""

    products: Annotated[int, Field(le=MAX_COUNTED, description=f"{MAX_COUNTED} means that many or more.")]


def register_products_tools(mcp: FastMCP) -> None:
    """Add the tools and resources of the catalogue."""

    @mcp.tool(title="List products", annotations={"readOnlyHint": True, "openWorldHint": False})
    def list_products(
        category: CategoryName | None = None,
        in_stock_only: InStockOnly = False,
        after_sku: Annotated[Text | None, Field(description="Continue after this SKU.")] = None,
        page_size: Annotated[int, Field(ge=1, le=100, description="Products on a page.")] = 20,
    ) -> ProductPage:
        """List the products on sale in the order of their SKU, one page at a time.

        Give a category to see only its products. For the next page, call again with the `after_sku` of
        the result. To find a product by its name, use search_products instead.
        """
        # There are no page numbers, because an OFFSET reads all rows before it, and shifts when rows are
        # added.
        products = on_sale(category, in_stock_only=in_stock_only)
        if after_sku:
            products = products.filter(sku__gt=after_sku)
        found = rows(products[: page_size + 1])  # one more than a page, to know whether there is a next page
        return ProductPage(found[:page_size], found[page_size - 1].sku if len(found) > page_size else None)

    @mcp.tool(title="Search products", annotations={"readOnlyHint": True, "openWorldHint": False})
    def search_products(
        query: Annotated[Text, Field(description="Words or parts of words.")],
        in_stock_only: InStockOnly = False,
        limit: Annotated[int, Field(ge=1, le=50, description="Most products to return.")] = 10,
    ) -> FoundProducts:
        """Find products on sale by name, SKU or category.

        A product matches if each word of the query is a part of its name, SKU or category, in upper or
        lower case. Use few words: "desk oak" rather than a sentence.
        """
        products = named(query)
        if in_stock_only:
            products = products.filter(stock__gt=0)
        return FoundProducts(rows(products[:limit]))

    @mcp.tool(
        title="Show a product",
        annotations={"readOnlyHint": True, "openWorldHint": False},
        app=view("product_card"),
    )
    def get_product(
        product_id: Annotated[int, Field(ge=1, description="The id that list_products gives.")],
    ) -> WholeProduct:
        """Show one product on sale: its SKU, category, price, stock and description, and who added it.

        Some clients draw it as a card on which the user can adjust the stock.
        """
        found = find_product(product_id)
        if found is None:
            raise ToolError(f"No product on sale has the id {product_id}.")
        return found

    @mcp.tool(title="Count products", annotations={"readOnlyHint": True, "openWorldHint": False})
    def get_product_count(
        category: CategoryName | None = None,
        in_stock_only: InStockOnly = False,
    ) -> ProductCount:
        """Count the products on sale, in all categories or in one. This is cheaper than listing them.

        It counts to 100000 at most: that number means that many or more.
        """
        products = on_sale(category, in_stock_only=in_stock_only).order_by()
        return ProductCount(products[:MAX_COUNTED].count())

    @mcp.tool(
        title="Add a product",
        auth=permission_required("inventory.add_product"),
        annotations={"destructiveHint": False, "idempotentHint": False, "openWorldHint": False},
    )
    def create_product(  # noqa: PLR0913, PLR0917 - the fields of a product
        sku: Sku,
        name: Text,
        category: CategoryName,
        price: Price,
        stock: Annotated[int, Field(ge=0, le=MAX_STOCK, description="Pieces at hand.")] = 0,
        description: Description = "",
        user: User = CurrentUser(),
    ) -> WholeProduct:
        """Add a product to the catalogue, in an existing category.

        inventory://style-guide says how to write names and descriptions. A SKU that is already taken is
        refused, and nothing changes. To change the stock of an existing product, use adjust_stock.
        """
        shelf = find_category(category)
        product, created = Product.objects.get_or_create(
            sku=sku,
            defaults={
                "name": name,
                "category": shelf,
                "price": price,
                "stock": stock,
                "description": description,
                # The key rather than the user, because with MCP_REQUIRE_AUTH=False the user is anonymous.
                "created_by_id": user.pk,
            },
        )
        if not created:
            raise ToolError(f"The SKU {sku} is taken by {product.name!r} (id {product.pk}).")
        added_by = user.get_username() or None
        return WholeProduct(product.pk, sku, name, shelf.name, price, stock, description, added_by)

    @mcp.resource("product://{id}", title="Product", mime_type="application/json")
    def product(id: str) -> str:  # noqa: A002 - the name in the URI template
        """A product on sale, by its id."""
        # Not an int, because FastMCP reports a text that is no number as an error of the server.
        found = find_product(id) if re.fullmatch("[0-9]{1,18}", id) else None
        if found is None:
            raise NoSuchResourceError(f"product://{id}", f"No product on sale has the id {id!r}.")
        return TypeAdapter(WholeProduct).dump_json(found).decode()

    @completes("product://{id}", "id")
    def product_ids(typed: str) -> list[str]:
        if typed and not re.fullmatch("[1-9][0-9]{0,17}", typed):
            return []
        ids = on_sale().filter(begins_with("pk", typed)).order_by("pk")
        return [str(pk) for pk in ids.values_list("pk", flat=True)[: MAX_VALUES + 1]]

    @mcp.resource("inventory://categories", title="Categories", mime_type="application/json")
    def categories() -> str:
        """Every category, with the number of its products on sale."""
        on_sale_count = Count("products", filter=Q(products__active=True))
        counts = Category.objects.annotate(count=on_sale_count).order_by("name").values_list("name", "count")
        return json.dumps([{"name": name, "products": count} for name, count in counts])

    @mcp.resource("inventory://style-guide", title="Style guide", mime_type="text/markdown")
    def style_guide() -> str:
        """How this shop names and describes its products. Read it before you add one."""
        return STYLE_GUIDE.read_text("utf-8")

    @mcp.resource("inventory://schema", title="Schema", mime_type="application/json")
    def schema() -> str:
        """The models behind these tools: their fields, types and relations."""
        return json.dumps(describe_models("inventory"))
