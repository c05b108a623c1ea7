"""Fixtures for the tests of every app."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Literal

import pytest
from asgiref.sync import SyncToAsync
from django.apps import AppConfig, apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, connections
from django.db.models.signals import post_migrate
from django.utils import translation
from fastmcp import Client
from fastmcp.utilities.asgi_transport import run_asgi_lifespan
from fastmcp.utilities.tests import ASGIServer
from pytest_django import DjangoDbBlocker, Settings

from mcp_server import limits
from mcp_server.asgi import HTTP_PATH, SSE_PATH, create_app
from mcp_server.models import MCPToken
from mcp_server.pages.tool_catalog import registered_tools
from mcp_server.runtime.audit import audit
from operations import request_id
from operations.users import User

PASSWORD = "a long password"

type ConnectMCP = Callable[..., AbstractAsyncContextManager[Client[Any]]]
type ServeMCP = Callable[..., AbstractAsyncContextManager[ASGIServer]]


def environment_of_process() -> dict[str, str]:
    """Return the environment of a process that uses the database of the tests."""
    return dict(os.environ) | {
        "DJANGO_SETTINGS_MODULE": "mcp_server.tests.settings_of_process",
        "PROJECT_SETTINGS": os.environ["DJANGO_SETTINGS_MODULE"],
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
    }


def make_user(address: str, **fields: Any) -> User:
    """Create a user who signs in with this e-mail address, or at least has it."""
    model = get_user_model()
    names = {model.USERNAME_FIELD: address, model.get_email_field_name(): address}
    return model.objects.create_user(**names, **fields)


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio, as Uvicorn does."""
    return "asyncio"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Put content types and permissions back as they were after a test that commits.

    Otherwise Django asks every app for them anew, which takes longer than most tests.
    """
    with django_db_blocker.unblock():
        content_types, permissions = list(ContentType.objects.all()), list(Permission.objects.all())

    # Django sends the signal only for apps with models. This is the first one.
    first = next(app for app in apps.get_app_configs() if app.models_module)

    def put_back(sender: AppConfig, **_: object) -> None:
        if sender is first:
            ContentType.objects.bulk_create(content_types, ignore_conflicts=True)
            Permission.objects.bulk_create(permissions, ignore_conflicts=True)

    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.connect(put_back, weak=False)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Write waiting calls before the database is emptied. Otherwise, the next test would find them."""
    audit.close()


@pytest.fixture(autouse=True)
def no_connection_left() -> Iterator[None]:
    """Close the connection of the thread in which async tests use the ORM.

    PostgreSQL would refuse to drop the test database that somebody is connected to.
    """
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.fixture(autouse=True)
def for_tests(settings: Settings) -> None:
    """Hash passwords quickly, need no collected static files, and start without results of other tests."""
    cache.clear()
    registered_tools.cache_clear()  # it may contain tools of another test
    limits._store.cache_clear()  # noqa: SLF001 - the counts of other tests
    request_id._request_id.set("")  # noqa: SLF001 - like the language, it stays until the next request
    translation.deactivate()  # a page leaves its language active in the thread
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    staticfiles = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": staticfiles}


@pytest.fixture
def user(db: None) -> User:
    """A user without any permission."""
    return make_user("user@example.com", password=PASSWORD)


@pytest.fixture
def admin(db: None) -> User:
    """A superuser."""
    return make_user("admin@example.com", password=PASSWORD, is_staff=True, is_superuser=True)


@pytest.fixture
def serve_mcp() -> ServeMCP:
    """Start the MCP process in this one, with `async with serve_mcp() as server`.

    `server.http_client()` speaks HTTP to it, `server.client(auth=token)` MCP.
    """

    @asynccontextmanager
    async def serve(transport: Literal["http", "sse"] = "http") -> AsyncIterator[ASGIServer]:
        app = create_app()
        path = SSE_PATH if transport == "sse" else HTTP_PATH
        async with run_asgi_lifespan(app):
            yield ASGIServer(f"http://localhost{path}", app, transport)

    return serve


@pytest.fixture
def mcp_client(admin: User, serve_mcp: ServeMCP) -> ConnectMCP:
    """Connect a client that acts as an administrator, with `async with mcp_client() as client`.

    Pass a user or a new MCPToken to act as that one, `transport="sse"` for the legacy transport.
    """

    @asynccontextmanager
    async def connect(
        credential: User | MCPToken | None = None, transport: Literal["http", "sse"] = "http", **options: Any
    ) -> AsyncIterator[Client[Any]]:
        token = (
            credential
            if isinstance(credential, MCPToken)
            else await MCPToken.objects.acreate(user=credential or admin, name="test")
        )
        async with serve_mcp(transport) as server, server.client(auth=token.token, **options) as client:
            yield client

    return connect
