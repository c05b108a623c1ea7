"""The catalogue: listing, searching and adding products, and the resources to read it."""

import json
import re
from dataclasses import dataclass
from typing import Annotated

from django.db.models import Count, Q
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from pydantic import Field, TypeAdapter

from inventory.catalogue import ProductRow, find_category, on_sale, rows
from inventory.models import Category, Product
from inventory.schema import describe_models
from inventory.tool_types import MAX_STOCK, CategoryName, Price, Sku, Text
from mcp_server.completion import MAX_VALUES, completes
from mcp_server.errors import NoSuchResourceError
from mcp_server.permissions import permission_required


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One page of a list, with what is needed to ask for the next."""

    products: list[ProductRow]
    page: int
    pages: int
    total: int


def register_products_tools(mcp: FastMCP) -> None:
    """Add the tools and resources of the catalogue."""

    @mcp.tool(title="List products", annotations={"readOnlyHint": True, "openWorldHint": False})
    def list_products(
        category: CategoryName | None = None,
        page: Annotated[int, Field(ge=1, le=100_000, description="Starts at 1.")] = 1,
        page_size: Annotated[int, Field(ge=1, le=100, description="Products on a page.")] = 20,
    ) -> ProductPage:
        """List the products on sale in the order of their SKU, one page at a time.

        Give a category to see only its products. `pages` tells how many pages there are.
        To find a product by what it is called, use search_products instead.
        """
        products = on_sale(category)
        total = products.count()
        start = (page - 1) * page_size
        return ProductPage(
            products=rows(products[start : start + page_size]),
            page=page,
            pages=-(-total // page_size),
            total=total,
        )

    @mcp.tool(title="Search products", annotations={"readOnlyHint": True, "openWorldHint": False})
    def search_products(
        query: Annotated[Text, Field(description="Words or parts of words.")],
        limit: Annotated[int, Field(ge=1, le=50, description="Most products to return.")] = 10,
    ) -> list[ProductRow]:
        """Find products on sale by name, SKU or category.

        A product is found when each word of the query is a part of one of the three; upper and
        lower case are the same. Use few words: "desk oak" rather than a sentence.
        """
        products = on_sale()
        for word in query.split():
            products = products.filter(
                Q(name__icontains=word) | Q(sku__icontains=word) | Q(category__name__icontains=word)
            )
        return rows(products[:limit])

    @mcp.tool(title="Count products", annotations={"readOnlyHint": True, "openWorldHint": False})
    def get_product_count(
        category: CategoryName | None = None,
        in_stock_only: Annotated[bool, Field(description="Leave out what is sold out.")] = False,
    ) -> int:
        """Count the products on sale, in all or in one category. Cheaper than listing them."""
        products = on_sale(category)
        return products.filter(stock__gt=0).count() if in_stock_only else products.count()

    @mcp.tool(
        title="Add a product",
        auth=permission_required("inventory.add_product"),
        annotations={"destructiveHint": False, "idempotentHint": False, "openWorldHint": False},
    )
    def create_product(
        sku: Sku,
        name: Text,
        category: CategoryName,
        price: Price,
        stock: Annotated[int, Field(ge=0, le=MAX_STOCK, description="Pieces at hand.")] = 0,
    ) -> ProductRow:
        """Add a product to the catalogue, in a category that exists.

        Each SKU exists once: a SKU that is taken is refused and nothing changes. To change the
        stock of a product that exists, use adjust_stock.
        """
        shelf = find_category(category)
        product, created = Product.objects.get_or_create(
            sku=sku, defaults={"name": name, "category": shelf, "price": price, "stock": stock}
        )
        if not created:
            raise ToolError(f"The SKU {sku} is taken by {product.name!r} (id {product.pk}).")
        return ProductRow(product.pk, sku, name, shelf.name, price, stock)

    @mcp.resource("product://{id}", title="Product", mime_type="application/json")
    def product(id: str) -> str:  # noqa: A002 - the name in the URI template
        """A product on sale, by its id."""
        # Not declared an int: FastMCP reports one that does not parse as a failure of the server.
        found = rows(on_sale().filter(pk=id)) if re.fullmatch("[0-9]{1,18}", id) else []
        if not found:
            raise NoSuchResourceError(f"product://{id}", f"No product on sale has the id {id!r}.")
        return TypeAdapter(ProductRow).dump_json(found[0]).decode()

    @completes("product://{id}", "id")
    def product_ids(typed: str) -> list[str]:
        if typed and not typed.isdigit():
            return []
        ids = on_sale().filter(pk__startswith=typed).order_by("pk")
        return [str(pk) for pk in ids.values_list("pk", flat=True)[: MAX_VALUES + 1]]

    @mcp.resource("inventory://categories", title="Categories", mime_type="application/json")
    def categories() -> str:
        """Every category, with the number of its products on sale."""
        on_sale_count = Count("products", filter=Q(products__active=True))
        counts = Category.objects.annotate(count=on_sale_count).order_by("name").values_list("name", "count")
        return json.dumps([{"name": name, "products": count} for name, count in counts])

    @mcp.resource("inventory://schema", title="Schema", mime_type="application/json")
    def schema() -> str:
        """The models behind these tools: their fields, types and relations."""
        return json.dumps(describe_models("inventory"))
