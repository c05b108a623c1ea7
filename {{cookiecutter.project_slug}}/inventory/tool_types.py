"""Types for the arguments and results of the tools.

What an argument type refuses is answered with a sentence that names the argument, before the tool
runs; what it lets through is safe to store and to compare on SQLite and PostgreSQL alike.
"""

from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, Field, PlainSerializer, StringConstraints

from mcp_server.toolkit.types import without_nul

MAX_STOCK: Final = 1_000_000_000  # of one product: PostgreSQL's integer ends at twice that
MAX_PRICE: Final = Decimal("99999999.99")  # the column holds ten digits


def _two_decimals(amount: Decimal) -> str:
    """Write 19.9 as 19.90: SQLite drops the zeros of what it computes."""
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
    Field(description="What customers read of it."),
]
type Sku = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$"),
    Field(max_length=32, description="Stock keeping unit: letters, digits and hyphens."),
]
type Price = Annotated[
    Decimal,
    Field(ge=0, le=MAX_PRICE, decimal_places=2, description="With at most two decimals."),
    AfterValidator(abs),  # there is a Decimal("-0")
]
type InStockOnly = Annotated[bool, Field(description="Leave out what is sold out.")]
type CategoryName = Annotated[Text, Field(description="The name of a category, as products have it.")]

# A result. JSON has no decimals, and a float would not keep the cents.
type Money = Annotated[Decimal, PlainSerializer(_two_decimals, return_type=str)]
