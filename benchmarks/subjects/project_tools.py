"""The tools of the benchmark, a module that is copied into `mcp_server/tools/`."""

import os
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from inventory.models import Product
from mcp_server.permissions import permission_required


@dataclass(frozen=True, slots=True)
class Row:
    """One product."""

    id: int
    sku: str
    name: str
    category: str
    price: Decimal
    stock: int


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer of `rows`."""

    rows: list[Row]


def register_bench_tools(mcp: FastMCP) -> None:
    """Add the tools."""

    @mcp.tool
    def echo(text: str) -> str:
        """Return the text."""
        return text

    @mcp.tool
    async def async_echo(text: str) -> str:
        """Return the text."""
        return text

    @mcp.tool(auth=permission_required("inventory.view_product"))
    def permitted_echo(text: str) -> str:
        """Return the text, if the user may view products."""
        return text

    @mcp.tool
    def rows(limit: int) -> Rows:
        """Return the first products."""
        found = Product.objects.values_list("id", "sku", "name", "category__name", "price", "stock")
        return Rows([Row(*row) for row in found[:limit]])

    @mcp.tool
    def one_query() -> int:
        """Ask the database for a number."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 42")
            return cursor.fetchone()[0]

    @mcp.tool
    def refuse() -> str:
        """Refuse with a message for the model."""
        raise ToolError("refused as asked")

    @mcp.tool
    def crash() -> str:
        """Fail with an unexpected exception."""
        raise RuntimeError("unforeseen")

    @mcp.tool(annotations={"readOnlyHint": True})
    async def report(ctx: Context) -> str:
        """Report progress, which FastMCP handles rather than the express lane."""
        await ctx.report_progress(1, 1)
        return "reported"

    @mcp.resource("bench://resource")
    def resource() -> str:
        """Return a text."""
        return "a resource"

    for number in range(int(os.environ.get("BENCH_MORE_TOOLS", "0"))):

        @mcp.tool(name=f"more_{number}")
        def more(text: str, times: int = 1) -> str:
            """Return the text, several times."""
            return text * times
