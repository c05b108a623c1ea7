"""PostgreSQL separates tenants without the ORM, on connections that many requests share."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from inventory.models import Category, Product
from operations.connections import async_orm_thread, in_thread
from tenants.models import Tenant, tenant_models
from tenants.scope import TenantScopeError, across_tenants, use

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has no row-level security: run with DATABASE_URL"
    ),
]


def names() -> list[str]:
    """Return the names that raw SQL sees, which uses no manager."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM inventory_category ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture
def other(tenant: Tenant) -> Tenant:
    """Another tenant. Each of the two has a category of its name."""
    other = Tenant.objects.create(name="Globex", slug="globex")
    for owner in (tenant, other):
        with use(owner):
            Category.objects.create(name=owner.slug)
    return other


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Make all requests share one pooled connection."""
    pool = connection.settings_dict["OPTIONS"]["pool"]
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict["OPTIONS"]["pool"] = pool | {"min_size": 1, "max_size": 1}
    yield
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict["OPTIONS"]["pool"] = pool


def test_every_table_of_tenants_is_protected() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        protected = {name for (name,) in cursor.fetchall()}
    assert protected >= {model._meta.db_table for model in tenant_models()}  # noqa: SLF001 - public, documented API


def test_raw_sql_sees_the_rows_of_the_scope(tenant: Tenant, other: Tenant) -> None:
    with use(None):
        assert names() == []
        with pytest.raises(TenantScopeError):
            Category.objects.count()
    with use(other):
        assert names() == ["globex"]
    with across_tenants():
        assert names() == ["demo", "globex"]


def test_rows_cannot_be_given_to_others_nor_point_to_theirs(tenant: Tenant, other: Tenant) -> None:
    theirs = Category.objects.get()
    with use(other):
        for values in ({"tenant": tenant, "category": theirs}, {"tenant": other, "category": theirs}):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Product.objects.create(sku="X", name="x", price=1, **values)


def test_rollback_right_after_the_first_query(tenant: Tenant, other: Tenant) -> None:
    with suppress(ZeroDivisionError), use(other), transaction.atomic():
        names()
        raise ZeroDivisionError
    with use(other):
        assert names() == ["globex"]


def test_rollback_takes_no_scope_back(tenant: Tenant, other: Tenant) -> None:
    """Catches a lost tenant: a rollback resets `app.tenant` if it was set in the transaction."""
    with suppress(ZeroDivisionError), transaction.atomic():
        with use(other):
            assert names() == ["globex"]
        with suppress(DatabaseError), transaction.atomic(), use(other), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert names() == ["demo"]
        with use(other):
            names()
            raise ZeroDivisionError
    assert names() == ["demo"]
    with use(other):
        assert names() == ["globex"]


async def test_threads_share_a_connection_and_no_tenant(
    tenant: Tenant, other: Tenant, one_connection: None
) -> None:
    async def look(who: Tenant | None) -> list[str]:
        with use(who), suppress(ZeroDivisionError):
            return await in_thread(names)
        return []

    def fail() -> None:
        names()
        raise ZeroDivisionError

    async def break_off(who: Tenant) -> list[str]:
        with use(who), suppress(ZeroDivisionError):
            await in_thread(fail)
        return []

    seen = await asyncio.gather(
        *(look(who) for _ in range(10) for who in (tenant, other, None)),
        *(break_off(who) for who in (tenant, other)),
    )
    assert seen[:30] == [["demo"], ["globex"], []] * 10


async def test_async_orm_shares_a_connection_and_no_tenant(
    tenant: Tenant, other: Tenant, one_connection: None
) -> None:
    async def look(who: Tenant) -> list[str]:
        with use(who):
            async with async_orm_thread():
                return [category.name async for category in Category.objects.all()]

    assert (
        await asyncio.gather(*(look(who) for _ in range(10) for who in (tenant, other)))
        == [
            ["demo"],
            ["globex"],
        ]
        * 10
    )
