"""Look-ups of products and categories, and their results, for every tool that needs them.

The docstring of a result is a part of the schema that clients see, so it is written for them.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from fastmcp.exceptions import ToolError

from inventory.models import Category, Product
from inventory.tool_types import Money

COLUMNS = ("id", "sku", "name", "category__name", "price", "stock")
MAX_NAMES = 30  # categories that an error lists, because some models cannot read inventory://categories


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product. The price is a decimal number in a string."""

    id: int
    sku: str
    name: str
    category: str
    price: Money
    stock: int


@dataclass(frozen=True, slots=True)
class WholeProduct(ProductRow):
    """A product with its description, and the e-mail address of the user who added it, if that is known."""

    description: str
    created_by: str | None


def find_product(key: int | str) -> WholeProduct | None:
    """Return the product on sale with this id, or None."""
    columns = (*COLUMNS, "description", "created_by__email")
    return next((WholeProduct(*row) for row in on_sale().filter(pk=key).values_list(*columns)), None)


def rows(products: QuerySet[Product]) -> list[ProductRow]:
    """Return the products as rows, with one query for just these columns."""
    return [ProductRow(*row) for row in products.values_list(*COLUMNS)]


def on_sale(category: Category | str | None = None, *, in_stock_only: bool = False) -> QuerySet[Product]:
    """Return the products on sale, of one category or of all.

    Raises ToolError if there is no category of that name.
    """
    products = Product.objects.filter(active=True)
    if in_stock_only:
        products = products.filter(stock__gt=0)
    if isinstance(category, str):
        category = find_category(category)
    return products.filter(category=category) if category else products


def find_category(name: str) -> Category:
    """Return the category of this name, in upper or lower case. Raises ToolError if there is none."""
    found = Category.objects.filter(name__iexact=name)
    category = found.filter(name=name).first() or found.first()  # two names may differ only in case
    if category is None:
        names = Category.objects.order_by("name").values_list("name", flat=True)[:MAX_NAMES]
        raise ToolError(f"There is no category {name!r}. The categories are: {', '.join(names) or 'none'}.")
    return category


def named(query: str) -> QuerySet[Product]:
    """Return the products on sale that contain each word of the query in their name, SKU or category."""
    products = on_sale()
    for word in dict.fromkeys(query.split()):
        products = products.filter(has_part(word))
    return products


def has_part(text: str) -> Q:
    """Return the condition that a product's name, SKU or category contains `text`, in upper or lower case.

    The categories are looked up first instead of joined, because PostgreSQL can combine indexes only of one
    table.
    """
    categories = Category.objects.filter(name__icontains=text).values_list("pk", flat=True)
    return Q(name__icontains=text) | Q(sku__icontains=text) | Q(category__in=list(categories))
