"""Types for the arguments and results of the tools.

A wrong argument is refused before the tool runs, with a sentence that names it. A value that these types
accept is safe to store and to compare, on SQLite as on PostgreSQL.
"""

from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, Field, PlainSerializer, StringConstraints

from mcp_server.toolkit.types import without_nul

MAX_STOCK: Final = 1_000_000_000  # of one product: PostgreSQL's integer ends at twice that
MAX_PRICE: Final = Decimal("99999999.99")  # the column holds ten digits


def _two_decimals(amount: Decimal) -> str:
    """Return 19.9 as 19.90, because SQLite drops the zeros of computed values."""
    return f"{amount:.2f}"


type Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(without_nul),
]
type Description = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    AfterValidator(without_nul),
    Field(description="The description for customers."),
]
type Sku = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$"),
    Field(max_length=32, description="Stock keeping unit: letters, digits and hyphens."),
]
type Price = Annotated[
    Decimal,
    Field(ge=0, le=MAX_PRICE, decimal_places=2, description="With at most two decimals."),
    AfterValidator(abs),  # for Decimal("-0")
]
type InStockOnly = Annotated[bool, Field(description="Omit products that are sold out.")]
type CategoryName = Annotated[Text, Field(description="The name of a category, as products show it.")]

# For results. JSON has no decimals, and a float would not keep the cents.
type Money = Annotated[Decimal, PlainSerializer(_two_decimals, return_type=str)]
