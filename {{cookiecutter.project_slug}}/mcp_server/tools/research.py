"""The two tools that ChatGPT's deep research and company knowledge call; they call no others.

See https://developers.openai.com/api/docs/mcp. To let them find more, see `mcp_server/toolkit/research.py`.
"""

import re
from dataclasses import dataclass
from typing import Annotated

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from pydantic import Field

from inventory.catalogue import ProductRow, named, on_sale, rows
from inventory.tool_types import Text
from mcp_server.context import CurrentUser
from mcp_server.toolkit.research import MAX_FOUND, SOURCES, Found, Page, Source, admin_page
from operations.users import User


@dataclass(frozen=True, slots=True)
class Results:
    """The things that were found, of every kind."""

    results: list[Found]


def register_research_tools(mcp: FastMCP) -> None:
    """Add the two tools, and the products that they find."""
    SOURCES["product"] = Source(_find_products, _read_product)

    @mcp.tool(title="Search everything", annotations={"readOnlyHint": True, "openWorldHint": False})
    def search(
        query: Annotated[Text, Field(description="Few words.")], user: User = CurrentUser()
    ) -> Results:
        """Find things of every kind that contain all words of the query, each with an address to cite.

        Use fetch to read one as a whole. For products with their price and stock, use search_products.
        """
        return Results([found for source in SOURCES.values() for found in source.find(query, user)])

    @mcp.tool(title="Fetch what was found", annotations={"readOnlyHint": True, "openWorldHint": False})
    def fetch(
        id: Annotated[Text, Field(description="The id that search gives.")],  # noqa: A002 - OpenAI's name
        user: User = CurrentUser(),
    ) -> Page:
        """Read the whole text of something that search found."""
        kind, _, key = id.rpartition("-")
        is_key = re.fullmatch("[0-9]{1,18}", key)  # fits into a column of a database
        page = SOURCES[kind].read(int(key), user) if kind in SOURCES and is_key else None
        if page is None:
            raise ToolError(f"There is nothing with the id {id!r}: use an id that search returned.")
        return page


def _find_products(query: str, _user: User) -> list[Found]:
    return [Found(*_identity(row)) for row in rows(named(query)[:MAX_FOUND])]


def _read_product(key: int, _user: User) -> Page | None:
    for row in rows(on_sale().filter(pk=key)):
        identity, title, url = _identity(row)
        text = f"{row.name}, SKU {row.sku}, in {row.category}: {row.price}, {row.stock} in stock."
        return Page(identity, title, text, url, {"sku": row.sku, "category": row.category})
    return None


def _identity(row: ProductRow) -> tuple[str, str, str]:
    return f"product-{row.id}", row.name, admin_page("inventory_product", row.id)
