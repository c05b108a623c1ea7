"""A statement of one tenant reads only the rows of this tenant."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from fastmcp.exceptions import ToolError

from inventory.models import Category, Order, OrderLine, Product
from sql_access import policy, queries
from sql_access.engines import current_engine
from sql_access.tests.sample import with_role
from tenants.models import Tenant
from tenants.scope import TenantScopeError, across_tenants, use

QUESTIONS = [
    "SELECT name FROM inventory_category",
    "SELECT c.name FROM inventory_category AS c",
    "SELECT inventory_category.name FROM inventory_category WHERE true",
    "SELECT name FROM inventory_category WHERE tenant_id <> 0 OR 1 = 1",
    "SELECT name FROM inventory_category WHERE tenant_id = {other}",
    "WITH x AS (SELECT * FROM inventory_category) SELECT name FROM x",
    "SELECT name FROM inventory_category UNION SELECT name FROM inventory_category",
    "SELECT (SELECT max(name) FROM inventory_category)",
    "SELECT a.name FROM inventory_category a JOIN inventory_category b ON true",
    "SELECT name FROM (SELECT * FROM inventory_category) AS t",
    "SELECT x.name FROM (inventory_category AS x CROSS JOIN inventory_category AS y)",
    "SELECT max(name) OVER () FROM inventory_category",
]


@pytest.fixture
def tenants(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Tenant, Tenant]]:
    """Two tenants, each with a category named after it."""
    monkeypatch.setattr(policy, "EXPOSED_MODELS", {"inventory.Category": ("id", "name", "tenant")})
    red, blue = (Tenant.objects.create(name=name, slug=name) for name in ("red", "blue"))
    for tenant in (red, blue):
        with use(tenant):
            Category.objects.create(name=f"{tenant.slug} things")
    with use(red):
        for _ in with_role():
            yield red, blue


@pytest.mark.parametrize("question", QUESTIONS)
def test_only_the_rows_of_the_tenant(tenants: tuple[Tenant, Tenant], question: str) -> None:
    for own, other in (tenants, reversed(tenants)):
        with use(own):
            answer = str(queries.execute(question.format(other=other.pk), 100).rows)
        assert other.slug not in answer
        assert own.slug in answer or "{other}" in question


@pytest.mark.parametrize("name", ["inventory_category", "x"])
def test_the_database_alone_keeps_tenants_apart(tenants: tuple[Tenant, Tenant], name: str) -> None:
    """Catches a name with a schema that reads the table instead of the view, if the parser fails."""
    schema = "public" if connection.vendor == "postgresql" else "main"
    statement = f"WITH {name} AS (SELECT * FROM {schema}.inventory_category) SELECT name FROM {name}"  # noqa: S608
    answer = ""
    with suppress(ToolError), current_engine().query(statement) as (_, rows):
        answer = str(list(rows))
    assert "blue" not in answer


ESCAPES = [
    "SELECT set_config('app.tenant', '*', true), name FROM inventory_category",
    "SELECT set_config('app.tenant', '{other}', true), name FROM inventory_category",
    """
    WITH x AS MATERIALIZED (
        SELECT set_config('app.tenant', '{other}', true), set_config('role', 'none', true),
               set_config('sql_access.signature', '{other}', true)
    ) SELECT name FROM x, inventory_category
    """,
    """
    SELECT name FROM (SELECT set_config('app.tenant', '{other}', true) OFFSET 0) x, LATERAL (
        SELECT name, current_setting('app.tenant') FROM inventory_category
    ) AS y
    """,
    """
    SELECT query_to_xml(
        'SELECT set_config(''app.tenant'', ''*'', true), name FROM inventory_category', true, true, ''
    )
    """,
    """
    SELECT * FROM ts_stat(
        'SELECT to_tsvector(set_config(''app.tenant'', ''*'', true) || name) FROM inventory_category'
    )
    """,
    "SELECT histogram_bounds, most_common_vals FROM pg_stats WHERE tablename = 'inventory_category'",
    "SELECT slug FROM tenants_tenant",
    "SELECT key FROM sql_access_key",
    "SELECT name FROM MAIN.INVENTORY_CATEGORY",
    "SELECT name FROM TEMP.INVENTORY_CATEGORY",
    "SELECT 'blue' FROM (SELECT COUNT(*) AS n FROM MAIN.INVENTORY_CATEGORY) WHERE n > 1",
    "SELECT name FROM (SELECT * FROM main.inventory_category UNION ALL SELECT * FROM INVENTORY_CATEGORY)",
]


@pytest.mark.parametrize("escape", ESCAPES)
def test_a_statement_cannot_choose_its_tenant(tenants: tuple[Tenant, Tenant], escape: str) -> None:
    """Catches a tenant that is not signed, without the parser and if the role may call set_config."""
    _, blue = tenants
    answer = ""
    try:
        with current_engine().query(escape.replace("{other}", str(blue.pk))) as (_, rows):
            answer = str(list(rows))
    except ToolError as error:
        answer = str(error).replace(escape, "")
    assert "blue" not in answer


@pytest.mark.skipif(connection.vendor != "sqlite", reason="row-level security comes first on PostgreSQL")
def test_no_error_tells_of_the_rows_of_others(
    tenants: tuple[Tenant, Tenant], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches conditions that SQLite evaluates on index entries before it checks the tenant of the row."""
    monkeypatch.setattr(policy, "EXPOSED_MODELS", {"inventory.OrderLine": policy.ALL})
    _, blue = tenants
    with use(blue):
        product = Product.objects.create(sku="b", name="b", category=Category.objects.get(), price=1)
        order = Order.objects.create(customer="b")
        OrderLine.objects.create(order=order, product=product, quantity=1, unit_price=1)
    statement = f"""
        SELECT id FROM inventory_orderline WHERE order_id = {order.pk} AND product_id IN ({product.pk}, -1)
        AND json_extract(CASE WHEN product_id > 0 THEN 'x' ELSE '[1]' END, '$') IS NOT NULL
    """  # noqa: S608 - our own words
    assert queries.execute(statement, 100).rows == []
    with use(blue), pytest.raises(ToolError, match="malformed JSON"):
        queries.execute(statement, 100)


def test_there_are_no_plans(tenants: tuple[Tenant, Tenant]) -> None:
    """Catches a plan, which PostgreSQL makes with statistics about the rows of all tenants."""
    for ask in (queries.explain, lambda sql: queries.execute(f"EXPLAIN {sql}", 100)):
        with pytest.raises(ToolError, match="reveal rows of other tenants"):
            ask(QUESTIONS[0])


def test_columns_can_be_hidden(tenants: tuple[Tenant, Tenant], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "EXPOSED_MODELS", {"inventory.Category": ("name",)})
    assert queries.execute("SELECT name FROM inventory_category", 100).rows == [["red things"]]
    for hidden in ("id", "tenant_id"):
        with pytest.raises(ToolError):
            queries.execute(f"SELECT {hidden} FROM inventory_category", 100)  # noqa: S608


def test_without_a_tenant_nothing_is_read(tenants: tuple[Tenant, Tenant]) -> None:
    with use(None):
        if connection.vendor == "postgresql":
            assert queries.execute(QUESTIONS[0], 100).rows == []
        else:
            with pytest.raises(TenantScopeError):
                queries.execute(QUESTIONS[0], 100)


@pytest.mark.django_db
def test_a_model_without_tenants_stops_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "EXPOSED_MODELS", {"accounts.User": ("id", "email")})
    with across_tenants(), pytest.raises(SystemCheckError, match="User does not inherit TenantModel"):
        call_command("check")
