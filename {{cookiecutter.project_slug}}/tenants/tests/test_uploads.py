"""Addresses for uploads: the tenant of the file, and who may send none."""

from http import HTTPStatus

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from documents.models import StoredFile
from mcp_server.models import MCPToken, ToolCall
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import answer, permit
from tenants.models import Membership, Tenant
from tenants.scope import use

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other(user: User) -> Tenant:
    """A second tenant of the user, who may upload files."""
    permit(user, "documents.add_storedfile")
    other = Tenant.objects.create(name="Other", slug="other")
    Membership.objects.create(tenant=other, user=user)
    return other


@pytest.fixture
def address(mcp_client: ConnectMCP, user: User, other: Tenant, settings: Settings) -> str:
    """The path for a file of the user in the second tenant."""
    settings.WEB_BASE_URL = ""
    token = MCPToken.objects.create(user=user, name="other", tenant=other)

    async def ask() -> str:
        async with mcp_client(token) as client:
            return str((await answer(client, "request_upload", name="report.pdf"))["url"])

    return async_to_sync(ask)()


def put(address: str, client: Client | None = None) -> int:
    return (client or Client()).put(address, b"x", content_type="application/pdf").status_code


def test_the_file_belongs_to_the_tenant_of_the_request(
    address: str, user: User, other: Tenant, tenant: Tenant
) -> None:
    """Catches a file in the tenant of the sender's session."""
    client = Client()
    Membership.objects.filter(user=user, tenant=other).delete()
    client.force_login(user)
    assert put(address, client) == HTTPStatus.FORBIDDEN
    Membership.objects.create(user=user, tenant=other)
    assert put(address, client) == HTTPStatus.CREATED
    assert not StoredFile.objects.exists()
    with use(other):
        assert StoredFile.objects.get().size == 1
    assert {call.tenant for call in ToolCall.objects.filter(tool="upload_file")} == {other.slug}


def test_who_left_the_tenant_is_refused(address: str, user: User, other: Tenant) -> None:
    Membership.objects.filter(user=user, tenant=other).delete()
    assert put(address) == HTTPStatus.FORBIDDEN


def test_a_tenant_that_is_not_active_takes_no_file(address: str, other: Tenant) -> None:
    Tenant.objects.filter(pk=other.pk).update(active=False)
    assert put(address) == HTTPStatus.FORBIDDEN


def test_a_token_that_is_for_another_tenant_now_is_refused(address: str, user: User, tenant: Tenant) -> None:
    MCPToken.objects.filter(user=user).update(tenant=tenant)
    assert put(address) == HTTPStatus.FORBIDDEN
