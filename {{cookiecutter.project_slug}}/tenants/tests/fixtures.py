"""Fixtures for the tests of every app: the tenant in scope, and a database that separates tenants."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import post_save
from psycopg import sql
from pytest_django import DjangoDbBlocker

from accounts.models import User
from tenants.demo import DEMO, demo_tenant
from tenants.models import Tenant
from tenants.scope import use

# Tests often run as a superuser of PostgreSQL, who would see every row.
ROLE = "tenants_test"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Let a role without privileges own the test database, as in production.

    It takes the place of pytest-django's own, which gives each process of pytest-xdist a database of its own.
    """
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:  # noqa: SLF001 - as Django's own test runner
        cursor.execute("SELECT pg_advisory_lock(1)")  # only one process at a time may create the role
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE])
        verb = "CREATE" if cursor.fetchone() is None else "ALTER"
        statement = sql.SQL("{} ROLE {} LOGIN CREATEDB CREATEROLE NOSUPERUSER NOBYPASSRLS PASSWORD {}")
        password = sql.Literal(connection.settings_dict["PASSWORD"])
        cursor.execute(statement.format(sql.SQL(verb), sql.Identifier(ROLE), password))
    connection.settings_dict["USER"] = ROLE


@pytest.fixture(autouse=True)
def tenant(request: pytest.FixtureRequest) -> Iterator[Tenant | None]:
    """Run each test that uses the database in the scope of one tenant, of which its users are members."""
    uses_database = request.node.get_closest_marker("django_db") or "db" in request.fixturenames
    if not uses_database:
        with use(Tenant(slug=DEMO)):
            yield None
        return
    request.getfixturevalue("db")
    tenant = demo_tenant()

    def join(instance: User, created: bool, **_: Any) -> None:
        if created:
            demo_tenant(instance)

    post_save.connect(join, sender=User, weak=False)
    with use(tenant):
        yield tenant
    post_save.disconnect(join, sender=User)
