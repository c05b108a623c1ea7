"""THE TABLE of test_isolation.py: how each tool and resource is called with identifiers of another tenant.

When you add a tool, add a line to CALLS: its arguments, with what a nosy caller would put there, taken from
`theirs`. A resource goes to READS, a new model of tenants to `Theirs`.
"""

from collections.abc import Callable
from typing import Any

from accounts.models import User
# % if cookiecutter.file_tools
from documents.contents import store
from documents.models import Document
# % endif
# % if cookiecutter.example_app
from inventory.models import Category, Order, OrderLine, Product, StockAdjustment
# % endif
from tenants.models import Membership, Tenant
from tenants.scope import use

# Every text of theirs has this in it, so that an answer which has it gives them away.
SECRET = "classified"


class Theirs:
    """Another tenant, with a row in every table. `user`, who calls, belongs to it as well."""

    def __init__(self, user: User) -> None:
        self.tenant = Tenant.objects.create(
            name=f"Globex {SECRET}", slug="globex", settings={"colour": SECRET}
        )
        Membership.objects.create(tenant=self.tenant, user=user)
        self.member = User.objects.create_user(email=f"bob@{SECRET}.example")
        Membership.objects.filter(user=self.member).update(tenant=self.tenant)
        with use(self.tenant):
            self._fill(user)

    def _fill(self, user: User) -> None:
        # % if cookiecutter.example_app
        self.category = Category.objects.create(name=f"Umbrellas {SECRET}")
        self.product = Product.objects.create(
            sku="GLX-1", name=f"Umbrella {SECRET}", category=self.category, price="7.77", stock=3
        )
        self.order = Order.objects.create(customer=f"Carla {SECRET}", status=Order.Status.PAID)
        OrderLine.objects.create(order=self.order, product=self.product, quantity=2, unit_price="7.77")
        StockAdjustment.objects.create(product=self.product, change=3, reason=SECRET, user=user)
        # % endif
        # % if cookiecutter.file_tools
        self.document = Document.objects.create(owner=user, title=f"Plan {SECRET}", text=f"Plan {SECRET}")
        self.file = store(user, f"plan-{SECRET}.txt", "text/plain", SECRET.encode())
        # % endif
        self.user = user


CALLS: dict[str, Callable[[Theirs], dict[str, Any]]] = {
    # diagnostics
    "add_numbers": lambda _: {"a": 1, "b": 2},
    "whoami": lambda _: {},
    # tenants
    "get_tenant_info": lambda _: {},
    "get_tenant_users": lambda _: {},
    "list_tenants": lambda _: {"limit": 1},
    "update_tenant_settings": lambda _: {"settings": {"colour": "red"}},
    # % if cookiecutter.example_app
    # products
    "create_product": lambda _: {"sku": "GLX-1", "name": "x", "category": "Umbrellas", "price": "1"},
    "get_product": lambda theirs: {"product_id": theirs.product.pk},
    "get_product_count": lambda _: {"category": "Umbrellas"},
    "list_products": lambda _: {},
    "search_products": lambda _: {"query": "Umbrella"},
    # sales
    "export_products": lambda _: {},
    "get_order_status": lambda theirs: {"order_id": theirs.order.pk},
    "product_stats": lambda _: {},
    # stock
    "adjust_stock": lambda theirs: {"product_id": theirs.product.pk, "change": -1, "reason": "x"},
    "bulk_update_prices": lambda _: {"percent": 10},
    # tenant_shop
    "create_demo_data": lambda _: {},
    "export_tenant_data": lambda _: {"format": "csv"},
    "get_business_insights": lambda _: {},
    "get_product_stats": lambda _: {},
    "get_tenant_products": lambda _: {},
    "get_tenant_stats": lambda _: {},
    # % endif
    # % if cookiecutter.file_tools
    # documents
    "create_document": lambda _: {"title": "x", "text": "x"},
    "get_document": lambda theirs: {"id": theirs.document.pk},
    "search_documents": lambda _: {"query": "plan"},
    "update_document": lambda theirs: {"id": theirs.document.pk, "version": 1, "text": "x"},
    # files
    "delete_file": lambda theirs: {"key": str(theirs.file.pk)},
    "get_file_url": lambda theirs: {"key": str(theirs.file.pk)},
    "list_files": lambda _: {},
    "upload_file": lambda _: {"name": "x.txt", "content": "x"},
    # % endif
    # % if cookiecutter.sql_tools
    # sql
    "execute_sql": lambda _: {"sql": "SELECT * FROM inventory_product"},
    "explain_sql": lambda _: {"sql": "SELECT * FROM inventory_product"},
    "get_table_info": lambda _: {"table": "inventory_product"},
    "list_tables": lambda _: {},
    # % endif
}

# % if cookiecutter.example_app or cookiecutter.file_tools
READS: dict[str, Callable[[Theirs], str]] = {
    # % if cookiecutter.example_app
    "inventory://categories": lambda _: "inventory://categories",
    "inventory://schema": lambda _: "inventory://schema",
    "product://{id}": lambda theirs: f"product://{theirs.product.pk}",
    # % endif
    # % if cookiecutter.file_tools
    "documents://{id}": lambda theirs: f"documents://{theirs.document.pk}",
    "files://{key}": lambda theirs: f"files://{theirs.file.pk}",
    # % endif
}

# % else
READS: dict[str, Callable[[Theirs], str]] = {}

# % endif
# % if cookiecutter.example_app
PROMPTS: dict[str, Callable[[Theirs], dict[str, str]]] = {
    "sales_report": lambda _: {},
    "stock_review": lambda _: {},
}
# % else
PROMPTS: dict[str, Callable[[Theirs], dict[str, str]]] = {}
# % endif
