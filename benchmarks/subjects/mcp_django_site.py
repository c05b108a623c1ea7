"""mcp-django with two more tools. It runs in the same way as by its own command, and has no tokens."""

import sys
from dataclasses import dataclass
from decimal import Decimal

import peer

peer.configure("mcp_django")

from mcp_django.server import mcp  # noqa: E402


@dataclass
class Row:
    id: int
    sku: str
    name: str
    category: str
    price: Decimal
    stock: int


@dataclass
class Rows:
    rows: list[Row]


@mcp.server.tool
def echo(text: str) -> str:
    """Return the text."""
    return text


@mcp.server.tool
def rows(limit: int) -> Rows:
    """Return the first products."""
    return Rows([Row(*row) for row in peer.product_rows(limit)])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        mcp.run(transport="http", host="127.0.0.1", port=int(sys.argv[1]), path="/mcp", show_banner=False)
    else:
        peer.prepare()
